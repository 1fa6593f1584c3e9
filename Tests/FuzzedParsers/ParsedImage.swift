import Datasets

/// The header of an image, and its pixels under both rules.
enum ParsedImage {
  /// Larger images are left at their header: they would only try the libraries' speed.
  private static let mostPixels = 1 << 18

  static func parse(_ bytes: [UInt8]) throws {
    // All of them, whatever one of them refuses: the rules share little of their way.
    var refusal: ImageError?
    var other: ImageError?
    var isParsed = false
    for rules in DecodingRules.allCases {
      for channels in [1, 3] {
        do throws(ImageError) {
          try parse(bytes, rules, channels: channels)
          isParsed = true
        } catch {
          // Not decoded by one of the pipelines, and yet perhaps a whole file of another's formats.
          if [.noConversion, .unsupportedFormat].contains(error.kind) {
            other = error
          } else {
            refusal = error
          }
        }
      }
    }
    if let refusal { throw refusal }
    if let other, !isParsed { throw other }
  }

  private static func parse(
    _ bytes: [UInt8], _ rules: DecodingRules, channels: Int
  ) throws(ImageError) {
    let header = try ImageHeader(bytes, rules: rules)
    guard header.width * header.height <= mostPixels else { return }
    let image = try DecodedImage(bytes, header: header, rules: rules, channels: channels)
    precondition(image.pixels.count == header.width * header.height * channels)
  }
}
