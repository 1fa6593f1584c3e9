public import Tensors

/// Where one image is: in a file of its own, inside an archive, in an array, or in memory already.
public enum ImageSource: Sendable, Hashable {
  /// An image file.
  case file(ImageLocation)
  /// The bytes of a member of an uncompressed archive, an image file like any other.
  case member(of: ImageLocation, offset: Int, byteCount: Int)
  /// The bytes of an image file that came with a stream.
  case bytes([UInt8])
  /// An image of an array of pixels, by its index.
  case pixels(ImageArray, index: Int)
  /// The input of a network as it is, of an array of them, by its index.
  case values(InputArray, index: Int)
  /// The image of a record in a shard: where the record or its chunk begins, its number in that, and its size.
  case record(of: RecordShard, offset: Int, item: Int, byteCount: Int)
  /// What is listed in place of an image that cannot be read, and whose label is unknown with it.
  case unreadable(ImageError)

  /// What can be read there.
  package enum Contents: Sendable {
    /// An image file's bytes, to be decoded.
    case encoded([UInt8])
    /// Pixels as they are.
    case decoded(DecodedImage)
    /// What goes into a network as it is.
    case values([Float], Shape)

    /// The bytes that a digest covers: of the file, or of the pixels.
    package var bytes: [UInt8] {
      switch self {
      case .encoded(let bytes): bytes
      case .decoded(let image): image.pixels
      case .values(let values, _):
        values.flatMap { value in
          (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> ($0 * 8)) }
        }
      }
    }
  }

  /// Reads it, and holds what was read while `body` uses it.
  ///
  /// - Throws: ``ImageError`` where nothing can be read there, and what `body` throws.
  package func withContents<Result>(
    _ body: (Contents) throws(ImageError) -> Result
  ) throws(ImageError) -> Result {
    switch self {
    case .file(let place):
      try ImageFile.withBytes(of: place) { bytes throws(ImageError) in
        try body(.encoded(bytes))
      }
    case .member(let place, let offset, let byteCount):
      try ImageFile.withBytes(
        of: place, offset: offset, byteCount: byteCount
      ) { bytes throws(ImageError) in try body(.encoded(bytes)) }
    case .bytes(let bytes): try body(.encoded(bytes))
    case .pixels(let array, let index): try body(.decoded(array.image(at: index)))
    case .values(let array, let index):
      try body(.values(Array(array.tensor.row(index)), array.shape))
    case .record(let shard, let offset, let item, let byteCount):
      // The record, and the image that is taken out of it.
      try MemoryBudget.files.holding(2 * byteCount) { () throws(ImageError) in
        try body(shard.contents(offset: offset, item: item))
      }
    case .unreadable(let error): throw error
    }
  }

  /// Whether it was known at listing that nothing can be read there.
  package var isUnreadable: Bool {
    if case .unreadable = self { true } else { false }
  }

  /// The file to show to somebody who looks for the image, if it is one.
  package var file: ImageLocation? {
    if case .file(let place) = self { place } else { nil }
  }
}

/// Pixels of many images of one size: uint8, N·H·W·C, in memory once for all that refer to it.
public final class ImageArray: Sendable, Hashable {
  /// Rows of each image.
  public let height: Int
  /// Columns of each image.
  public let width: Int
  /// 1 for grey, 3 for RGB.
  public let channels: Int
  private let pixels: [UInt8]

  /// Takes the pixels of `pixels.count / (height · width · channels)` images.
  public init(height: Int, width: Int, channels: Int, pixels: [UInt8]) {
    precondition(
      height > 0 && width > 0 && (channels == 1 || channels == 3)
        && pixels.count % (height * width * channels) == 0, "pixels do not fill the images")
    self.height = height
    self.width = width
    self.channels = channels
    self.pixels = pixels
  }

  /// How many images there are.
  public var count: Int { pixels.count / (height * width * channels) }

  /// A copy of one image.
  package func image(at index: Int) -> DecodedImage {
    let size = height * width * channels
    return DecodedImage(
      width: width, height: height, channels: channels,
      pixels: Array(pixels[index * size..<(index + 1) * size]))
  }

  /// Two arrays are the same if they are one object.
  public static func == (left: ImageArray, right: ImageArray) -> Bool { left === right }

  /// Hashes the object's identity.
  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

/// Inputs of a network that are preprocessed already, in memory once for all that refer to them.
public final class InputArray: Sendable, Hashable {
  /// The inputs, the first axis counting them.
  let tensor: Tensor

  /// Takes the inputs of an array of at least two axes.
  public init(_ tensor: Tensor) {
    precondition(tensor.shape.rank >= 2, "an array of \(tensor.shape) holds no inputs")
    self.tensor = tensor
  }

  /// How many inputs there are.
  public var count: Int { tensor.shape[0] }

  /// The shape of each.
  public var shape: Shape { Shape(Array(tensor.shape.dimensions.dropFirst())) }

  /// Two arrays are the same if they are one object.
  public static func == (left: InputArray, right: InputArray) -> Bool { left === right }

  /// Hashes the object's identity.
  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
