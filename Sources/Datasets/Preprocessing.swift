/// One published pipeline from an image file to the input of a network, reproduced to the bit.
///
/// The same weights differ by whole points of accuracy under another resize, so the pipeline is
/// part of every result. The shape of the result is given to ``ImagePreprocessor``.
public struct Preprocessing: Sendable, Hashable, Codable {
  /// Which pipeline, with what is particular to it.
  public enum Pipeline: Sendable, Hashable, Codable {
    /// Keras `image_dataset_from_directory`: the whole image to the target size, or with
    /// `crop_to_aspect_ratio` its largest central part of the target's aspect.
    case kerasTF(cropToAspectRatio: Bool)
    /// Keras `load_img(target_size:)`: the whole image to the target size, by Pillow.
    case kerasPIL
    /// torchvision `Resize(shorterSide)` and `CenterCrop(size)` by Pillow; without a shorter side,
    /// `int(size / 0.875)` of the longer target extent: 256 for 224. Where an image is then smaller than
    /// the crop, there is black around it.
    case torchvision(shorterSide: Int?)
    /// Shorter side to `minAspectDim`, the longer rounded to nearest (halves up), by TensorFlow;
    /// then the central square of `resizeDim`, its offset floored.
    case preact(minAspectDim: Int, resizeDim: Int)
    /// TensorFlow's official models: shorter side to `minAspectDim`, both truncated from float32, by
    /// the bilinear resize of TensorFlow 1, which puts a pixel's centre at its corner; then the
    /// central part of the size `crop`. (TF-slim's later releases round where these truncate.)
    case tfOfficial(minAspectDim: Int, crop: InputSize)
    /// What a preset of KerasHub keeps beside its network; see ``ImageConverter``.
    case kerasHub(ImageConverter)
    /// No pipeline: arrays that somebody preprocessed already go in as they are.
    case asItIs
  }

  /// Which pipeline, with what is particular to it.
  public let pipeline: Pipeline
  /// How pixels are interpolated.
  public let interpolation: Interpolation
  /// How the resized pixels are normalised.
  public var normalization: PixelNormalization

  /// Creates the pipeline with its own default interpolation where none is given.
  ///
  /// - Throws: ``PreprocessingError`` where the pipeline has no such interpolation, or an extent is
  ///   not positive or a crop larger than the image.
  public init(
    _ pipeline: Pipeline, interpolation: Interpolation? = nil,
    normalization: PixelNormalization = .none
  ) throws(PreprocessingError) {
    self.init(
      unchecked: pipeline, interpolation ?? pipeline.defaultInterpolation, normalization)
    try check()
  }

  /// Keras `image_dataset_from_directory`: TensorFlow's fast JPEG decoder, bilinear, whole image.
  public static let kerasTF = Preprocessing(
    unchecked: .kerasTF(cropToAspectRatio: false), .bilinear, .none)
  /// Keras `load_img`: Pillow, nearest, whole image.
  public static let kerasPIL = Preprocessing(unchecked: .kerasPIL, .nearest, .none)
  /// torchvision's evaluation: Pillow, bilinear with antialias, shorter side, centre crop.
  public static let torchvision = Preprocessing(
    unchecked: .torchvision(shorterSide: nil), .bilinear, .none)

  /// None: arrays that are preprocessed already.
  public static let asItIs = Preprocessing(unchecked: .asItIs, .nearest, .none)

  /// The pipeline of the pre-activation networks: shorter side to `minAspectDim`, central square of
  /// `resizeDim`, TensorFlow's bilinear.
  ///
  /// - Throws: ``PreprocessingError`` unless `0 < resizeDim ≤ minAspectDim`.
  public static func shorterSide(
    minAspectDim: Int, resizeDim: Int
  ) throws(PreprocessingError) -> Preprocessing {
    try Preprocessing(.preact(minAspectDim: minAspectDim, resizeDim: resizeDim))
  }

