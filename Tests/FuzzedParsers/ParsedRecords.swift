import Records
import Wire

/// Files of records.
enum ParsedRecords {
  /// All records of a file, in order and again; first as it is, then with its checksums made right.
  static func file(_ bytes: [UInt8]) throws {
    let isCompressed = bytes.starts(with: [0x1F, 0x8B]) || bytes.starts(with: [0x78])
    let asItIs = Result { try read(bytes) }
    if isCompressed { try asItIs.get() } else { try read(sealed(bytes)) }
  }

  /// A chunk of at most a megabyte, behind two bytes for the number of its records.
  static func chunk(_ bytes: [UInt8]) throws {
    guard bytes.count >= 2 else { throw FuzzedParser.Refusal() }
    let count = Int(bytes[0]) | Int(bytes[1]) << 8
    let records = try SimpleChunk.records(bytes[2...], count: count, largest: 1 << 20)
    precondition(records.count == count, "\(records.count) records, \(count) counted")
  }

  private static func read(_ bytes: [UInt8]) throws {
    let scratch = try ScratchFile(bytes)
    let file = try RecordFile(scratch.path, cursors: InflatedCursors(), largest: 1 << 20)
    var records = try file.records()
    var faults: [RecordFault] = []
    var count = 0
    while let record = records.next() {
      count += 1
      switch record.content {
      case .success(let content):
        let again = Result { () throws(RecordFault) in try file.bytes(at: record.place) }
        precondition(again == .success(content), "another record at \(record.place)")
      case .failure(let fault): faults.append(fault)
      }
    }
    var passing = try file.records()
    while passing.next(skipping: true) != nil { count -= 1 }
    precondition(count >= 0 || !faults.isEmpty, "fewer records than are passed over")
    if let fault = faults.first { throw fault }
  }

  /// TFRecord whose checksums are right, as far as lengths lead: a fuzzer cannot guess a CRC-32C.
  private static func sealed(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    var place = 0
    func seal(_ range: Range<Int>) {
      let checksum = CRC32C.masked(bytes[range])
      for offset in 0..<4 {
        bytes[range.upperBound + offset] = UInt8(truncatingIfNeeded: checksum >> (8 * offset))
      }
    }
    while bytes.count - place >= 16 {
      // Longer ones than the input would end it at once.
      for offset in 2..<8 { bytes[place + offset] = 0 }
      seal(place..<place + 8)
      let length = Int(bytes[place]) | Int(bytes[place + 1]) << 8
      guard length <= bytes.count - place - 16 else { break }
      seal(place + 12..<place + 12 + length)
      place += 16 + length
    }
    return bytes
  }
}
