package import Wire

/// Google's Snappy, decoded: literals, and copies of what came before.
///
/// Format: `format_description.txt` of google/snappy.
package enum Snappy {
  /// The most that a byte can become: a copy of 64 bytes takes three, those of one bit less two.
  private static let largestExpansion = 32

  /// The decoded bytes of one whole Snappy block.
  package static func decode(_ compressed: ArraySlice<UInt8>) throws(FormatFault) -> [UInt8] {
    var input = ByteCursor(compressed)
    let size = try input.length()
    // Before anything is allocated on the word of the file.
    guard size / largestExpansion <= compressed.count else {
      throw FormatFault("Snappy data claim \(size) bytes from \(compressed.count)")
    }
    var output: [UInt8] = []
    output.reserveCapacity(size)
    while !input.isAtEnd {
      let tag = try input.byte()
      let upper = Int(tag >> 2)
      switch tag & 3 {
      case 0: try literal(upper, &input, &output, size)
      case 1:
        let low = Int(try input.byte())
        try copy((upper & 7) + 4, from: (upper >> 3) << 8 | low, &output, size)
      case 2: try copy(upper + 1, from: Int(try input.fixed(UInt16.self)), &output, size)
      default: try copy(upper + 1, from: Int(try input.fixed(UInt32.self)), &output, size)
      }
    }
    guard output.count == size else {
      throw FormatFault("Snappy data of \(output.count) bytes claim \(size)")
    }
    return output
  }

  /// Bytes as they are: `code + 1` of them, or as many as the next one to four bytes say.
  private static func literal(
    _ code: Int, _ input: inout ByteCursor, _ output: inout [UInt8], _ size: Int
  ) throws(FormatFault) {
    var length = code
    if code >= 60 {
      let bytes = try input.take(code - 59)
      length = bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
    }
    let bytes = try input.take(length + 1)
    guard bytes.count <= size - output.count else { throw FormatFault("Snappy data overflow") }
    output += bytes
  }

  /// `length` bytes from `distance` before the end, which may overlap what they become.
  private static func copy(
    _ length: Int, from distance: Int, _ output: inout [UInt8], _ size: Int
  ) throws(FormatFault) {
    guard distance > 0, distance <= output.count else {
      throw FormatFault("Snappy data copy from \(distance) before byte \(output.count)")
    }
    guard length <= size - output.count else { throw FormatFault("Snappy data overflow") }
    for _ in 0..<length { output.append(output[output.count - distance]) }
  }
}
