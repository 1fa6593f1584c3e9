import Datasets

/// The header of an image, and its pixels under both rules.
enum ParsedImage {
  /// Larger images are left at their header: they would only try the libraries' speed.
  private static let mostPixels = 1 << 18

  static func parse(_ bytes: [UInt8]) throws {
    // All of them, whatever one of them refuses: the rules share little of their way.
    let results = DecodingRules.allCases.flatMap { rules in
      [1, 3].map { channels in Result { try parse(bytes, rules, channels: channels) } }
    }
    for result in results { try result.get() }
  }

  private static func parse(_ bytes: [UInt8], _ rules: DecodingRules, channels: Int) throws {
    do throws(ImageError) {
      let header = try ImageHeader(bytes, rules: rules)
      guard header.width * header.height <= mostPixels else { return }
      let image = try DecodedImage(bytes, header: header, rules: rules, channels: channels)
      precondition(image.pixels.count == header.width * header.height * channels)
    } catch where error.kind == .noConversion {
      // A whole file that one of the pipelines does not decode.
    }
  }
}
