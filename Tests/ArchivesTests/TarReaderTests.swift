import Archives
import TestSupport
import Testing

@Suite("A tar archive")
struct TarReaderTests {
  private func member(
    _ name: String, _ content: [UInt8], kind: Character = "0", size: [UInt8]? = nil
  ) -> [UInt8] { TarBytes.member(name, content, kind: kind, size: size) }

  private let end = TarBytes.end

  private func read(_ bytes: [UInt8]) throws -> [String] {
    var reader = TarReader(.bytes(bytes, name: "x.tar"))
    var found: [String] = []
    while let entry = try reader.next() {
      let name = String(decoding: entry.name, as: UTF8.self)
      found.append(name + "=" + String(decoding: try reader.content(limit: 1000), as: UTF8.self))
    }
    return found
  }

  @Test("takes names and sizes from pax headers, for the next member or for all")
  func pax() throws {
    for wrong in ["18 path=of them all\n", "8 size=2\n", "10 size=2", "10 sizes2\n", "x path=a\n"] {
      let bytes = member("x", Array(wrong.utf8), kind: "x") + member("a", []) + end
      #expect(throws: ArchiveError.self) { try read(bytes) }
    }
    let exact =
      member("x", Array("15 path=longer\n10 size=2\n".utf8), kind: "x")
      + member("a", Array("two".utf8)) + member("b", Array("three".utf8)) + end
    #expect(try read(exact) == ["longer=tw", "b=three"])
    let all =
      member("g", Array("13 path=both\n".utf8), kind: "g") + member("a", Array("1".utf8))
      + member("b", Array("2".utf8)) + end
    #expect(try read(all) == ["both=1", "both=2"])
  }

  @Test("passes over links, folders and devices, and has sizes in base 256")
  func kinds() throws {
    let bytes =
      member("folder/", [], kind: "5") + member("link", [], kind: "2")
      + member("device", [], kind: "3") + member("old", Array("7".utf8), kind: "\u{0}")
      + member("old/", [], kind: "\u{0}")
      + member("wide", Array("ab".utf8), size: [0x80] + [UInt8](repeating: 0, count: 10) + [2])
    #expect(try read(bytes + end) == ["old=7", "wide=ab"])
    #expect(try read(bytes + end + bytes + end) == ["old=7", "wide=ab", "old=7", "wide=ab"])
  }

  @Test("is refused without its end, for sparse members, and for sizes that no file has")
  func faults() throws {
    let whole = member("a", Array("1".utf8))
    #expect(try read(whole + end.prefix(512)) == ["a=1"])
    let cut = try #require(throws: ArchiveError.self) { try read(whole) }
    #expect(cut.description.hasPrefix("x.tar: damaged: cut short: it ends at byte 1024"))
    let sparse = try #require(throws: ArchiveError.self) {
      try read(member("s", [], kind: "S") + end)
    }
    #expect(sparse.description.contains("sparse"))
    for size: [UInt8] in [
      [UInt8](repeating: 0xFF, count: 12), [0x80] + [UInt8](repeating: 0xFF, count: 11),
      Array("77777777777".utf8), Array("00000000009".utf8),
    ] {
      #expect(throws: ArchiveError.self) { try read(member("a", [], size: size) + end) }
    }
  }
}
