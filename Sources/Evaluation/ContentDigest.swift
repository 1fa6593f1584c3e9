import Tensors

/// The SHA-256 of an image's bytes, in place: one is kept for each of a million images.
struct ContentDigest: Sendable, Hashable {
  /// The 32 bytes, eight a word, the first in the highest places.
  private let words: SIMD4<UInt64>

  /// From eight bytes a word, the first in the highest places.
  init(_ words: SIMD4<UInt64>) { self.words = words }

  /// From the 32 bytes that a hash gives; `nil` of another number of them.
  init?(_ bytes: some Sequence<UInt8>) {
    var words = SIMD4<UInt64>.zero
    var count = 0
    for byte in bytes {
      guard count < 32 else { return nil }
      words[count / 8] = words[count / 8] << 8 | UInt64(byte)
      count += 1
    }
    guard count == 32 else { return nil }
    self.words = words
  }

  /// From 64 hexadecimal digits.
  init?(hexadecimal text: String) {
    let digits = text.utf8.compactMap { UInt8(String(UnicodeScalar($0)), radix: 16) }
    guard digits.count == 64, text.utf8.count == 64 else { return nil }
    self.init(stride(from: 0, to: 64, by: 2).map { digits[$0] << 4 | digits[$0 + 1] })
  }

  /// The 64 hexadecimal digits.
  var hexadecimal: String {
    unsafe String(unsafeUninitializedCapacity: 64) { text in
      for index in 0..<64 {
        let digit = UInt8(truncatingIfNeeded: words[index / 16] >> (60 - index % 16 * 4)) & 15
        unsafe text[index] = digit < 10 ? 0x30 + digit : 0x57 + digit
      }
      return 64
    }
  }
}
