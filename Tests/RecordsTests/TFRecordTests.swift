import Foundation
import Records
import TestSupport
import Testing

@Suite("TFRecord files")
struct TFRecordTests {
  private let folder: ScratchFolder
  init() throws { folder = try ScratchFolder() }

  private func file(_ bytes: [UInt8], largest: Int = 1 << 20) throws -> RecordFile {
    try RecordFile(
      folder.write(Data(bytes), as: "some.bin"), cursors: InflatedCursors(), largest: largest)
  }

  /// What a file is read as: the records, or the words of their faults.
  private func read(_ file: RecordFile) throws -> [Result<[UInt8], RecordFault>] {
    var sequence = try file.records()
    var found: [Result<[UInt8], RecordFault>] = []
    while let record = sequence.next() {
      found.append(record.content)
      // Whatever was met is met again.
      #expect(
        Result { () throws(RecordFault) in try file.bytes(at: record.place) } == record.content)
    }
    return found
  }

  @Test("hold records, also of no bytes, one after the other")
  func framing() throws {
    let records: [[UInt8]] = [[1, 2, 3], [], Array(repeating: 7, count: 70_000)]
    let whole = try file(records.flatMap { RecordBytes.framed($0) })
    #expect(try read(whole).map { try $0.get() } == records)
    var passing = try whole.records()
    #expect(try passing.next(skipping: true)?.content.get() == [])
    #expect(try passing.next()?.content.get() == records[1])
  }

  @Test("that are empty hold none")
  func empty() throws {
    #expect(try read(file([])).isEmpty)
  }

  @Test("are read beyond a record whose data are damaged, not beyond a length")
  func bits() throws {
    let first = RecordBytes.framed(Array("first".utf8))
    let second = RecordBytes.framed(Array("second".utf8))
    let third = RecordBytes.framed(Array("third".utf8))
    for place in 0..<second.count {
      var damaged = second
      damaged[place] ^= 0x10
      let found = try read(file(first + damaged + third))
      let isLength = place < 12
      #expect(found.count == (isLength ? 2 : 3), "\(place)")
      #expect(try found[0].get() == Array("first".utf8))
      #expect(throws: RecordFault.self) { try found[1].get() }
      if !isLength { #expect(try found[2].get() == Array("third".utf8)) }
    }
  }

  @Test("that are cut anywhere, or longer than their records, tell it")
  func torn() throws {
    let first = RecordBytes.framed(Array("first".utf8))
    let whole = first + RecordBytes.framed(Array("second".utf8))
    for count in first.count + 1..<whole.count {
      let found = try read(file(Array(whole[..<count])))
      #expect(found.count == 2)
      #expect(throws: RecordFault.self, "\(count)") { try found[1].get() }
    }
    for stray in 1...20 {
      let found = try read(file(first + Array(repeating: 0, count: stray)))
      #expect(found.count == 2 && (try? found[1].get()) == nil)
    }
  }

  @Test("with lengths beyond the file, and beyond any file, take no memory")
  func lyingLengths() throws {
    for length in [6, 1 << 20, 1 << 40, UInt64.max, UInt64(Int.max), UInt64(Int.max) - 8] {
      let bytes = RecordBytes.framed([1]) + RecordBytes.header(length) + [1, 2, 3, 4, 5]
      let found = try read(file(bytes))
      #expect(found.count == 2, "\(length)")
      #expect(throws: RecordFault.self) { try found[1].get() }
    }
    // A record that is whole, and larger than anybody wants, hides none behind it.
    let long = RecordBytes.framed(Array(repeating: 1, count: 1000)) + RecordBytes.framed([2])
    let found = try read(file(long, largest: 999))
    #expect(found.count == 2 && (try? found[0].get()) == nil)
    #expect(try found[1].get() == [2])
  }

  @Test(
    "in GZIP and zlib are told by their bytes and read at any place", arguments: ["gzip", "zlib"])
  func compressed(_ kind: String) throws {
    let path = Fixtures.path("records/plain/\(kind).tfrecord")
    let file = try RecordFile(path, cursors: InflatedCursors())
    let records = try read(file).map { try $0.get() }
    let plain = try ["00000", "00001"].flatMap { shard in
      try read(
        RecordFile(
          Fixtures.path("records/plain/validation-\(shard)-of-00002"), cursors: InflatedCursors()))
    }
    #expect(records == (try plain.map { try $0.get() }))
    var sequence = try file.records()
    var places: [RecordPlace] = []
    while let record = sequence.next(skipping: true) { places.append(record.place) }
    for (place, record) in zip(places, records).reversed() {
      #expect(try file.bytes(at: place) == record)
    }
  }

  @Test("in GZIP are read by several threads at once")
  func threads() async throws {
    let file = try RecordFile(
      Fixtures.path("records/plain/gzip.tfrecord"), cursors: InflatedCursors())
    var sequence = try file.records()
    var records: [(place: RecordPlace, bytes: [UInt8])] = []
    while let record = sequence.next() {
      records.append((record.place, try record.content.get()))
    }
    let expected = records
    await withTaskGroup(of: Bool.self) { group in
      for thread in 0..<8 {
        group.addTask { @concurrent in
          (0..<24).allSatisfy { step in
            let record = expected[(step * (thread + 1) + thread) % 24]
            return (try? file.bytes(at: record.place)) == record.bytes
          }
        }
      }
      for await isSame in group { #expect(isSame) }
    }
  }

  @Test(
    "in GZIP that are cut or damaged anywhere tell it; members one after the other are one file")
  func damagedGZIP() throws {
    let whole = [UInt8](try Fixtures.data("records/plain/gzip.tfrecord"))
    #expect(try read(file(whole + whole)).count == 48)
    for count in stride(from: 100, to: whole.count, by: 97) + [whole.count - 1] {
      let found = try read(file(Array(whole[..<count])))
      #expect((try? found.last?.get()) == nil, "\(count)")
    }
    let stray = try read(file(whole + [1, 2, 3]))
    #expect(stray.count == 25 && (try? stray.last?.get()) == nil)
    var flipped = whole
    flipped[whole.count - 6] ^= 1
    #expect((try? read(file(flipped)).last?.get()) == nil)
  }
}
