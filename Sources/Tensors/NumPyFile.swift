import Files
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
  ///
  /// A link is followed, and a pipe or a device is written to in place.
  public static func write(_ tensor: Tensor, to path: String) throws {
    do {
      try DurableFile.write(encode(tensor), to: path)
    } catch {
      throw NumPyError("\(error)")
    }
  }

  /// Decodes the bytes of a `.npy` file; `name` appears in errors.
  public static func decode(_ data: Data, name: String) throws -> Tensor {
    let bytes = [UInt8](data)
    let start = try NumPyHeader.prefixLength(bytes, name: name)
    let headerLength = try NumPyHeader.textLength(bytes, name: name)
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
      ? Tensor(shape: header.shape, values: NumPyHeader.rowMajor(values, header.shape))
      : Tensor(shape: header.shape, values: values)
  }

  /// Encodes `tensor` as the bytes of a `.npy` file: little-endian float32, C order, version 1.
  public static func encode(_ tensor: Tensor) -> Data {
    beginning(of: tensor.shape) + tensor.values.littleEndianBytes
  }

  /// Makes a new file of the array whose rows these are, row by row: there is never a copy of all.
  package static func write(rows: [[Float]], columns: Int, to path: String) throws {
    try PieceFile.write(path) { file in
      try file.append(beginning(of: [rows.count, columns]))
      for row in rows {
        precondition(row.count == columns, "\(row.count) values in a row of \(columns)")
        try file.append(row.littleEndianBytes)
      }
    }
  }

  /// What lies before the values.
  private static func beginning(of shape: Shape) -> Data {
    let extents = shape.dimensions.map { "\($0)," }.joined(separator: " ")
    var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(extents)), }"
    // NumPy pads with spaces so that the data starts at a multiple of 64 bytes.
    let padding = (64 - (10 + header.utf8.count + 1) % 64) % 64
    header += String(repeating: " ", count: padding) + "\n"
    var data = Data(NumPyHeader.magic + [1, 0])
    let length = UInt16(header.utf8.count)
    data.append(contentsOf: [UInt8(truncatingIfNeeded: length), UInt8(length >> 8)])
    data.append(contentsOf: header.utf8)
    return data
  }
}
