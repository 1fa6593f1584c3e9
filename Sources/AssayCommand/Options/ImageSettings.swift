import Architectures
import Datasets
import Studies

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
  var size: InputSize? {
    settings.inputSize ?? settings.resizeDim.map { InputSize(square: $0) }
  }

  /// Height and width of the input: as written, else the model's.
  func size(for defaults: InputDefaults) -> InputSize? { size ?? defaults.size }

  /// Which files of a folder the library of the preset takes as images.
  func extensions(for defaults: InputDefaults) throws -> ImageExtensions {
    try preprocessing(defaults, .none).pipeline.extensions
  }

  /// The pipeline: as written, else the model's.
  ///
  /// - Throws: ``Failure`` of usage where neither the user nor the model says how images are normalised.
  func preprocessing(for defaults: InputDefaults) throws -> Preprocessing {
    guard
      let normalization = settings.normalize
        ?? defaults.normalization.flatMap(Normalization.init(rawValue:))
    else {
      throw Failure(
        .usage,
        "\(defaults.name): nothing in the file says how its images were normalised; --normalize "
          + "tells: none (0 … 255), tf (−1 … 1), torch (means and deviations), caffe (BGR minus means)"
      )
    }
    return try preprocessing(defaults, normalization)
  }

  private func preprocessing(
    _ defaults: InputDefaults, _ normalization: Normalization
  ) throws -> Preprocessing {
    let preset = settings.preset ?? defaults.preset
    guard Preprocessing.presetNames.contains(preset) else {
      throw PreprocessingError.unknownPreset(preset)
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
      crop: settings.resizeDim.map { InputSize(square: $0) } ?? size(for: defaults)
        ?? InputSize(square: 224),
      interpolation: settings.interpolation,
      normalization: normalization)
  }
}
