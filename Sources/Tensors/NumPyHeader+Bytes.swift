extension NumPyHeader {
  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// The length of what precedes the dictionary, told from the first 10 bytes: 10, or 12 from
  /// version 2 on.
  package static func prefixLength(_ bytes: [UInt8], name: String) throws -> Int {
    guard bytes.count >= 10, bytes.starts(with: magic) else {
      throw NumPyError("\(name): not a .npy file")
    }
    guard (1...3).contains(bytes[6]) else {
      throw NumPyError("\(name): .npy version \(bytes[6]) is unknown")
    }
    return bytes[6] >= 2 ? 12 : 10
  }

  /// The length of the dictionary, told from all that precedes it.
  package static func textLength(_ bytes: [UInt8], name: String) throws -> Int {
    let prefix = try prefixLength(bytes, name: name)
    guard bytes.count >= prefix else { throw NumPyError("\(name): the .npy header is cut short") }
    let narrow = Int(bytes[8]) | Int(bytes[9]) << 8
    return prefix == 12 ? narrow | Int(bytes[10]) << 16 | Int(bytes[11]) << 24 : narrow
  }

  /// Column-major `values` of `shape` in row-major order.
  package static func rowMajor<Value>(_ values: [Value], _ shape: Shape) -> [Value] {
    var result = values
    var index = Array(repeating: 0, count: shape.rank)
    for position in values.indices {
      var offset = 0
      for axis in index.indices.reversed() { offset = offset * shape[axis] + index[axis] }
      result[position] = values[offset]
      for axis in index.indices.reversed() {
        index[axis] += 1
        if index[axis] < shape[axis] { break }
        index[axis] = 0
      }
    }
    return result
  }
}
