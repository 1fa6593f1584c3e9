import TensorBundles
import Tensors

/// A variable in a TensorFlow checkpoint, with what its name tells.
struct TensorFlowVariable {
  /// Where its values are.
  let entry: TensorBundleEntry
  /// The name that TensorFlow gave the variable: `block_layer0/regular_block0/conv2d/kernel`.
  let name: String
  /// How its values are stored.
  let type: ElementType

  /// Everything before the last `/`: the scopes and the layer.
  var layer: String? { name.lastIndex(of: "/").map { String(name[..<$0]) } }
  /// What it is to its layer.
  let role: VariableRole?

  /// Describes a variable of numbers; `nil` for text and the like.
  init?(_ entry: TensorBundleEntry, name: String, isBigEndian: Bool) {
    guard let kind = entry.element.flatMap(ElementType.Kind.init) else { return nil }
    self.entry = entry
    self.name = name
    type = ElementType(kind, isBigEndian: isBigEndian)
    let last = name.split(separator: "/").last.map(String.init) ?? name
    role = Self.slimRoles[last] ?? VariableRole(variableName: last)
  }

  /// How TF-slim calls what Keras calls kernel and bias.
  private static let slimRoles: [String: VariableRole] = [
    "weights": .kernel, "biases": .bias, "depthwise_weights": .depthwiseKernel,
    "pointwise_weights": .pointwiseKernel,
  ]

  /// The variables of one layer in the order in which Keras loads them.
  static func tensors(_ variables: [TensorFlowVariable]) -> [CheckpointTensor] {
    variables.sorted { ($0.rank, $0.name, $0.entry.key) < ($1.rank, $1.name, $1.entry.key) }
      .enumerated()
      .map { index, variable in
        CheckpointTensor(
          name: variable.name, role: variable.role, index: index,
          shape: Shape(variable.entry.shape), type: variable.type, path: variable.entry.key,
          storedBytes: variable.entry.size)
      }
  }

  /// Kernels, then bias, then what normalises, then what is not trained.
  private var rank: Int {
    switch role {
    case .kernel, .depthwiseKernel, .embeddings, .alpha: 0
    case .pointwiseKernel, .recurrentKernel: 1
    case .bias: 2
    case .gamma, .scale, .weight, .gain, .positionalEmbedding, .placeEmbedding, .tokens: 3
    case .beta, .concatScoreWeight, .classToken: 4
    case .movingMean, .mean: 5
    case .movingVariance, .variance: 6
    case .count: 7
    case nil: 8
    }
  }
}

extension ElementType.Kind {
  /// The Keras meaning of a type of TensorFlow; `nil` for what is no number by itself.
  init?(_ element: TensorBundleEntry.Element) {
    switch element {
    case .float16: self = .float16
    case .bfloat16: self = .bfloat16
    case .float32: self = .float32
    case .float64: self = .float64
    case .int8: self = .int8
    case .int16: self = .int16
    case .int32: self = .int32
    case .int64: self = .int64
    case .uint8: self = .uint8
    case .uint16: self = .uint16
    case .uint32: self = .uint32
    case .uint64: self = .uint64
    case .string, .complex64, .complex128, .bool, .qint8, .quint8, .qint16, .quint16, .qint32,
      .resource, .variant:
      return nil
    }
  }
}
