import Datasets
import Foundation
import Tensors
import TestSupport
import Testing

/// What TensorFlow, Keras and Pillow made of the images in `Fixtures/images`; written there by
/// `Tools/fixtures/images.py`.
struct ImageReferences: Decodable {
  /// One decode; without a digest the library refused the file.
  struct Decoding: Decodable, Sendable, CustomTestStringConvertible {
    let file: String
    let rules: String
    let channels: Int
    let height: Int?
    let width: Int?
    let digest: String?

    var testDescription: String { "\(file) \(rules) \(channels)" }
  }

  /// One resize of an image that Pillow decoded.
  struct Resizing: Decodable, Sendable, CustomTestStringConvertible {
    let file: String
    let channels: Int
    let height: Int
    let width: Int
    let rules: String
    let filter: Interpolation
    let digest: String

    var testDescription: String {
      "\(file) \(channels) to \(height)×\(width) \(rules) \(filter)"
    }
  }

  /// One run of a whole pipeline.
  struct Pipeline: Decodable, Sendable, CustomTestStringConvertible {
    let file: String
    let preset: String
    let height: Int
    let width: Int
    let channels: Int
    let normalization: PixelNormalization
    let interpolation: Interpolation?
    let cropToAspectRatio: Bool?
    let minAspectDim: Int?
    let resizeDim: Int?
    let digest: String
    let digestOfPlanes: String

    var testDescription: String {
      "\(file) \(preset) \(height)×\(width)×\(channels) \(normalization) \(interpolation as Any)"
    }
  }

  /// Pipelines at sizes that are no squares, as `Tools/fixtures/oblong.py` and `oblong_torchvision.py` ran them.
  static func oblong() throws -> [Pipeline] {
    struct File: Decodable { let pipelines: [Pipeline] }
    return try ["oblong", "oblong-torchvision"].flatMap { name in
      try JSONDecoder().decode(File.self, from: Fixtures.data("images/\(name).json")).pipelines
    }
  }

  /// What Pillow made of Netpbm's maps and of TIFFs, as `Tools/fixtures/portable.py` ran it.
  static func portable() throws -> [Decoding] {
    struct File: Decodable { let decoding: [Decoding] }
    return try JSONDecoder().decode(File.self, from: Fixtures.data("images/portable.json")).decoding
  }

  let decoding: [Decoding]
  let broken: [Decoding]
  let resizing: [Resizing]
  let pipelines: [Pipeline]

  static func load() throws -> ImageReferences {
    try JSONDecoder().decode(
      ImageReferences.self, from: Fixtures.data("images/references.json"))
  }

  /// Pipelines that end in a division by 255, which a script of its own makes.
  static func unitPixels() throws -> [Pipeline] {
    try JSONDecoder().decode([Pipeline].self, from: Fixtures.data("images/unit.json"))
  }
}

/// The 64-bit FNV-1a digest of bytes, as 16 hexadecimal digits.
func digest(_ bytes: some Sequence<UInt8>) -> String {
  var value: UInt64 = 0xCBF2_9CE4_8422_2325
  for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 }
  let text = String(value, radix: 16)
  return String(repeating: "0", count: 16 - text.count) + text
}

/// The digest of floats, little-endian.
func digest(_ values: [Float]) -> String {
  digest(
    values.lazy.flatMap { value -> [UInt8] in
      let bits = value.bitPattern
      return [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: bits >> $0) }
    })
}

/// The bytes of an image under `Fixtures/images`.
func imageBytes(_ name: String) throws -> [UInt8] {
  [UInt8](try Fixtures.data("images/\(name)"))
}

/// Decodes an image under `Fixtures/images`.
func decode(_ name: String, _ rules: DecodingRules, channels: Int) throws -> DecodedImage {
  let bytes = try imageBytes(name)
  let header = try ImageHeader(bytes, rules: rules)
  return try DecodedImage(bytes, header: header, rules: rules, channels: channels)
}

extension ImageSource {
  /// What can be read there, kept.
  func contents() throws(ImageError) -> Contents {
    try withContents { contents throws(ImageError) in contents }
  }
}

extension ImagePreprocessor {
  /// The result for the bytes of a file, as an array.
  func values(for bytes: [UInt8]) throws -> [Float] {
    var values = [Float](repeating: .nan, count: shape.elementCount)
    try unsafe values.withUnsafeMutableBufferPointer { buffer in
      _ = try unsafe prepare(bytes: bytes, into: buffer)
    }
    return values
  }
}
