package import JSON
package import Networks
import Tensors

/// A layer that Keras has since version 2: how a config has it, which both generations read alike.
///
/// The settings are the inverse of what the class's reader makes of them, and stand beside it.
package protocol CommonLayer: Layer {
  /// The settings by Keras's names, but for the name; `nil` where one generation has no such layer, or means another
  /// by the same words.
  var settings: [String: JSONTree]? { get }
}

/// A layer of Keras that may end with an activation.
package protocol ActivatedLayer: Layer {
  /// What is applied last.
  var function: Activation { get set }
}

extension Convolution: ActivatedLayer {}
extension DepthwiseConvolution: ActivatedLayer {}
extension SeparableConvolution: ActivatedLayer {}
extension TransposedConvolution: ActivatedLayer {}
extension Dense: ActivatedLayer {}
extension EinsumDense: ActivatedLayer {}

extension InputLayer: CommonLayer {
  package var settings: [String: JSONTree]? {
    // Keras 3 reads the name that Keras 2 has for it.
    [
      "batch_input_shape": .list([.null] + shape.dimensions.map { .integer($0) }),
      "sparse": .truth(false), "ragged": .truth(false),
    ]
  }
}

extension WindowSettings {
  /// The settings of windows, whose extents are called `name`; `nil` for a padding that Keras has no word for.
  func settings(size name: String) -> [String: JSONTree]? {
    let rule: String
    switch padding {
    case .valid: rule = "valid"
    case .same: rule = "same"
    case .causal where rank == 1: rule = "causal"
    case .causal, .edges: return nil
    }
    return [
      name: .integers(size), "strides": .integers(strides), "padding": .string(rule),
      "data_format": dataFormat.setting,
    ]
  }

  /// The same of a convolution, with what follows it.
  func settings(
    hasBias: Bool, function: Activation, _ others: [String: JSONTree]
  ) -> [String: JSONTree]? {
    guard var settings = settings(size: "kernel_size"), let name = function.commonName else {
      return nil
    }
    settings["dilation_rate"] = .integers(dilation)
    settings["use_bias"] = .truth(hasBias)
    settings["activation"] = .string(name)
    return settings.merging(others) { $1 }
  }
}

extension DataFormat {
  /// How a config has it.
  var setting: JSONTree { .string(self == .channelsFirst ? "channels_first" : "channels_last") }
}

extension Tensor {
  /// A number, or a list of numbers.
  var setting: JSONTree {
    guard shape.rank > 0 else { return .number(values[0]) }
    let length = shape.elementCount / max(shape[0], 1)
    return .list(
      (0..<shape[0]).map { place in
        Tensor(
          shape: Shape(Array(shape.dimensions.dropFirst())),
          values: Array(values[place * length..<(place + 1) * length])
        ).setting
      })
  }
}

extension [Int] {
  /// Axes as Keras writes them: one by itself, several as a list.
  var setting: JSONTree { count == 1 ? .integer(self[0]) : .integers(self) }
}