  /// The same with another interpolation.
  ///
  /// - Throws: ``PreprocessingError`` where the pipeline has no such interpolation.
  public func interpolated(by filter: Interpolation) throws(PreprocessingError) -> Preprocessing {
    try Preprocessing(pipeline, interpolation: filter, normalization: normalization)
  }

  /// The same with another normalisation.
  public func normalized(by mode: PixelNormalization) -> Preprocessing {
    Preprocessing(unchecked: pipeline, interpolation, mode)
  }

  /// The name of the preset: `keras-tf`, `keras-pil`, `torchvision`, `preact` or `tf-official`; `keras-hub`
  /// of a preset's own; `as-it-is` for none.
  public var name: String { pipeline.name }

  /// Reads a value that was encoded, and checks it as the other initialisers do.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      container.decode(Pipeline.self, forKey: .pipeline),
      interpolation: container.decode(Interpolation.self, forKey: .interpolation),
      normalization: container.decode(PixelNormalization.self, forKey: .normalization))
  }

  private init(
    unchecked pipeline: Pipeline, _ interpolation: Interpolation,
    _ normalization: PixelNormalization
  ) {
    self.pipeline = pipeline
    self.interpolation = interpolation
    self.normalization = normalization
  }

  private enum CodingKeys: CodingKey {
    case pipeline, interpolation, normalization
  }

  private func check() throws(PreprocessingError) {
    guard pipeline.interpolations.contains(interpolation) else {
      throw .noSuchInterpolation(interpolation, preset: name, has: pipeline.interpolations)
    }
    switch pipeline {
    case .kerasTF, .kerasPIL, .torchvision(nil), .kerasHub, .asItIs: break
    case .torchvision(let side?):
      guard side > 0 else { throw .impossibleExtent("the shorter side is \(side)") }
    case .preact(let least, let final):
      guard final > 0, least >= final else {
        throw .impossibleExtent(
          "a central square of \(final) cannot be cut from an image of shorter side \(least)")
      }
    case .tfOfficial(let least, let final):
      guard final.height > 0, final.width > 0, least >= max(final.height, final.width) else {
        throw .impossibleExtent(
          "a central part of \(final) cannot be cut from every image of shorter side \(least)")
      }
    }
  }
}

extension Preprocessing.Pipeline {
  /// The name of the preset.
  public var name: String {
    switch self {
    case .kerasTF: "keras-tf"
    case .kerasPIL: "keras-pil"
    case .torchvision: "torchvision"
    case .preact: "preact"
    case .tfOfficial: "tf-official"
    case .kerasHub: "keras-hub"
    case .asItIs: "as-it-is"
    }
  }

  /// The shorter side of the image of which a central part of `size` is cut; `nil` where nothing is.
  package func shorterSide(for size: InputSize) -> Int? {
    switch self {
    case .kerasTF, .kerasPIL, .kerasHub, .asItIs: nil
    case .torchvision(let side): side ?? Self.torchvisionSide(for: max(size.height, size.width))
    case .preact(let least, _), .tfOfficial(let least, _): least
    }
  }

  /// The shorter side that torchvision's users take for a crop: 256 for 224.
  static func torchvisionSide(for extent: Int) -> Int { Int(Double(extent) / 0.875) }

  /// Whose decoder and resize it uses.
  package var rules: DecodingRules {
    switch self {
    case .kerasTF, .preact, .tfOfficial, .kerasHub, .asItIs: .tensorFlow
    case .kerasPIL, .torchvision: .pillow
    }
  }

  /// The interpolation that it uses unless told otherwise.
  public var defaultInterpolation: Interpolation {
    switch self {
    case .kerasPIL, .asItIs: .nearest
    case .kerasTF, .torchvision, .preact, .tfOfficial, .kerasHub: .bilinear
    }
  }

  /// The interpolations that it has.
  public var interpolations: [Interpolation] {
    if case .tfOfficial = self { return [.bilinear] }
    if case .asItIs = self { return [.nearest] }
    return rules == .pillow ? Interpolation.allCases : [.nearest, .bilinear, .bicubic]
  }
}
