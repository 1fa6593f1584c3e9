/// An element type of a `.npy` file, as in its `descr`: `<f4`, `|u1`, `>i8`.
package struct NumPyElement: Sendable {
  /// The letter: `f` float, `i` integer, `u` unsigned, `b` truth value, `V` two bytes of bfloat16.
  package let kind: Character
  /// The size in bytes.
  package let width: Int
  /// Whether the highest byte comes first.
  package let isBigEndian: Bool

  init?(_ descr: Substring) {
    guard descr.utf8.count == 3, let order = descr.first, let kind = descr.dropFirst().first,
      let width = descr.last?.wholeNumberValue, "<>|=".contains(order)
    else { return nil }
    switch (kind, width) {
    case ("f", 2), ("f", 4), ("f", 8), ("i", 1), ("i", 2), ("i", 4), ("i", 8),
      ("u", 1), ("u", 2), ("u", 4), ("u", 8), ("b", 1),
      // NumPy has no name for bfloat16: the extension type is written as two bytes of anything.
      ("V", 2):
      break
    default: return nil
    }
    self.kind = kind
    self.width = width
    isBigEndian = order == ">"
  }

  /// Whether the bytes are those of a `Float` in memory.
  package var isNativeFloat: Bool { kind == "f" && width == 4 && isBigEndian == (1.bigEndian == 1) }

  /// The elements in `bytes`, rounded to float32.
  package func floats(in bytes: ArraySlice<UInt8>) -> [Float] {
    stride(from: bytes.startIndex, to: bytes.endIndex, by: width).map { start in
      var bits: UInt64 = 0
      for offset in 0..<width {
        let place = isBigEndian ? width - 1 - offset : offset
        bits |= UInt64(bytes[start + offset]) << UInt64(8 * place)
      }
      return float(bits)
    }
  }

  private func float(_ bits: UInt64) -> Float {
    switch (kind, width) {
    case ("f", 2): Float(Float16(bitPattern: UInt16(truncatingIfNeeded: bits)))
    case ("V", _): Float(bitPattern: UInt32(truncatingIfNeeded: bits) << 16)
    case ("f", 4): Float(bitPattern: UInt32(truncatingIfNeeded: bits))
    case ("f", _): Float(Double(bitPattern: bits))
    case ("i", 1): Float(Int8(truncatingIfNeeded: bits))
    case ("i", 2): Float(Int16(truncatingIfNeeded: bits))
    case ("i", 4): Float(Int32(truncatingIfNeeded: bits))
    case ("i", _): Float(Int64(bitPattern: bits))
    default: Float(bits)
    }
  }
}
