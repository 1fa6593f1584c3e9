import Datasets
import Foundation

/// The beginning of a `.npy` file.
enum NumPyBytes {
  /// The header of an array of a type, in C order.
  static func header(_ type: String, _ shape: [Int]) -> Data {
    let extents = shape.map { "\($0)," }.joined(separator: " ")
    let text = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(extents)), }"
    let padded = text + String(repeating: " ", count: 63 - (text.utf8.count + 10) % 64) + "\n"
    let count = padded.utf8.count
    return Data([0x93]) + Data("NUMPY".utf8)
      + Data([1, 0, UInt8(count & 255), UInt8(count >> 8)]) + Data(padded.utf8)
  }
}

/// The pixels of a small grey image.
enum GreyPNG {
  /// The bytes of its one channel, row by row.
  static func pixels(of path: String) throws -> [UInt8] {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    let header = try ImageHeader(bytes, rules: .tensorFlow)
    return try DecodedImage(bytes, header: header, rules: .tensorFlow, channels: 1).pixels
  }
}
