import Architectures
public import ArgumentParser
public import Datasets

/// How image files become the network's input.
struct ImageOptions: ParsableArguments {
  @Option(
    name: .customLong("protocol"),
    help: ArgumentHelp(
      "What these options say, from a YAML file or under the name of a published protocol: "
        + NamedProtocol.published.map(\.name).joined(separator: ", ") + ". Options prevail.",
      valueName: "p.yaml"))
  var protocolName: String?

  @Option(
    help: ArgumentHelp(
      "The pipeline to reproduce: \(Preprocessing.presetNames.joined(separator: ", ")). "
        + "Default: the model's own.", valueName: "name"))
  var preset: String?

  @Option(
    help: ArgumentHelp(
      "Normalisation: tf (−1 … 1), caffe (BGR minus means), torch (means and deviations), "
        + "rgb-means (RGB minus means), none.",
      valueName: "mode"))
  var normalize: Normalization?

  @Option(help: ArgumentHelp("Height and width of the input, in pixels.", valueName: "pixels"))
  var inputSize: Int?

  @Option(
    help: ArgumentHelp(
      "Interpolation: nearest, bilinear, bicubic; with Pillow's presets also box, lanczos.",
      valueName: "name"))
  var interpolation: Interpolation?

  @Option(help: "Shorter side before the central crop (presets preact, tf-official, torchvision).")
  var minAspectDim: Int?

  @Option(help: "Side of the central crop (presets preact, tf-official). Default: the input size.")
  var resizeDim: Int?

  @Flag(help: "Crop to the input's aspect first, as Keras's crop_to_aspect_ratio (keras-tf).")
  var cropToAspectRatio = false

  func validate() throws {
    if let size = inputSize ?? resizeDim, !(1...16_384).contains(size) {
      throw ValidationError("an input of \(size) pixels is not possible")
    }
  }

  /// The protocol that was named, or none.
  func namedProtocol() throws -> NamedProtocol? { try protocolName.map(NamedProtocol.init) }

  /// The options, and of a protocol what they leave open.
  private func settings() throws -> EvaluationProtocol {
    let named = try namedProtocol()?.settings
    return EvaluationProtocol(
      preset: preset ?? named?.preset,
      // A size of the user's own replaces both of the protocol's.
      inputSize: inputSize ?? (resizeDim == nil ? named?.inputSize : nil),
      interpolation: interpolation ?? named?.interpolation,
      normalize: normalize ?? named?.normalize,
      minAspectDim: minAspectDim ?? named?.minAspectDim,
      resizeDim: resizeDim ?? (inputSize == nil ? named?.resizeDim : nil),
      cropToAspectRatio: cropToAspectRatio || named?.cropToAspectRatio == true,
      labels: named?.labels)
  }

  /// Height and width of the input, as far as the user wrote them.
  func size() throws -> Int? {
    let settings = try settings()
    return settings.inputSize ?? settings.resizeDim
  }

  /// Height and width of the input: as written, else the model's.
  func size(for recipe: ModelRecipe) throws -> Int {
    try size() ?? recipe.protocolDefaults.inputSize
  }

  /// The pipeline: as written, else the model's.
  func preprocessing(for recipe: ModelRecipe) throws -> Preprocessing {
    let settings = try settings()
    let defaults = recipe.protocolDefaults
    let preset = settings.preset ?? defaults.preset
    guard let normalization = settings.normalize ?? Normalization(rawValue: defaults.normalization)
    else {
      throw Failure(.internalError, "\(recipe.name) names a normalisation that does not exist")
    }
    let isSquareCrop = ["preact", "tf-official"].contains(preset)
    if !isSquareCrop, preset != "torchvision", settings.minAspectDim != nil {
      throw Failure(
        .usage, "--min-aspect-dim is for the presets preact, tf-official and torchvision")
    }
    if !isSquareCrop, settings.resizeDim != nil {
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

extension Normalization: ExpressibleByArgument {}
extension Interpolation: ExpressibleByArgument {}
