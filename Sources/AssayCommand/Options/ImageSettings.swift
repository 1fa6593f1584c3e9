import Architectures
import Datasets

/// How image files become the network's input, and how their labels are read: the options, and the protocol
/// that they name.
struct ImageSettings {
  private let settings: EvaluationProtocol
  /// Where the protocol came from, if one was named.
  let source: String?

  /// Settings that options and protocol agreed on.
  init(_ settings: EvaluationProtocol, source: String?) {
    self.settings = settings
    self.source = source
  }

  /// How labels are read, as far as a protocol says.
  var labels: EvaluationProtocol.Labels? { settings.labels }

  /// Height and width of the input, as far as the user wrote them.
  var size: Int? { settings.inputSize ?? settings.resizeDim }

  /// Height and width of the input: as written, else the model's.
  func size(for recipe: ModelRecipe) -> Int { size ?? recipe.protocolDefaults.inputSize }

  /// Which files of a folder the library of the preset takes as images.
  func extensions(for recipe: ModelRecipe) throws -> ImageExtensions {
    try preprocessing(for: recipe).pipeline.extensions
  }

  /// The pipeline: as written, else the model's.
  func preprocessing(for recipe: ModelRecipe) throws -> Preprocessing {
    let defaults = recipe.protocolDefaults
    let preset = settings.preset ?? defaults.preset
    guard let normalization = settings.normalize ?? Normalization(rawValue: defaults.normalization)
    else {
      throw Failure(.internalError, "\(recipe.name) names a normalisation that does not exist")
    }
    if settings.minAspectDim != nil, !Preprocessing.croppingPresets.contains(preset) {
      throw Failure(
        .usage, "--min-aspect-dim is for the presets preact, tf-official and torchvision")
    }
    if settings.resizeDim != nil, !["preact", "tf-official"].contains(preset) {
      throw Failure(.usage, "--resize-dim is for the presets preact and tf-official")
    }
    if settings.cropToAspectRatio == true {
      guard preset == "keras-tf" else {
        throw Failure(.usage, "--crop-to-aspect-ratio is for the preset keras-tf")
      }
      return try Preprocessing(
        .kerasTF(cropToAspectRatio: true), interpolation: settings.interpolation,
        normalization: normalization)
    }
    return try Preprocessing(
      preset: preset, minAspectDim: settings.minAspectDim,
      resizeDim: settings.resizeDim ?? size(for: recipe), interpolation: settings.interpolation,
      normalization: normalization)
  }
}
