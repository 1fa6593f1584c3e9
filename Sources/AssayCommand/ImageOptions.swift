import Architectures
import ArgumentParser
import Datasets

/// How image files become the network's input.
struct ImageOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The pipeline to reproduce: \(Preset.allNames). Default: the model's own.",
      valueName: "name"))
  var preset: Preset?

  @Option(
    help: ArgumentHelp(
      "Normalisation: tf (−1 … 1), caffe (BGR minus means), torch (means and deviations), none.",
      valueName: "mode"))
  var normalize: Normalization?

  @Option(help: ArgumentHelp("Height and width of the input, in pixels.", valueName: "pixels"))
  var inputSize: Int?

  @Option(
    help: ArgumentHelp(
      "Interpolation: nearest, bilinear, bicubic; with Pillow's presets also box, lanczos.",
      valueName: "name"))
  var interpolation: Interpolation?

  @Option(help: "Shorter side before the central crop (presets mission and torchvision).")
  var minAspectDim: Int?

  @Option(help: "Side of the central crop (preset mission). Default: the input size.")
  var resizeDim: Int?

  @Flag(help: "Crop to the input's aspect first, as Keras's crop_to_aspect_ratio (keras-tf).")
  var cropToAspectRatio = false

  /// Height and width of the input: as written, else the model's.
  func size(for recipe: ModelRecipe) throws -> Int {
    let size = inputSize ?? resizeDim ?? recipe.protocolDefaults.inputSize
    guard (1...16_384).contains(size) else {
      throw Failure(.usage, "--input-size \(size) is no possible size")
    }
    return size
  }

  /// The pipeline: as written, else the model's.
  func preprocessing(for recipe: ModelRecipe) throws -> Preprocessing {
    let defaults = recipe.protocolDefaults
    guard let preset = preset ?? Preset(rawValue: defaults.preset),
      let normalization = normalize ?? Normalization(rawValue: defaults.normalization)
    else {
      throw Failure(.internalError, "\(recipe.name) names a pipeline that does not exist")
    }
    let size = try size(for: recipe)
    if preset != .mission, preset != .torchvision, minAspectDim != nil {
      throw Failure(.usage, "--min-aspect-dim is for the presets mission and torchvision")
    }
    if preset != .mission, resizeDim != nil {
      throw Failure(.usage, "--resize-dim is for the preset mission")
    }
    if preset != .kerasTF, cropToAspectRatio {
      throw Failure(.usage, "--crop-to-aspect-ratio is for the preset keras-tf")
    }
    let pipeline: Preprocessing.Pipeline =
      switch preset {
      case .kerasTF: .kerasTF(cropToAspectRatio: cropToAspectRatio)
      case .kerasPIL: .kerasPIL
      case .torchvision: .torchvision(shorterSide: minAspectDim)
      case .mission:
        // 256 for 224, the proportion of the published protocols.
        .mission(
          minAspectDim: minAspectDim ?? Int((Double(size) / 0.875).rounded()),
          resizeDim: resizeDim ?? size)
      }
    return try Preprocessing(
      pipeline, interpolation: interpolation, normalization: normalization)
  }
}

/// The pipelines that can be named.
enum Preset: String, CaseIterable, ExpressibleByArgument {
  case kerasTF = "keras-tf"
  case kerasPIL = "keras-pil"
  case torchvision
  case mission

  static let allNames = allCases.map(\.rawValue).joined(separator: ", ")
}

extension Normalization: @retroactive ExpressibleByArgument {}
extension Interpolation: @retroactive ExpressibleByArgument {}
