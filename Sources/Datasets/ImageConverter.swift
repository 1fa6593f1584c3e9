import CImageCodecs
import Tensors

/// The image converter of a preset of KerasHub, to the bit: resized as TensorFlow does, times `scale`, plus `offset`, in
/// float32.
///
/// Pixels are uint8 there, and what is resized is rounded to uint8 again; but for padded images, which Keras on
/// TensorFlow takes as floats alone.
public struct ImageConverter: Sendable, Hashable, Codable {
  /// Whether the image is first cropped to the aspect of the result.
  public let crops: Bool
  /// Whether zeros are first put around the image to its aspect.
  public let pads: Bool
  /// Whether the image is filtered before it is made smaller.
  public let antialias: Bool
  /// A factor for all channels, or one for each; empty for none.
  public let scale: [Double]
  /// What is added to all channels, or to each; empty for nothing.
  public let offset: [Double]

  /// A converter of these settings.
  public init(
    crops: Bool, pads: Bool = false, antialias: Bool = false, scale: [Double] = [],
    offset: [Double] = []
  ) {
    (self.crops, self.pads, self.antialias) = (crops, pads, antialias)
    (self.scale, self.offset) = (scale, offset)
  }

  /// The same resize, and nothing after it.
  public var resizingOnly: ImageConverter {
    ImageConverter(crops: crops, pads: pads, antialias: antialias)
  }

  /// What it does to the resized pixels, in words: `x·0.0078 + -1`; `none` for nothing.
  public var scaling: String {
    func words(_ numbers: [Double]) -> String {
      numbers.count == 1 ? "\(numbers[0])" : "(\(numbers.map { "\($0)" }.joined(separator: ", ")))"
    }
    if scale.isEmpty, offset.isEmpty { return PixelNormalization.none.rawValue }
    return "x" + (scale.isEmpty ? "" : "·\(words(scale))")
      + (offset.isEmpty ? "" : " + \(words(offset))")
  }

  /// Constants for three channels need three.
  func check(channels: Int) throws(PreprocessingError) {
    guard [scale.count, offset.count].allSatisfy({ $0 <= 1 || $0 == channels }) else {
      throw .impossibleExtent(
        "the preset's image converter has constants for \(max(scale.count, offset.count)) channels, not "
          + "\(channels)")
    }
  }

  /// What follows the resize, in place.
  func finish(_ values: UnsafeMutableBufferPointer<Float>, channels: Int) {
    guard let start = values.baseAddress else { return }
    let pixels = values.count / channels
    if !pads { unsafe assay_round_to_bytes(start, values.count) }
    func perChannel(_ numbers: [Double]) -> [Float] {
      (0..<channels).map { Float(numbers[numbers.count == 1 ? 0 : $0]) }
    }
    if !scale.isEmpty {
      unsafe assay_scale(start, pixels, Int32(channels), perChannel(scale))
    }
    if !offset.isEmpty {
      unsafe assay_shift(start, pixels, Int32(channels), perChannel(offset))
    }
  }
}

extension DecodedImage {
  /// The extents of an image with as many rows or columns of zeros on both sides as its aspect lacks, in the float32
  /// in which TensorFlow computes them; no more than the largest image has.
  static func padding(
    _ width: Int, _ height: Int, toAspectOf target: ImageShape
  ) throws(ImageError) -> (rows: Int, columns: Int, top: Int, left: Int) {
    let wantedHeight = Int(Float(width * target.height) / Float(target.width))
    let wantedWidth = Int(Float(height * target.width) / Float(target.height))
    let top = Int(Float(max(height, wantedHeight) - height) / 2)
    let left = Int(Float(max(width, wantedWidth) - width) / 2)
    let (rows, columns) = (height + 2 * top, width + 2 * left)
    guard rows <= Int(ASSAY_MAX_PIXELS) / columns else {
      throw ImageError(.tooLarge, "it would be padded to \(rows)×\(columns) pixels")
    }
    return (rows, columns, top, left)
  }

  /// The image with zeros around it to the aspect of `target`.
  func padded(toAspectOf target: ImageShape) throws(ImageError) -> DecodedImage {
    let (rows, columns, top, left) = try Self.padding(width, height, toAspectOf: target)
    guard top > 0 || left > 0 else { return self }
    var padded = [UInt8](repeating: 0, count: rows * columns * channels)
    let row = width * channels
    for y in 0..<height {
      let place = ((top + y) * columns + left) * channels
      padded.replaceSubrange(place..<place + row, with: pixels[y * row..<(y + 1) * row])
    }
    return DecodedImage(width: columns, height: rows, channels: channels, pixels: padded)
  }
}

extension Preprocessing {
  /// What is done to the resized pixels, as reports tell it: the normalisation's name, or a converter's constants.
  public var scaling: String {
    guard case .kerasHub(let converter) = pipeline, normalization == .none else {
      return normalization.rawValue
    }
    return converter.scaling
  }
}

extension Preprocessing {
  /// The same with a normalisation in place of what scales the pixels, a converter's constants too.
  public func scaledOnly(by mode: PixelNormalization) -> Preprocessing {
    guard case .kerasHub(let converter) = pipeline else { return normalized(by: mode) }
    let resized = try? Preprocessing(
      .kerasHub(converter.resizingOnly), interpolation: interpolation)
    return (resized ?? self).normalized(by: mode)
  }
}
