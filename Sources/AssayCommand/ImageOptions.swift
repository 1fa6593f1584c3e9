import Architectures
public import ArgumentParser
public import Datasets

/// How image files become the network's input.
struct ImageOptions: ParsableArguments {
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
    if let size, !(1...16_384).contains(size) {
      throw ValidationError("an input of \(size) pixels is not possible")
    }
  }

  /// Height and width of the input, as far as the user wrote them.
  var size: Int? { inputSize ?? resizeDim }

  /// Height and width of the input: as written, else the model's.
  func size(for recipe: ModelRecipe) -> Int { size ?? recipe.protocolDefaults.inputSize }

  /// The pipeline: as written, else the model's.
  func preprocessing(for recipe: ModelRecipe) throws -> Preprocessing {
    let defaults = recipe.protocolDefaults
    let preset = preset ?? defaults.preset
    guard let normalization = normalize ?? Normalization(rawValue: defaults.normalization) else {
      throw Failure(.internalError, "\(recipe.name) names a normalisation that does not exist")
    }
    let isSquareCrop = ["preact", "tf-official"].contains(preset)
    if !isSquareCrop, preset != "torchvision", minAspectDim != nil {
      throw Failure(
        .usage, "--min-aspect-dim is for the presets preact, tf-official and torchvision")
    }
    if !isSquareCrop, resizeDim != nil {
      throw Failure(.usage, "--resize-dim is for the presets preact and tf-official")
    }
    if cropToAspectRatio {
      guard preset == "keras-tf" else {
        throw Failure(.usage, "--crop-to-aspect-ratio is for the preset keras-tf")
      }
      return try Preprocessing(
        .kerasTF(cropToAspectRatio: true), interpolation: interpolation,
        normalization: normalization)
    }
    return try Preprocessing(
      preset: preset, minAspectDim: minAspectDim, resizeDim: resizeDim ?? size(for: recipe),
      interpolation: interpolation, normalization: normalization)
  }
}

extension Normalization: ExpressibleByArgument {}
extension Interpolation: ExpressibleByArgument {}
