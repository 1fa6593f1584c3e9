import Datasets
import Foundation
import TestSupport

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

/// The evaluation of a network that has 199 of 360 digits right at first guess and 320 among five.
enum HalfTrained {
  /// All of it but the images.
  static let evaluation = [
    "evaluate", "--model", "preact-resnet18", "--blocks-per-stage", "2,2", "--weights",
    Fixtures.path("checkpoints/digits/digits-half.weights.h5"), "--preset", "keras-tf",
    "--normalize", "tf", "--input-size", "32",
  ]

  /// On the validation digits, as a run in a folder.
  static func run(in folder: String, _ more: [String] = []) -> [String] {
    evaluation + ["--data", Fixtures.path("digits/validation"), "--out", folder] + more
  }
}
