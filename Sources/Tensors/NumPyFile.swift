public import Foundation

/// Why a `.npy` file could not be read or written.
public struct NumPyError: Error, Hashable, CustomStringConvertible {
  /// What is wrong, with the file's name.
  public let description: String

  /// Creates an error that says what is wrong.
  public init(_ description: String) { self.description = description }
}

/// Reading and writing arrays in NumPy's `.npy` format, versions 1 to 3 (NEP 1).
///
/// Numbers of any width become float32; complex, structured and pickled arrays are refused.
public enum NumPyFile {
  /// Reads the array at `path`.
  public static func read(_ path: String) throws -> Tensor {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw NumPyError("\(path): cannot be read")
    }
    return try decode(data, name: path)
  }

  /// Writes `tensor` to `path` as little-endian float32 in C order, whole or not at all.
  public static func write(_ tensor: Tensor, to path: String) throws {
    try encode(tensor).write(to: URL(fileURLWithPath: path), options: .atomic)
  }

  /// Decodes the bytes of a `.npy` file; `name` appears in errors.
  public static func decode(_ data: Data, name: String) throws -> Tensor {
    let bytes = [UInt8](data)
    guard bytes.count >= 10, bytes.starts(with: magic) else {
      throw NumPyError("\(name): not a .npy file")
    }
    let wide = bytes[6] >= 2
    guard (1...3).contains(bytes[6]), !wide || bytes.count >= 12 else {
      throw NumPyError("\(name): .npy version \(bytes[6]) is unknown")
    }
    var headerLength = Int(bytes[8]) | Int(bytes[9]) << 8
    if wide { headerLength |= Int(bytes[10]) << 16 | Int(bytes[11]) << 24 }
    let start = wide ? 12 : 10
    guard bytes.count - start >= headerLength else {
      throw NumPyError("\(name): the .npy header is cut short")
    }
    let header = try NumPyHeader(
      String(decoding: bytes[start..<start + headerLength], as: UTF8.self), name: name)
    let body = bytes[(start + headerLength)...]
    guard body.count == header.elementCount * header.type.width else {
      throw NumPyError(
        "\(name): \(body.count) bytes of data, but \(header.shape) of \(header.type.width) "
          + "bytes each needs \(header.elementCount * header.type.width)")
    }
    let values = header.type.floats(in: body)
    return header.isFortranOrder
      ? Tensor(shape: header.shape, values: reordered(values, header.shape))
      : Tensor(shape: header.shape, values: values)
  }

  /// Encodes `tensor` as the bytes of a `.npy` file: little-endian float32, C order, version 1.
  public static func encode(_ tensor: Tensor) -> Data {
    let extents = tensor.shape.dimensions.map { "\($0)," }.joined(separator: " ")
    var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(extents)), }"
    // NumPy pads with spaces so that the data starts at a multiple of 64 bytes.
    let padding = (64 - (10 + header.utf8.count + 1) % 64) % 64
    header += String(repeating: " ", count: padding) + "\n"
    var data = Data(magic + [1, 0])
    let length = UInt16(header.utf8.count)
    data.append(contentsOf: [UInt8(truncatingIfNeeded: length), UInt8(length >> 8)])
    data.append(contentsOf: header.utf8)
    data.reserveCapacity(data.count + 4 * tensor.values.count)
    for value in tensor.values {
      let bits = value.bitPattern
      data.append(contentsOf: [
        UInt8(truncatingIfNeeded: bits), UInt8(truncatingIfNeeded: bits >> 8),
        UInt8(truncatingIfNeeded: bits >> 16), UInt8(truncatingIfNeeded: bits >> 24),
      ])
    }
    return data
  }

  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// Column-major `values` of `shape` in row-major order.
  private static func reordered(_ values: [Float], _ shape: Shape) -> [Float] {
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
