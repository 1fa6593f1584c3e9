import Testing

import TensorBundles
import Wire

@Suite("Snappy")
struct SnappyTests {
  private func decode(_ bytes: [UInt8]) throws(FormatFault) -> String {
    String(decoding: try Snappy.decode(bytes[...]), as: UTF8.self)
  }

  @Test(
    "is decoded as its description says",
    arguments: [
      ([0], ""),
      ([3, 2 << 2] + Array("abc".utf8), "abc"),
      // A copy with one byte of distance: 4 to 11 bytes.
      ([7, 2 << 2] + Array("abc".utf8) + [0b000_000_01, 3], "abcabca"),
      // With two bytes and with four: up to 64 bytes.
      ([6, 2 << 2] + Array("abc".utf8) + [2 << 2 | 2, 3, 0], "abcabc"),
      ([5, 2 << 2] + Array("abc".utf8) + [1 << 2 | 3, 1, 0, 0, 0], "abccc"),
      // A copy that reads what it writes repeats.
      ([9, 0] + Array("x".utf8) + [7 << 2 | 2, 1, 0], "xxxxxxxxx"),
      // A literal whose length stands in a byte of its own.
      (
        [70, 60 << 2, 69] + Array(String(repeating: "y", count: 70).utf8),
        String(repeating: "y", count: 70)
      ),
    ] as [([UInt8], String)])
  func decoding(_ bytes: [UInt8], _ expected: String) throws {
    #expect(try decode(bytes) == expected)
  }

  @Test(
    "is refused where it is wrong",
    arguments: [
      [], [0x80], [4, 2 << 2, 0x61, 0x62, 0x63], [2, 2 << 2, 0x61, 0x62, 0x63],
      // Longer than there is, further back than there is, no distance, and nothing at all.
      [3, 3 << 2, 0x61, 0x62, 0x63], [6, 0, 0x61, 4 << 2 | 2, 2, 0],
      [6, 0, 0x61, 4 << 2 | 2, 0, 0],
      [3, 2 << 2], [5, 0, 0x61, 3], [9, 63 << 2, 0xFF, 0xFF, 0xFF, 0xFF],
      // A terabyte from ten bytes.
      [0x80, 0x80, 0x80, 0x80, 0x80, 0x20, 0, 0x61, 0xFE, 1],
    ] as [[UInt8]])
  func refusing(_ bytes: [UInt8]) {
    #expect(throws: FormatFault.self) { try decode(bytes) }
  }
}
