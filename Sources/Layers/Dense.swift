package import JSON
public import Networks
import Tensors

/// The last axis times a matrix, plus a bias (Keras `Dense`).
///
/// Input `… × inputs`, output `… × units`. Weights: kernel `inputs × units`, bias `units`.
public struct Dense: Layer {
  /// The number of outputs.
  public var units: Int
  /// Whether a bias is added.
  public var hasBias = true
  /// What is applied last.
  public var function = Activation.linear

  /// Creates a dense layer.
  public init(units: Int, hasBias: Bool = true, function: Activation = .linear) {
    self.units = units
    self.hasBias = hasBias
    self.function = function
  }

  /// `Dense`.
  public var kerasClass: String { "Dense" }
  /// The name of what is applied last.
  public var activation: String? { function.nameInConfig }

  /// Adds the product.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    let x = inputs[0]
    guard let length = x.extents.last else {
      x.fail("reads a single number")
      return [x]
    }
    let kernel = variables(.kernel, [length, units])
    let bias = hasBias ? [variables(.bias, [units])] : []
    let contraction = Contraction([x.rank - 1], [0])
    return [function(x.applying(.contract(contraction), [kernel] + bias))]
  }
}

extension Dense {
  init(_ settings: inout SettingsReader) throws(LayerError) {
    units = try settings.count("units")
    hasBias = try settings.truth("use_bias") ?? true
    function = try Activation.last(&settings)
  }
}

extension Dense: CommonLayer {
  package var settings: [String: JSONTree]? {
    function.commonName.map {
      ["units": .integer(units), "use_bias": .truth(hasBias), "activation": .string($0)]
    }
  }
}
