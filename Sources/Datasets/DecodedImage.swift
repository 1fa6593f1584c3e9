import Archives
import CImageCodecs

/// Whose decoder is reproduced.
package enum DecodingRules: String, Sendable, Hashable, CaseIterable {
  /// `tf.image.decode_image(expand_animations=False)`: the fast inverse DCT.
  case tensorFlow = "tensorflow"
  /// `PIL.Image.open(…).convert(…)`: the accurate inverse DCT.
  case pillow

  fileprivate var code: assay_rules {
    self == .tensorFlow ? ASSAY_RULES_TENSORFLOW : ASSAY_RULES_PILLOW
  }
}

/// What a header says, before any pixel is decoded.
package struct ImageHeader: Sendable, Hashable {
  package enum Format: Sendable, Hashable { case jpeg, png, gif, bmp, webp, pnm }

  package let format: Format
  package let width: Int
  package let height: Int
  /// Components as stored: 1 grey or palette, 2 grey with alpha, 3 colour, 4 CMYK or with alpha.
  package let components: Int
  package let bits: Int
  /// The EXIF orientation of a JPEG; 1, upright, where there is none.
  package let orientation: Int
  private let greyWorkingBytes: Int
  private let colourWorkingBytes: Int

  /// Reads the header of a file's bytes, chosen by their first ones.
  ///
  /// The canvas of a GIF is of one extent to TensorFlow and of another to Pillow, and neither knows
  /// every kind of BMP: hence `rules`.
  package init(_ bytes: borrowing [UInt8], rules: DecodingRules) throws(ImageError) {
    var header = assay_image_header()
    let outcome = unsafe bytes.withUnsafeBufferPointer { buffer in
      // An empty array has no address, and C none to look at.
      var none: UInt8 = 0
      return unsafe Codec.report { error in
        if let start = buffer.baseAddress {
          unsafe assay_read_header(start, buffer.count, rules.code, &header, error)
        } else {
          unsafe assay_read_header(&none, 0, rules.code, &header, error)
        }
      }
    }
    if let outcome {
      // What git or a packer left in an image's place is no image of an unknown kind.
      throw outcome.kind == .unknownFormat
        ? ForeignContent.words(bytes).map { ImageError(.unknownFormat, $0) } ?? outcome : outcome
    }
    format =
      switch header.format {
      case ASSAY_FORMAT_PNG: .png
      case ASSAY_FORMAT_GIF: .gif
      case ASSAY_FORMAT_BMP: .bmp
      case ASSAY_FORMAT_WEBP: .webp
      case ASSAY_FORMAT_PNM: .pnm
      default: .jpeg
      }
    width = Int(header.width)
    height = Int(header.height)
    components = Int(header.components)
    bits = Int(header.bits)
    orientation = Int(header.orientation)
    greyWorkingBytes = Int(clamping: header.grey_bytes)
    colourWorkingBytes = Int(clamping: header.colour_bytes)
  }

  /// The most bytes that decoding into `channels` channels takes, with the pixels.
  package func byteCount(channels: Int) -> Int {
    width * height * channels + (channels == 1 ? greyWorkingBytes : colourWorkingBytes)
  }
}

/// The pixels of one image file: uint8, H·W·C, one channel for grey or three for RGB.
package struct DecodedImage: Sendable, Hashable {
  package let width: Int
  package let height: Int
  package let channels: Int
  package let pixels: [UInt8]

  package init(width: Int, height: Int, channels: Int, pixels: [UInt8]) {
    precondition(pixels.count == width * height * channels, "pixels do not fill the image")
    self.width = width
    self.height = height
    self.channels = channels
    self.pixels = pixels
  }

  /// Decodes a file's bytes as `rules` does, into `channels` channels, 1 or 3.
  ///
  /// Of an animation, its first frame. `header` has been read under the same rules.
  package init(
    _ bytes: borrowing [UInt8], header: ImageHeader, rules: DecodingRules, channels: Int
  ) throws(ImageError) {
    let count = header.width * header.height * channels
    var failure: ImageError?
    let pixels = unsafe [UInt8](unsafeUninitializedCapacity: count) { target, filled in
      unsafe bytes.withUnsafeBufferPointer { buffer in
        guard let source = buffer.baseAddress, let start = target.baseAddress else { return }
        unsafe failure = Codec.report { error in
          unsafe assay_decode(
            source, buffer.count, rules.code, Int32(channels), start, count, error)
        }
      }
      filled = failure == nil ? count : 0
    }
    if let failure { throw failure }
    self.init(width: header.width, height: header.height, channels: channels, pixels: pixels)
  }
}

extension DecodedImage {
  /// Grey pixels in three channels, as every decoder makes them of a grey file.
  var inColour: DecodedImage {
    precondition(channels == 1, "pixels of \(channels) channels are no grey ones")
    var colours = [UInt8](repeating: 0, count: 3 * pixels.count)
    for (place, level) in pixels.enumerated() {
      for channel in 0..<3 { colours[3 * place + channel] = level }
    }
    return DecodedImage(width: width, height: height, channels: 3, pixels: colours)
  }
}

/// The calls into C, and what their outcomes mean.
enum Codec {
  /// Makes a call that writes its reason into a buffer; `nil` is success.
  static func report(
    _ call: (UnsafeMutablePointer<CChar>) -> assay_status
  ) -> ImageError? {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(ASSAY_ERROR_CAPACITY)) {
      buffer in
      guard let start = buffer.baseAddress else { return ImageError(.outOfMemory, "no memory") }
      let status = unsafe call(start)
      guard status != ASSAY_OK else { return nil }
      return unsafe ImageError(kind(of: status), String(cString: start))
    }
  }

  private static func kind(of status: assay_status) -> ImageError.Kind {
    switch status {
    case ASSAY_UNKNOWN_FORMAT: .unknownFormat
    case ASSAY_UNSUPPORTED_FORMAT: .unsupportedFormat
    case ASSAY_TOO_LARGE: .tooLarge
    case ASSAY_TRUNCATED: .truncated
    case ASSAY_NO_CONVERSION: .noConversion
    case ASSAY_OUT_OF_MEMORY: .outOfMemory
    default: .damaged
    }
  }
}
