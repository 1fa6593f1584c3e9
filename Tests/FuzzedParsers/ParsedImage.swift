import Datasets

/// The header of an image, and its pixels under both rules.
enum ParsedImage {
  /// Larger images are left at their header: they would only try the libraries' speed.
  private static let mostPixels = 1 << 18

  static func parse(_ bytes: [UInt8]) throws {
    let header = try ImageHeader(bytes)
    guard header.width * header.height <= mostPixels else { return }
    for rules in [DecodingRules.tensorFlow, .pillow] {
      for channels in [1, 3] {
        let image = try DecodedImage(bytes, header: header, rules: rules, channels: channels)
        precondition(image.pixels.count == header.width * header.height * channels)
      }
    }
  }
}
