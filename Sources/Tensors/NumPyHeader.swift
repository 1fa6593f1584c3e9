/// The header of a `.npy` file: a Python dictionary literal with exactly three keys.
struct NumPyHeader {
  let type: NumPyElement
  let isFortranOrder: Bool
  let shape: Shape
  let elementCount: Int

  init(_ text: String, name: String) throws {
    guard let descr = Self.value(of: "descr", in: text), descr.first == "'",
      let type = NumPyElement(descr.dropFirst().prefix { $0 != "'" })
    else {
      throw NumPyError("\(name): element type is not a plain number: \(text)")
    }
    guard let order = Self.value(of: "fortran_order", in: text),
      let tuple = Self.value(of: "shape", in: text), tuple.first == "(",
      let end = tuple.firstIndex(of: ")")
    else {
      throw NumPyError("\(name): malformed .npy header: \(text)")
    }
    var extents: [Int] = []
    var count = 1
    for part in tuple[..<end].dropFirst().split(separator: ",") {
      let digits = part.filter { $0 != " " }
      if digits.isEmpty { continue }
      guard let extent = Int(digits), extent >= 0 else {
        throw NumPyError("\(name): \(digits) is no extent")
      }
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      // An array of more than 2^40 elements is a damaged header, not data.
      guard !overflow, product <= 1 << 40 else { throw NumPyError("\(name): shape is too large") }
      count = product
      extents.append(extent)
    }
    self.type = type
    isFortranOrder = order.hasPrefix("True")
    shape = Shape(extents)
    elementCount = count
  }

  /// The text that follows `'key':` without leading spaces.
  private static func value(of key: String, in text: String) -> Substring? {
    for quote in ["'", "\""] {
      if let range = text.firstRange(of: "\(quote)\(key)\(quote):") {
        return text[range.upperBound...].drop { $0 == " " }
      }
    }
    return nil
  }
}

/// An element type of a `.npy` file, as in its `descr`: `<f4`, `|u1`, `>i8`.
struct NumPyElement {
  let kind: Character
  let width: Int
  let isBigEndian: Bool

  init?(_ descr: Substring) {
    guard descr.utf8.count == 3, let order = descr.first, let kind = descr.dropFirst().first,
      let width = descr.last?.wholeNumberValue, "<>|=".contains(order)
    else { return nil }
    switch (kind, width) {
    case ("f", 2), ("f", 4), ("f", 8), ("i", 1), ("i", 2), ("i", 4), ("i", 8),
      ("u", 1), ("u", 2), ("u", 4), ("u", 8), ("b", 1):
      break
    default: return nil
    }
    self.kind = kind
    self.width = width
    isBigEndian = order == ">"
  }

  /// The elements in `bytes`, rounded to float32.
  func floats(in bytes: ArraySlice<UInt8>) -> [Float] {
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
