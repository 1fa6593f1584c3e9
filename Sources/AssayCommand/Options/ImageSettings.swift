import Architectures
import Datasets
import Models
import Networks
import Tensors

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
  func size(for defaults: InputDefaults) -> Int? { size ?? defaults.size }

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

  /// The pipeline for images of a list; none for arrays that are preprocessed already.
  ///
  /// - Throws: ``Failure`` where options tell how to preprocess such arrays, or the network reads others.
  func preprocessing(for loaded: Model, on list: LabeledImages?) throws -> Preprocessing {
    let defaults = try loaded.imageDefaults()
    guard let list, let shape = list.preparedShape else { return try preprocessing(for: defaults) }
    let told: [(String, Bool)] = [
      ("--preset", settings.preset != nil), ("--normalize", settings.normalize != nil),
      ("--interpolation", settings.interpolation != nil),
      ("--min-aspect-dim", settings.minAspectDim != nil),
      ("--resize-dim", settings.resizeDim != nil),
      ("--crop-to-aspect-ratio", settings.cropToAspectRatio == true),
    ]
    if let (option, _) = told.first(where: \.1) {
      throw Failure(
        .usage,
        "\(option): \(list.directory) holds floats, which go into the network as they are; pixels to be "
          + "preprocessed are uint8")
    }
    let wanted = loaded.graph[loaded.graph.inputs[0].value].shape
    guard shape == wanted else {
      throw Failure(
        .badData, "\(list.directory): arrays of \(shape), but the network reads \(wanted)")
    }
    return .asItIs
  }

  private func preprocessing(
    _ defaults: InputDefaults, _ normalization: Normalization
  ) throws -> Preprocessing {
    let preset = settings.preset ?? defaults.preset
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
      resizeDim: settings.resizeDim ?? size(for: defaults) ?? 224,
      interpolation: settings.interpolation,
      normalization: normalization)
  }
}
