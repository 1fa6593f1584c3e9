package import JSON
import KerasConfigs
public import Networks

/// A function of each number or of each row, by Keras's name (Keras `Activation`).
public struct Activation: Layer {
  /// What it is made of, in order.
  public enum Step: Sendable, Hashable {
    /// A function of each number.
    case map(Function)
    /// Shares along the last axis.
    case softmax(SoftmaxKind)
    /// The first half of the last axis times the sigmoid of the second (Dauphin et al. 2017).
    case gatedLinearUnit
  }

  /// The name in a config.
  public var name: String
  /// What it is made of.
  public var steps: [Step]

  /// Creates an activation.
  public init(name: String, _ steps: [Step]) {
    self.name = name
    self.steps = steps
  }

  /// `Activation`.
  public var kerasClass: String { "Activation" }
  /// The name in a config.
  public var activation: String? { name }
  /// The name; `nil` for what does nothing.
  var nameInConfig: String? { steps.isEmpty ? nil : name }

  /// Nothing at all.
  public static let linear = Activation(name: "linear", [])
  /// max(x, 0).
  public static let relu = Activation(name: "relu", [.map(.relu)])
  /// Probabilities of the last axis.
  public static let softmax = Activation(name: "softmax", [.softmax(.plain)])

  /// Adds the activation.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    [self(inputs[0])]
  }

  /// Adds the activation after what another layer computes.
  func callAsFunction(_ x: Signal) -> Signal {
    steps.reduce(x) { x, step in
      switch step {
      case .map(let function): return x.map(function)
      case .softmax(let kind):
        guard x.rank > 0 else { return x }
        return x.applying(.softmax(kind, axes: [x.rank - 1]))
      case .gatedLinearUnit: return x.gatedLinearUnit(x.rank - 1)
      }
    }
  }

  /// The activation of that name in the given version of Keras; `nil` for one that it does not have.
  ///
  /// The parameters are those that a name alone stands for: `leaky_relu` has another slope than the layer.
  public static func named(_ name: String, kerasVersion: Int) -> Activation? {
    if name == "hard_sigmoid", kerasVersion < 3 {
      // Keras 2: 0.2x + 0.5, kept between 0 and 1; Keras 3 has another one under the same name.
      return Activation(
        name: name,
        [.map(.affine(scale: 0.2, offset: 0.5)), .map(.clip(least: 0, largest: 1))])
    }
    return table[name].map { Activation(name: name, $0) }
  }

  private static let table: [String: [Step]] = [
    "linear": [], "relu": [.map(.relu)],
    "relu6": [.map(.relu(negativeSlope: 0, largest: 6, threshold: 0))],
    "leaky_relu": [.map(.relu(negativeSlope: 0.2, largest: .infinity, threshold: 0))],
    "sigmoid": [.map(.sigmoid)], "tanh": [.map(.tanh)], "exponential": [.map(.exp)],
    "hard_sigmoid": [.map(.hardSigmoid)],
    "silu": [.map(.silu)], "swish": [.map(.silu)],
    "hard_silu": [.map(.hardSilu)], "hard_swish": [.map(.hardSilu)],
    "gelu": [.map(.gelu(isApproximate: false))],
    "elu": [.map(.elu(alpha: 1))], "celu": [.map(.celu(alpha: 1))], "selu": [.map(.selu)],
    "softplus": [.map(.softplus)], "softsign": [.map(.softsign)], "mish": [.map(.mish)],
    "squareplus": [.map(.squareplus(b: 4))],
    "hard_tanh": [.map(.clip(least: -1, largest: 1))],
    "hard_shrink": [.map(.hardShrink(threshold: 0.5))],
    "soft_shrink": [.map(.softShrink(threshold: 0.5))], "tanh_shrink": [.map(.tanhShrink)],
    "sparse_plus": [.map(.sparsePlus)],
    "sparse_sigmoid": [
      .map(.affine(scale: 0.5, offset: 0.5)), .map(.clip(least: 0, largest: 1)),
    ],
    "log_sigmoid": [.map(.logSigmoid)],
    // Of kecam, which registers functions of its own.
    "kecamCommon>hard_swish": [.map(.hardSilu)],
    "kecamCommon>hard_sigmoid_torch": [.map(.hardSigmoid)], "kecamCommon>mish": [.map(.mish)],
    "softmax": [.softmax(.plain)], "log_softmax": [.softmax(.log)],
    "sparsemax": [.softmax(.sparse)], "glu": [.gatedLinearUnit],
  ]
}

extension Signal {
  /// The first half of an axis times the sigmoid of the second (`keras.ops.glu`).
  func gatedLinearUnit(_ axis: Int) -> Signal {
    guard extents.indices.contains(axis), extents[axis] % 2 == 0 else {
      fail("halves axis \(axis) of \(shape)")
      return self
    }
    let half = extents[axis] / 2
    return sliced(axis, 0, half).zip(.multiply, sliced(axis, half, half).map(.sigmoid))
  }
}

// How a config has it.
extension Activation {
  init(_ settings: inout SettingsReader) throws(LayerError) {
    guard let value = settings.value("activation") else { throw LayerError("has no activation") }
    self = try Self.of(value, settings)
  }

  /// What another layer ends with.
  static func last(_ settings: inout SettingsReader) throws(LayerError) -> Activation {
    guard let value = settings.value("activation") else { return .linear }
    return try of(value, settings)
  }

  /// A name, the name of a function in an object, or a layer in an object.
  private static func of(
    _ value: JSONValue, _ settings: SettingsReader
  ) throws(LayerError) -> Activation {
    let registered = value["registered_name"]?.string ?? ""
    let isFunction = value["class_name"]?.string == "function"
    if let name = value.string ?? (isFunction ? value["config"]?.string : nil),
      !registered.contains(">")
    {
      if let activation = named(name, kerasVersion: settings.kerasVersion) { return activation }
      throw LayerError("has the activation \(name.debugDescription), which Assay does not know")
    }
    if let name = value["class_name"]?.string, !isFunction, !registered.contains(">"),
      let config = value["config"]
    {
      var inner = SettingsReader(name, LayerSettings(config), kerasVersion: settings.kerasVersion)
      let layer = try LayerCatalog.layer(&inner)
      _ = try inner.finish(ignoring: [])
      switch layer {
      case let activation as Activation: return activation
      case let relu as ReLU: return Activation(name: name, [.map(relu.function)])
      case let softmax as Softmax where softmax.axes == [-1]: return .softmax
      case is Identity: return .linear
      default: break
      }
    }
    throw settings.odd("activation", value)
  }
}

// How a config has it, the other way around.
extension Activation: CommonLayer {
  package var settings: [String: JSONTree]? { commonName.map { ["activation": .string($0)] } }

  /// The name under which both generations of Keras have it; `nil` where one lacks it, or means another by it.
  package var commonName: String? {
    let names = [
      "linear", "relu", "sigmoid", "tanh", "softmax", "swish", "gelu", "elu", "selu",
      "exponential", "softplus", "softsign", "mish",
    ]
    return names.first { Self.table[$0] == steps }
  }
}
