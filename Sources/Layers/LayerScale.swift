public import Networks
import Tensors

/// Each channel times a number that was learnt (`LayerScale` of ConvNeXt in `keras.applications`; Touvron and
/// others 2021).
///
/// Weight: gamma, of the last axis.
public struct LayerScale: Layer {
  /// `LayerScale`.
  public var kerasClass: String { "LayerScale" }

  /// Adds the product.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    let x = inputs[0]
    guard let channels = x.extents.last else {
      x.fail("reads a single number")
      return [x]
    }
    return [x.zip(.multiply, variables(.gamma, [channels]))]
  }
}

/// `x + scale · residual` (`CustomScaleLayer` of InceptionResNetV2 in `keras.applications`).
public struct ScaledSum: Layer, ReadsSeveral {
  /// The class that Keras writes: `CustomScaleLayer`, before that a `Lambda`.
  public var kerasClass: String
  /// What the second array is multiplied with.
  public var scale: Float

  /// Adds the product and the sum.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    guard inputs.count == 2 else {
      inputs[0].fail("reads \(inputs.count) arrays, not 2")
      return [inputs[0]]
    }
    return [inputs[0].zip(.add, inputs[1].map(.affine(scale: scale, offset: 0)))]
  }
}

// How a config has them.
extension LayerScale {
  init(_ settings: inout SettingsReader) {
    // How the weight began, and how long it is: as the input.
    settings.pass("init_values", "projection_dim")
  }
}

extension ScaledSum {
  init(_ settings: inout SettingsReader) throws(LayerError) {
    guard let scale = try settings.number("scale") else { throw LayerError("has no scale") }
    self.init(kerasClass: "CustomScaleLayer", scale: scale)
  }

  /// The `Lambda` of InceptionResNetV2 before Keras had a class for it: `x[0] + scale · x[1]`.
  ///
  /// Its code is not run. That it is this one, the layer's name and its only argument say: `block35_1` …
  /// `block8_10`, and a scale.
  static func reading(lambda settings: inout SettingsReader) -> ScaledSum? {
    let blocks = ["block35_", "block17_", "block8_"]
    guard let name = settings.string("name"), let scale = settings.argumentsOfLambda?["scale"],
      let block = blocks.first(where: name.hasPrefix), Int(name.dropFirst(block.count)) != nil,
      settings.argumentsOfLambda?.count == 1
    else { return nil }
    settings.pass(
      "function", "function_type", "module", "output_shape", "output_shape_type",
      "output_shape_module", "arguments", "mask")
    return ScaledSum(kerasClass: "Lambda", scale: Float(scale))
  }
}
