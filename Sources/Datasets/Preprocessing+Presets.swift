extension Preprocessing {
  /// The names of the presets.
  public static let presetNames = ["keras-tf", "keras-pil", "torchvision", "mission"]

  /// Creates the preset of a name, as it is typed on a command line or stands in a report.
  ///
  /// The two extents matter to `mission` alone.
  ///
  /// - Throws: ``PreprocessingError`` where there is no such preset, or as the other initialisers.
  public init(
    preset name: String, minAspectDim: Int, resizeDim: Int, interpolation: Interpolation? = nil,
    normalization: Normalization = .none
  ) throws(PreprocessingError) {
    let pipeline: Pipeline =
      switch name {
      case "keras-tf": .kerasTF(cropToAspectRatio: false)
      case "keras-pil": .kerasPIL
      case "torchvision": .torchvision(shorterSide: nil)
      case "mission": .mission(minAspectDim: minAspectDim, resizeDim: resizeDim)
      default: throw .unknownPreset(name)
      }
    try self.init(pipeline, interpolation: interpolation, normalization: normalization)
  }
}
