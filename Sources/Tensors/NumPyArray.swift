/// An array as a `.npy` file holds it, before its elements become anything else.
///
/// For what must stay exact: bytes of pixels, and integers over 2²⁴, which float32 does not have.
package struct NumPyArray: Sendable {
  /// What the file says of it.
  package let header: NumPyHeader
  /// The elements in the file's own order and type.
  private let body: [UInt8]

  /// An array whose header and elements have been read.
  package init(header: NumPyHeader, body: [UInt8]) {
    precondition(
      body.count == header.elementCount * header.type.width, "bytes do not fill the array")
    self.header = header
    self.body = body
  }

  /// The extents.
  package var shape: Shape { header.shape }

  /// The elements in row-major order, where they are of type uint8.
  package var bytes: [UInt8]? {
    guard header.type.kind == "u", header.type.width == 1 else { return nil }
    return inRows(body)
  }

  /// The elements in row-major order, where they are integers of any width, or truth values; `nil` too
  /// where one is more than an `Int` holds.
  package var integers: [Int]? { header.type.integers(in: body[...]).map { inRows($0) } }

  /// The elements in row-major order, rounded to float32.
  package var floats: [Float] { inRows(header.type.floats(in: body[...])) }

  private func inRows<Value>(_ values: [Value]) -> [Value] {
    header.isFortranOrder && shape.rank > 1 ? NumPyHeader.rowMajor(values, shape) : values
  }
}

extension NumPyElement {
  /// Whether elements are integers or truth values.
  package var isInteger: Bool { kind == "i" || kind == "u" || kind == "b" }

  /// The type as NumPy calls it: `uint8`, `float32`, `bool`.
  package var name: String {
    switch kind {
    case "f": "float\(8 * width)"
    case "i": "int\(8 * width)"
    case "u": "uint\(8 * width)"
    case "b": "bool"
    default: "bfloat16"
    }
  }

  /// The elements in `bytes`; `nil` where they are no integers, or one is over `Int.max`.
  func integers(in bytes: ArraySlice<UInt8>) -> [Int]? {
    guard isInteger else { return nil }
    var values: [Int] = []
    values.reserveCapacity(bytes.count / width)
    for start in stride(from: bytes.startIndex, to: bytes.endIndex, by: width) {
      var bits: UInt64 = 0
      for offset in 0..<width {
        let place = isBigEndian ? offset : width - 1 - offset
        bits = bits << 8 | UInt64(bytes[start + place])
      }
      if kind == "i" {
        // The sign is the highest bit of the element, wherever that lies in 64.
        let unused = UInt64(64 - 8 * width)
        values.append(Int(Int64(bitPattern: bits << unused) >> unused))
      } else {
        guard let value = Int(exactly: bits) else { return nil }
        values.append(value)
      }
    }
    return values
  }
}
