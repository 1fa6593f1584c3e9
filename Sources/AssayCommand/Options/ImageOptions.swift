public import ArgumentParser
public import Datasets
import Studies

/// How image files become the network's input.
struct ImageOptions: ParsableArguments {
  @Option(
    name: .customLong("protocol"),
    help: ArgumentHelp(
      "What these options say, from a YAML file or under the name of a published protocol: "
        + EvaluationProtocol.published.map(\.name).joined(separator: ", ") + ". Options prevail.",
      valueName: "p.yaml"), completion: .file())
  var protocolName: String?

  @Option(
    help: ArgumentHelp(
      "The pipeline to reproduce: \(Preprocessing.presetNames.joined(separator: ", ")). "
        + "Default: the model's own.", valueName: "name"),
    completion: .list(Preprocessing.presetNames))
  var preset: String?

  @Option(
    help: ArgumentHelp(
      "Normalisation: unit (0 … 1), tf (−1 … 1), caffe (BGR minus means), torch (means and deviations), "
        + "rgb-means (RGB minus means), none.",
      valueName: "mode"))
  var normalize: PixelNormalization?

  @Option(
    help: ArgumentHelp(
      "Height and width of the input, in pixels: 224, or 180x240.", valueName: "pixels"))
  var inputSize: InputSize?

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
    if let inputSize { try inputSize.check(InputSize.sides) }
    for (option, side) in [("--resize-dim", resizeDim), ("--min-aspect-dim", minAspectDim)] {
      if let side, !InputSize.sides.contains(side) {
        throw ValidationError("\(option) \(side) is not possible")
      }
    }
  }

  /// The files that these options name.
  var inputs: [String] { [protocolName].compactMap(\.self) }

  /// The options, and of a protocol what they leave open; its file is read here, once.
  func resolved() throws -> ImageSettings {
    let named = try protocolName.map(NamedProtocol.init)
    let its = named?.settings
    return ImageSettings(
      EvaluationProtocol(
        preset: preset ?? its?.preset,
        // A size of the user's own replaces both of the protocol's.
        inputSize: inputSize ?? (resizeDim == nil ? its?.inputSize : nil),
        interpolation: interpolation ?? its?.interpolation,
        normalize: normalize ?? its?.normalize,
        minAspectDim: minAspectDim ?? its?.minAspectDim,
        resizeDim: resizeDim ?? (inputSize == nil ? its?.resizeDim : nil),
        cropToAspectRatio: cropToAspectRatio || its?.cropToAspectRatio == true,
        labels: its?.labels), source: named?.source)
  }
}

extension InputSize: ExpressibleByArgument {
  /// Reads a size as it is typed.
  public init?(argument: String) { self.init(argument) }

  /// Refuses sides outside of `range`.
  func check(_ range: ClosedRange<Int>) throws {
    guard range.contains(height), range.contains(width) else {
      throw ValidationError(
        "--input-size \(typed): an input of \(self) pixels is not possible; a side has "
          + "\(range.lowerBound) to \(range.upperBound)")
    }
  }
}
extension PixelNormalization: ExpressibleByArgument {}
extension Interpolation: ExpressibleByArgument {}
