public import Datasets

/// One protocol of a search: the pipeline and the size of the input.
public struct ProtocolPoint: Sendable, Hashable {
  /// A part of a protocol that may be another than the user believes.
  public enum Part: Sendable, Hashable, CaseIterable {
    /// The library whose pipeline it is.
    case preset
    /// Height and width of the input.
    case size
    /// How much of the image the input shows.
    case crop
    /// The interpolation.
    case interpolation
    /// What is done to the pixels.
    case normalization
  }

  /// The preset's name.
  public internal(set) var preset: String
  /// Keras's `crop_to_aspect_ratio`.
  public internal(set) var cropToAspectRatio = false
  /// Height and width of the input.
  public internal(set) var size: InputSize
  /// The part that the crop's longer side is of the shorter side before it, where the preset crops.
  public internal(set) var cropShare: Double
  /// The interpolation; the preset's own, if none is set.
  public internal(set) var interpolation: Interpolation?
  /// What is done to the pixels.
  public internal(set) var normalization: PixelNormalization
  /// What the preset of KerasHub has whose own the pipeline is.
  public internal(set) var converter: ImageConverter?

  /// Where a search starts: the protocol that the user believes in.
  public init(_ preprocessing: Preprocessing, size: InputSize) {
    preset = preprocessing.name
    self.size = size
    normalization = preprocessing.normalization
    interpolation = preprocessing.interpolation
    if case .kerasTF(let crops) = preprocessing.pipeline { cropToAspectRatio = crops }
    if case .kerasHub(let its) = preprocessing.pipeline { converter = its }
    // Of a pipeline without a crop the share that the others have by themselves.
    let side = preprocessing.pipeline.shorterSide(for: size)
    cropShare = side.map { Double(max(size.height, size.width)) / Double($0) } ?? 0.875
  }

  /// Whether the preset cuts a central part out.
  public var crops: Bool { Preprocessing.croppingPresets.contains(preset) }

  /// The shorter side before the crop, where the preset crops.
  public var shorterSide: Int {
    Int((Double(max(size.height, size.width)) / cropShare).rounded())
  }

  /// The pipeline; `nil` where it does not exist.
  public var preprocessing: Preprocessing? {
    if cropToAspectRatio {
      return try? Preprocessing(
        .kerasTF(cropToAspectRatio: true), interpolation: interpolation,
        normalization: normalization)
    }
    if let converter {
      return try? Preprocessing(
        .kerasHub(converter), interpolation: interpolation, normalization: normalization)
    }
    return try? Preprocessing(
      preset: preset, minAspectDim: crops ? shorterSide : nil, crop: size,
      interpolation: interpolation, normalization: normalization)
  }

  /// Whether the preset's own constants scale the pixels.
  public var scalesByItself: Bool { converter.map { $0 != $0.resizingOnly } ?? false }
}
