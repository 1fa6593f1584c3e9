/// Why a pipeline cannot be set up; nothing has been read yet.
public enum PreprocessingError: Error, Hashable, CustomStringConvertible {
  /// There is no preset of this name.
  case unknownPreset(String)
  /// The library that is reproduced has no such interpolation, or it is not reproduced here.
  case noSuchInterpolation(Interpolation, preset: String, has: [Interpolation])
  /// An extent is not positive, or a crop is larger than what it is cut from.
  case impossibleExtent(String)
  /// The pipeline is defined for square inputs, and another was asked for.
  case squaresOnly(preset: String, asked: InputSize)
  /// An image has 1 channel (grey) or 3 (RGB).
  case channels(Int)
  /// The normalisation has constants for three colours, and the image is grey.
  case greyNormalization(PixelNormalization)

  /// What is wrong and what would be right.
  public var description: String {
    switch self {
    case .unknownPreset(let name):
      "there is no preset '\(name)'; there are "
        + Preprocessing.presetNames.joined(separator: ", ")
    case .noSuchInterpolation(let filter, let preset, let has):
      "preset \(preset) has no interpolation '\(filter.rawValue)'; it has "
        + has.map(\.rawValue).joined(separator: ", ")
    case .impossibleExtent(let what):
      what
    case .squaresOnly(let preset, let size):
      "preset \(preset) is defined for square inputs only, not for \(size); "
        + "keras-tf, keras-pil, torchvision and tf-official make others"
    case .channels(let count):
      "an image has 1 channel (grey) or 3 (RGB), not \(count)"
    case .greyNormalization(let mode):
      "normalisation '\(mode.rawValue)' needs the three channels of RGB; a grey image can take "
        + "'tf' or 'none'"
    }
  }
}
