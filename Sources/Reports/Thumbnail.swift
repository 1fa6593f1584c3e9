import Digests
import Datasets
import Foundation
import Tensors

/// A mistaken image in small, or why there is none.
enum Thumbnail: Sendable, Hashable {
  /// A picture, and whether it is so small that its pixels are to be seen one by one.
  case picture(EncodedPicture, isEnlarged: Bool)
  /// Why nothing can be shown.
  case missing(String)

  /// The longer side of a picture, in pixels.
  static let side = 160
  /// Pictures up to this side are kept to the pixel: JPEG would blur what little they have.
  private static let exactSide = 64

  /// Reads an image again; it is shown only if it is still the one that was scored.
  ///
  /// - Parameter sha256: The digest of the image that was scored; empty where there is none.
  init(_ source: ImageSource?, sha256: String) {
    guard let source else {
      self = .missing(Self.notKept)
      return
    }
    do throws(ImageError) {
      let fitted = try source.withContents { contents throws(ImageError) -> DecodedImage? in
        let isTheSame =
          sha256.isEmpty || SHA256.hash(data: contents.bytes).hexadecimal == sha256
        return isTheSame ? try contents.fitted(to: Self.side) : nil
      }
      guard let image = fitted else {
        self = .missing("The file is no longer the one that was scored.")
        return
      }
      let longer = max(image.width, image.height)
      self = .picture(
        try image.encoded(as: longer <= Self.exactSide ? .png : .jpeg),
        isEnlarged: longer <= Self.exactSide)
    } catch {
      self = .missing("The picture cannot be read again: \(error.reason).")
    }
  }
}

extension ImageSource.Contents {
  /// The pixels as Pillow decodes them, upright or not, as the network saw them, but small.
  fileprivate func fitted(to side: Int) throws(ImageError) -> DecodedImage {
    switch self {
    case .decoded(let image): return try image.fitted(to: side)
    case .values: throw ImageError(.noConversion, "it is an array that was preprocessed")
    case .encoded(let bytes):
      let header = try ImageHeader(bytes, rules: .pillow)
      return try MemoryBudget.decoding.holding(header.byteCount(channels: 3)) {
        () throws(ImageError) in
        try DecodedImage(bytes, header: header, rules: .pillow, channels: 3).fitted(to: side)
      }
    }
  }
}

extension EncodedPicture {
  /// The picture inside the page.
  var address: String { "data:\(format.rawValue);base64,\(Data(bytes).base64EncodedString())" }
}
