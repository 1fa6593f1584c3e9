import Archives
import Foundation
import Records
import TestSupport
import Testing

@Suite("array_record files")
struct ArrayRecordTests {
  private let folder: ScratchFolder
  private let whole: [UInt8]
  init() throws {
    folder = try ScratchFolder()
    whole = [UInt8](
      try Fixtures.data(
        "records/array_record/shapes/png/1.10.0/shapes-validation.array_record-00000-of-00001"))
  }

  /// What a file is read as, in order and again by place.
  private func read(_ bytes: [UInt8]) throws -> [Result<[UInt8], RecordFault>] {
    let file = try RecordFile(
      folder.write(Data(bytes), as: "some.array_record"), cursors: InflatedCursors())
    var records = try file.records()
    var found: [Result<[UInt8], RecordFault>] = []
    while let record = records.next() {
      found.append(record.content)
      let again = Result { () throws(RecordFault) in try file.bytes(at: record.place) }
      #expect(again == record.content)
    }
    var passing = try file.records()
    for _ in found { #expect(passing.next(skipping: true) != nil) }
    return found
  }

  @Test("hold the Examples that array_record wrote")
  func examples() throws {
    let found = try read(whole)
    #expect(found.count == 24)
    for record in found {
      #expect(try Example(record.get()).features.keys.sorted() == ["file_name", "image", "label"])
    }
  }

  @Test("tell a damaged byte: of a chunk's data its record alone, of its header all behind it")
  func bits() throws {
    let good = try read(whole)
    // The first chunk begins at byte 64, its data at 104.
    for place in [64, 70, 80, 88, 100, 104, 110, 150] {
      var damaged = whole
      damaged[place] ^= 0x20
      let found = try read(damaged)
      #expect(throws: RecordFault.self, "\(place)") { try found[0].get() }
      #expect(found.count == (place < 104 ? 1 : 24), "\(place)")
      if place >= 104 { #expect(found.dropFirst() == good.dropFirst()) }
    }
  }

  @Test("without their end, and other files of Riegeli, are refused by name")
  func torn() throws {
    for bytes in [Array(whole.dropLast()), Array(whole[..<65536]), Array(whole[..<200])] {
      let error = #expect(throws: ArchiveError.self) { try read(bytes) }
      #expect(error?.description.contains("Riegeli") == true)
    }
    var other = whole
    for place in 65536..<65700 { other[place] = 0 }
    #expect(throws: ArchiveError.self) { try read(other) }
  }
}

extension ArrayRecordTests {
  /// The records that the package wrote into a file of the archive: their bytes follow from their numbers.
  private func written(_ name: String) -> [[UInt8]] {
    (0..<(name == "small" ? 300 : 40)).map { index in
      (0..<(name == "small" ? index % 3 : 5000 + 137 * index)).map { place in
        UInt8(truncatingIfNeeded: index * 31 + place * (index + 1))
      }
    }
  }

  private func packed(_ name: String) throws -> [UInt8] {
    let archive = try ZipArchive(reading: Fixtures.path("records/array_record/written.zip"))
    let entry = try #require(archive.entries.first { $0.name == name })
    return try archive.content(of: entry, limit: 1 << 20)
  }

  @Test(
    "with chunks of several records and across blocks are read, compressed or not",
    arguments: ["single", "grouped", "small"])
  func chunks(_ name: String) throws {
    let found = try read(packed(name)).map { try $0.get() }
    #expect(found == written(name))
  }

  @Test(
    "in what is not read are told, record by record",
    arguments: [("brotli", "Brotli"), ("transposed", "transposed")])
  func refused(_ name: String, _ words: String) throws {
    let found = try read(packed(name))
    #expect(found.count == 40)
    for record in found {
      guard case .failure(let fault) = record else {
        Issue.record("a record of \(name) was read")
        continue
      }
      #expect(fault.reason.contains(words))
    }
  }
}
