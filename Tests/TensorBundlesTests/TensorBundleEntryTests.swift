import Testing

import TensorBundles
import Wire

@Suite("An entry of a tensor bundle")
struct TensorBundleEntryTests {
  private func entry(_ proto: [UInt8]) throws(FormatFault) -> TensorBundleEntry {
    try TensorBundleEntry(key: "w", proto: proto[...])
  }

  /// float32, 2 × 3, at 5 of data file 1, 24 bytes.
  private let plain: [UInt8] = [
    0x08, 1, 0x12, 8, 0x12, 2, 0x08, 2, 0x12, 2, 0x08, 3, 0x18, 1, 0x20, 5, 0x28, 24, 0x35, 4, 3, 2,
    1,
  ]

  @Test("has its type, shape and place")
  func plainEntry() throws {
    let entry = try entry(plain)
    #expect(entry.element == .float32 && entry.shape == [2, 3] && entry.elementCount == 6)
    #expect(entry.shard == 1 && entry.offset == 5 && entry.size == 24)
    #expect(entry.checksum == 0x0102_0304 && entry.sliceCount == 0)
  }

  @Test("ignores fields that it does not know, and takes the last of those that come twice")
  func otherFields() throws {
    #expect(try entry(plain + [0x50, 7, 0x5A, 1, 9, 0x61, 1, 2, 3, 4, 5, 6, 7, 8]) == entry(plain))
    #expect(try entry(plain + [0x20, 9]).offset == 9)
  }

  @Test(
    "that is cut short, contradicts itself or claims too much is refused",
    arguments: [
      // A size that is not that of the shape; a negative place; an end beyond all numbers.
      [0x08, 1, 0x28, 3],
      [0x08, 1, 0x28, 4, 0x20, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1],
      [0x08, 7, 0x28, 4, 0x20, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
      // An extent of -1, of 2⁶², and two of 2⁴⁰.
      [0x08, 1, 0x12, 13, 0x12, 11, 0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1],
      [0x08, 1, 0x12, 12, 0x12, 10, 0x08, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40],
      [0x08, 1, 0x12, 18]
        + Array(repeating: [0x12, 7, 0x08, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20], count: 2).joined(),
      // An unknown rank; a field of another kind, of no kind, of number 0; a length past the end.
      [0x08, 1, 0x12, 2, 0x18, 1, 0x28, 4], [0x0A, 0], [0x0B], [0x00, 1], [0x12, 99], [0x12],
      [0x08, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x02],
    ] as [[UInt8]])
  func refused(_ proto: [UInt8]) {
    #expect(throws: FormatFault.self) { try entry(proto) }
  }

  @Test("is refused or read at every length that it is cut to")
  func cut() throws {
    var refused = 0
    for length in plain.indices {
      do throws(FormatFault) { _ = try entry(Array(plain.prefix(length))) } catch { refused += 1 }
    }
    #expect(refused > plain.count / 2)
  }
}
