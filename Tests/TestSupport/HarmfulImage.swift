/// Small image files that would take memory or time out of all proportion.
public enum HarmfulImage {
  /// A PNG that ends in a chunk of `type` which says that it has 2 GB.
  public static func hugeChunk(_ type: String) -> [UInt8] {
    pngSignature + chunk("IHDR", pngHeader) + bigEndian(0x7FFF_FFFF) + Array(type.utf8)
      + Array("abc".utf8)
  }

  /// A whole grey PNG of 8×8 pixels before which `count` comments stand, each of 8 MB of nothing.
  public static func inflatingComments(_ count: Int) -> [UInt8] {
    // A literal 0 and 31,008 copies of 258 of it, in one block with the fixed codes of deflate.
    var bits = BitWriter()
    bits.write(0b011, 3)
    bits.writeReversed(0x30, 8)
    for _ in 0..<31_008 {
      bits.writeReversed(0b1100_0101, 8)
      bits.write(0, 5)
    }
    bits.write(0, 7)
    let size = 1 + 31_008 * 258
    // Of zeros alone, the lower half of Adler's sum stays 1.
    let checksum = [UInt8(size % 65521 >> 8), UInt8(size % 65521 & 255), 0, 1]
    let comment = chunk(
      "zTXt", Array("Comment\0\0".utf8) + [0x78, 0x9C] + bits.bytes + checksum)
    // Stored: a filter byte and eight pixels, eight times.
    let rows = [UInt8](repeating: 0, count: 72)
    let pixels = [0x78, 0x01, 1, 72, 0, 183, 255] + rows + [0, 72, 0, 1]
    return pngSignature + chunk("IHDR", pngHeader)
      + repeatElement(comment, count: count).flatMap { $0 } + chunk("IDAT", pixels)
      + chunk("IEND", [])
  }

  /// A progressive grey JPEG of `side` × `side` pixels, each of whose scans refines, in a few bytes,
  /// coefficients that are all 0.
  public static func emptyScans(_ count: Int, side: Int) -> [UInt8] {
    let extent = [UInt8(side >> 8), UInt8(side & 255)]
    let table = [UInt8](repeating: 0, count: 16)
    let oneCode = [1] + table.dropLast()
    let quantization: [UInt8] = [0xFF, 0xDB, 0, 67, 0] + [UInt8](repeating: 1, count: 64)
    let frame: [UInt8] = [0xFF, 0xC2, 0, 11, 8] + extent + extent + [1, 1, 0x11, 0]
    // The difference 0; and a run of blocks without coefficients, 16384 and what 14 bits say.
    let first: [UInt8] = [0xFF, 0xC4, 0, 20, 0x00] + oneCode + [0x00]
    let others: [UInt8] = [0xFF, 0xC4, 0, 20, 0x10] + oneCode + [0xE0]
    let blocks = ((side + 7) / 8) * ((side + 7) / 8)
    let average: [UInt8] =
      [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 0, 0] + [UInt8](repeating: 0, count: blocks / 8 + 1)
    let empty: [UInt8] =
      [0xFF, 0xDA, 0, 8, 1, 1, 0, 1, 63, 0xDC]
      + [UInt8](repeating: 0, count: 2 * (blocks / 16384 + 1))
    return [0xFF, 0xD8] + quantization + frame + first + others + average
      + repeatElement(empty, count: count - 1).flatMap { $0 } + [0xFF, 0xD9]
  }

  /// A WebP whose canvas is the largest that is read, and whose one frame is a pixel at its corner, of
  /// the colour 200, 30, 60.
  public static let wideCanvas: [UInt8] =
    Array("RIFF".utf8) + [86, 0, 0, 0] + Array("WEBPVP8X".utf8)
    // 16383 × 5461.
    + [10, 0, 0, 0, 2, 0, 0, 0, 0xFE, 0x3F, 0, 0x54, 0x15, 0]
    + Array("ANIM".utf8) + [6, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    + Array("ANMF".utf8) + [42, 0, 0, 0] + [UInt8](repeating: 0, count: 12) + [1, 0, 0, 0]
    + Array("VP8L".utf8) + [17, 0, 0, 0]
    + [0x2F, 0, 0, 0, 0, 7, 0x50, 0x8F, 0x22, 0x97, 0xA7, 0xFF, 0x81, 0x88, 0xE8, 0x7F, 0, 0]

  // MARK: PNG

  private static let pngSignature: [UInt8] = [0x89] + Array("PNG\r\n\u{1A}\n".utf8)
  /// 8×8 grey pixels of a byte.
  private static let pngHeader: [UInt8] = bigEndian(8) + bigEndian(8) + [8, 0, 0, 0, 0]

  private static func chunk(_ type: String, _ content: [UInt8]) -> [UInt8] {
    let body = Array(type.utf8) + content
    return bigEndian(UInt32(content.count)) + body + bigEndian(checksum(body))
  }

  private static func bigEndian(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }

  /// CRC-32 as in ISO 3309.
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var value: UInt32 = .max
    for byte in bytes {
      value ^= UInt32(byte)
      for _ in 0..<8 { value = value >> 1 ^ (value & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
    return ~value
  }
}

/// Bits from the lowest of each byte on.
private struct BitWriter {
  private(set) var bytes: [UInt8] = []
  private var free = 0

  mutating func write(_ value: Int, _ count: Int) {
    for bit in 0..<count {
      if free == 0 {
        bytes.append(0)
        free = 8
      }
      bytes[bytes.count - 1] |= UInt8(value >> bit & 1) << (8 - free)
      free -= 1
    }
  }

  /// A code of Huffman's, which begins with its highest bit.
  mutating func writeReversed(_ value: Int, _ count: Int) {
    for bit in (0..<count).reversed() { write(value >> bit & 1, 1) }
  }
}
