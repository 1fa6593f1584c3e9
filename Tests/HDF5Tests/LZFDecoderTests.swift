import CHDF5Extensions
import Testing

@Suite("The decoder of LZF")
struct LZFDecoderTests {
  /// What `input` decompresses to, or `nil` if it is damaged or longer than `capacity`.
  private func decompress(_ input: [UInt8], capacity: Int) -> [UInt8]? {
    // Bytes beyond the capacity show whether the decoder keeps to it.
    var output = [UInt8](repeating: 0xEE, count: capacity + 300)
    let counted = unsafe assay_lzf_decompress(input, input.count, nil, capacity)
    let size = unsafe assay_lzf_decompress(input, input.count, &output, capacity)
    #expect(size == counted)
    #expect(output[capacity...].allSatisfy { $0 == 0xEE })
    return size < 0 ? nil : Array(output[..<Int(size)])
  }

  @Test(
    "copies bytes as they are, and from before, also from what it is writing",
    arguments: [
      ([], []), ([2, 7, 8, 9], [7, 8, 9]), ([0, 5, 0x20, 0], [5, 5, 5, 5]),
      ([1, 1, 2, 0x60, 1], [1, 2, 1, 2, 1, 2, 1]),
      ([0, 3, 0xE0, 1, 0], [UInt8](repeating: 3, count: 11)),
    ] as [([UInt8], [UInt8])])
  func copies(_ input: [UInt8], _ output: [UInt8]) {
    #expect(decompress(input, capacity: 11) == output)
  }

  @Test(
    "refuses what leads before the beginning, beyond the end, or stops in the middle",
    arguments: [
      [0x20, 0], [0, 5, 0x20, 1], [0, 5, 0x3F, 0xFF], [2, 1, 2], [0, 5, 0xE0], [0, 5, 0x20], [31],
    ])
  func damage(_ input: [UInt8]) {
    #expect(decompress(input, capacity: 100) == nil)
  }

  @Test("keeps to the room it is given, whatever the bytes say")
  func anything() {
    var state: UInt64 = 1
    var whole = 0
    for round in 0..<20_000 {
      let input = (0..<round % 40).map { _ -> UInt8 in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 56)
      }
      if decompress(input, capacity: round % 300) != nil { whole += 1 }
    }
    #expect(whole > 0)
  }
}
