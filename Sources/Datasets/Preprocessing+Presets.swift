extension Preprocessing {
  /// The names of the presets.
  public static let presetNames = ["keras-tf", "keras-pil", "torchvision", "preact", "tf-official"]

  /// Those that cut a central part out of an image of some shorter side.
  package static let croppingPresets = ["torchvision", "preact", "tf-official"]

  /// Creates the preset of a name, as it is typed on a command line or stands in a report.
  ///
  /// - Parameters:
  ///   - name: One of ``presetNames``.
  ///   - minAspectDim: The shorter side before the crop, for all but Keras's two; without
  ///     one, 256 for a crop of 224 and in proportion for others.
  ///   - crop: The size of the central crop of `preact`, which cuts squares only, and `tf-official`; the
  ///     others cut, if they cut, what the network takes.
  ///   - interpolation: Another than the pipeline's own.
  ///   - normalization: What is done to the resized pixels.
  ///
  /// - Throws: ``PreprocessingError`` where there is no such preset, or as the other initialisers.
  public init(
    preset name: String, minAspectDim: Int? = nil, crop: InputSize,
    interpolation: Interpolation? = nil,
    normalization: PixelNormalization = .none
  ) throws(PreprocessingError) {
    if name == "preact", !crop.isSquare { throw .squaresOnly(preset: name, asked: crop) }
    let side = minAspectDim ?? Self.shorterSide(for: max(crop.height, crop.width))
    let pipeline: Pipeline =
      switch name {
      case "keras-tf": .kerasTF(cropToAspectRatio: false)
      case "keras-pil": .kerasPIL
      case "torchvision": .torchvision(shorterSide: minAspectDim)
      case "preact": .preact(minAspectDim: side, resizeDim: crop.height)
      case "tf-official": .tfOfficial(minAspectDim: side, crop: crop)
      default: throw .unknownPreset(name)
      }
    try self.init(pipeline, interpolation: interpolation, normalization: normalization)
  }

  /// The same with a central crop that is a square of side `resizeDim`.
  ///
  /// - Throws: ``PreprocessingError`` where there is no such preset, or as the other initialisers.
  public init(
    preset name: String, minAspectDim: Int? = nil, resizeDim: Int,
    interpolation: Interpolation? = nil,
    normalization: PixelNormalization = .none
  ) throws(PreprocessingError) {
    try self.init(
      preset: name, minAspectDim: minAspectDim, crop: InputSize(square: resizeDim),
      interpolation: interpolation, normalization: normalization)
  }

  /// 256 for a crop of 224, and in proportion for others.
  private static func shorterSide(for crop: Int) -> Int { Int((Double(crop) / 0.875).rounded()) }
}
