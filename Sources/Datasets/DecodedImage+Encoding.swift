import CImageCodecs

/// A picture as an image file that a browser shows.
package struct EncodedPicture: Sendable, Hashable {
  /// How its pixels are kept.
  package enum Format: String, Sendable, Hashable {
    case jpeg = "image/jpeg"
    case png = "image/png"
  }

  /// How its pixels are kept; the value is the media type.
  package let format: Format
  /// Columns.
  package let width: Int
  /// Rows.
  package let height: Int
  /// The bytes of the file.
  package let bytes: [UInt8]
}

extension DecodedImage {
  /// The image by Pillow's box filter with its longer side `side` at most; itself if it is no larger.
  ///
  /// - Throws: ``ImageError`` where memory does not suffice.
  package func fitted(to side: Int) throws(ImageError) -> DecodedImage {
    let longer = max(width, height)
    guard longer > side else { return self }
    // An extent rounded to nothing still has one pixel.
    let scaled = { (extent: Int) in max(1, (2 * extent * side + longer) / (2 * longer)) }
    return try resizedByPillow(
      ResizeGeometry(
        source: .init(width: width, height: height), width: scaled(width), height: scaled(height)),
      .box)
  }

  /// Encodes the image; the same pixels give the same bytes.
  ///
  /// - Parameter quality: Of a JPEG, 1 to 100; a PNG keeps every pixel.
  /// - Throws: ``ImageError`` where the library refuses.
  package func encoded(
    as format: EncodedPicture.Format, quality: Int = 80
  ) throws(ImageError) -> EncodedPicture {
    let capacity = 2 * pixels.count + 4096
    var failure: ImageError?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { target, filled in
      unsafe pixels.withUnsafeBufferPointer { source in
        guard let first = source.baseAddress, let start = target.baseAddress else { return }
        var image = unsafe assay_pixels(
          pixels: first, width: Int32(width), height: Int32(height), channels: Int32(channels))
        var count = 0
        unsafe failure = Codec.report { error in
          switch format {
          case .jpeg:
            unsafe assay_encode_jpeg(&image, Int32(quality), start, capacity, &count, error)
          case .png: unsafe assay_encode_png(&image, start, capacity, &count, error)
          }
        }
        filled = count
      }
    }
    if let failure { throw failure }
    return EncodedPicture(format: format, width: width, height: height, bytes: bytes)
  }
}
