import Datasets
import Foundation

/// Members of a tar archive, as `ustar` has them.
enum Tar {
  /// A file of the archive: its header, its bytes, and zeros up to a block of 512.
  static func member(_ name: String, _ bytes: Data) -> Data {
    var header = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, at place: Int) {
      header.replaceSubrange(place..<place + text.utf8.count, with: Array(text.utf8))
    }
    put(name, at: 0)
    put("0000644\0", at: 100)
    put(octal(bytes.count, digits: 11) + "\0", at: 124)
    put("00000000000\0", at: 136)
    put("        0ustar\u{0}00", at: 148)
    // The sum counts its own field as spaces.
    put(octal(header.reduce(0) { $0 + Int($1) }, digits: 6) + "\0 ", at: 148)
    return Data(header) + bytes + Data(count: (512 - bytes.count % 512) % 512)
  }

  /// What ends an archive.
  static let end = Data(count: 1024)

  private static func octal(_ value: Int, digits: Int) -> String {
    let text = String(value, radix: 8)
    return String(repeating: "0", count: digits - text.count) + text
  }
}

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
