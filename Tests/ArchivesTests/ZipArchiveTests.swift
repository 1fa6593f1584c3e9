import Archives
import Foundation
import TestSupport
import Testing

@Suite("A zip archive")
struct ZipArchiveTests {
  private let text = Array("some text".utf8)

  private func open(_ bytes: [UInt8], _ body: (ZipArchive) throws -> Void) throws {
    let scratch = try ScratchFolder()
    try body(ZipArchive(reading: scratch.write(bytes, as: "some.zip")))
  }

  /// What opening the archive, and reading all of it, says is wrong.
  private func fault(_ builder: ZipBuilder) throws -> String {
    try #require(
      throws: ArchiveError.self,
      performing: {
        try open(builder.bytes()) { archive in
          for entry in archive.entries { _ = try archive.content(of: entry, limit: 1 << 20) }
        }
      }
    ).description
  }

  private func member(_ change: (inout ZipBuilder.Member) -> Void) -> ZipBuilder {
    var member = ZipBuilder.Member("a.txt")
    change(&member)
    return ZipBuilder([ZipBuilder.Member("first.txt"), member])
  }

  @Test("gives the members in the order of its list, without the folders")
  func members() throws {
    var builder = ZipBuilder([
      ZipBuilder.Member("b/", []), ZipBuilder.Member("b/größe.txt"),
      ZipBuilder.Member("a", [1, 2]),
    ])
    builder.comment = Array(
      "PK\u{5}\u{6} may stand in a comment, too, long enough for a record".utf8)
    try open(builder.bytes()) { archive in
      #expect(archive.entries.map(\.name) == ["b/größe.txt", "a"])
      let entry = try #require(archive.entry("a"))
      #expect(try archive.content(of: entry, limit: 2) == [1, 2])
      #expect(archive.entry("b/") == nil)
      try archive.verify(entry)
      #expect(throws: ArchiveError.self) { try archive.content(of: entry, limit: 1) }
    }
  }

  @Test("may tell a member's sizes behind its content, as those written to a pipe do")
  func descriptor() throws {
    // Only the list is right then; the local header has zeros, which here are the test's lies.
    var bytes = member { $0.flags = 8 }.bytes()
    let header = try #require(Data(bytes).lastRange(of: Data("PK\u{3}\u{4}".utf8))).lowerBound
    for place in header + 14..<header + 26 { bytes[place] = 0 }
    try open(bytes) { archive in
      let entry = try #require(archive.entry("a.txt"))
      #expect(try archive.content(of: entry, limit: 99) == text)
    }
  }

  @Test(
    "is refused for a name that is no plain relative path",
    arguments: [
      ("/etc/passwd", "no relative path"), ("a\\b", "no relative path"),
      ("C:x", "no relative path"),
      ("../a", "leads out"), ("a/../../b", "leads out"), ("a\u{1}", "control characters"),
      ("", "no name"), ("first.txt", "twice"),
    ])
  func names(_ name: String, _ words: String) throws {
    #expect(try fault(member { $0.name = name }).contains(words))
  }

  @Test("is refused for a member that is encrypted, a link, a device, or a bomb")
  func kinds() throws {
    #expect(try fault(member { $0.flags = 1 }).hasSuffix("a.txt: is encrypted"))
    #expect(try fault(member { $0.flags = 0x41 }).hasSuffix("a.txt: is encrypted"))
    #expect(try fault(member { $0.attributes = 0o120777 << 16 }).contains("symbolic link"))
    #expect(try fault(member { $0.attributes = 0o010644 << 16 }).contains("a device or a pipe"))
    let bomb = member { ($0.method, $0.size) = (8, 2 << 20) }
    #expect(try fault(bomb).contains("expands more than 100 times, to 2097152 bytes"))
    #expect(try fault(member { $0.method = 12 }).contains("compressed by method 12"))
  }

  @Test("is damaged where its parts contradict each other")
  func contradictions() throws {
    #expect(try fault(member { $0.checksum = 7 }).contains("checksum (CRC-32) is wrong"))
    #expect(try fault(member { $0.size = 8 }).contains("contradict each other"))
    #expect(try fault(member { $0.localName = "b.txt" }).contains("its own header differs"))
    #expect(try fault(member { $0.offset = 0 }).contains("overlaps"))
    #expect(try fault(member { $0.offset = 5_000_000 }).contains("overlaps"))
    #expect(try fault(member { $0.method = 8 }).contains("deflated bytes are broken"))
    #expect(
      try fault(member { ($0.size, $0.storedSize) = (500, 500) }).contains("overlaps"))
    var builder = member { _ in }
    builder.count = 3
    #expect(try fault(builder).contains("damaged"))
    builder.count = 1
    #expect(try fault(builder).contains("lists 2 members, its end says 1"))
  }

  @Test("reads what NumPy wrote with ZIP64 fields, and what it deflated")
  func numPy() throws {
    let plain = try ZipArchive(reading: Fixtures.path("checkpoints/archives/numpy.npz"))
    let small = try ZipArchive(reading: Fixtures.path("checkpoints/archives/compressed.npz"))
    #expect(plain.entries.count == 9)
    #expect(plain.entries.map(\.name) == small.entries.map(\.name))
    #expect(plain.entries.allSatisfy { $0.method == .stored })
    #expect(small.entries.allSatisfy { $0.method == .deflated })
    for entry in small.entries {
      let other = try #require(plain.entry(entry.name))
      #expect(
        try small.content(of: entry, limit: 1 << 20) == plain.content(of: other, limit: 1 << 20))
    }
  }

  @Test("says what a path is that is no file", arguments: ["/dev/null", "/tmp", "no/such.zip"])
  func noFile(_ path: String) {
    #expect(throws: ArchiveError.self) { try ZipArchive(reading: path) }
  }
}
