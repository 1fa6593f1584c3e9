import Layers
public import Networks
import Tensors

/// Something odd about weights that shows without a single image.
public struct WeightLint: Codable, Sendable, Hashable {
  /// What is odd.
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// Infinite or no number.
    case notFinite = "not finite"
    /// A variance below zero.
    case negativeVariance = "negative variance"
    /// A batch norm with means of 0 and variances of 1, as before the first step of training.
    case neverTrained = "never trained"
    /// A layer of which every channel is dead or constant.
    case lifeless
    /// Channels that are zero whatever the image.
    case dead
    /// Channels that have one value whatever the image.
    case constant

    /// Whether no sound network has it; the others occur in networks that work.
    public var isFault: Bool {
      switch self {
      case .notFinite, .negativeVariance, .neverTrained, .lifeless: true
      case .dead, .constant: false
      }
    }
  }

  /// The path of the layer.
  public var layer: String
  /// What is odd.
  public var kind: Kind
  /// What it is about: `moving_variance`, or `gamma, beta`.
  public var variable: String
  /// The channels, or for a kernel that is not finite the elements, at most ten.
  public var places: [Int]
  /// How many there are.
  public var count: Int
  /// Out of how many.
  public var total: Int

  init(
    _ node: LayerSpan, _ kind: Kind, _ variable: String, _ places: some Collection<Int>,
    of total: Int
  ) {
    layer = node.path
    self.kind = kind
    self.variable = variable
    self.places = Array(places.prefix(10))
    count = places.count
    self.total = total
  }

  /// The lint in one line.
  public var text: String { "\(layer): \(finding)" }

  /// What is odd, without the layer.
  public var finding: String {
    let which = places.map(String.init).joined(separator: ", ") + (count > places.count ? " …" : "")
    return switch kind {
    case .notFinite:
      "\(count) of \(total) values of \(variable) are not finite (\(which))"
    case .negativeVariance:
      "\(count) of \(total) variances are negative (channels \(which))"
    case .neverTrained: "every mean is 0 and every variance 1, as before training"
    case .lifeless: "no channel depends on the image (\(variable))"
    case .dead: "\(count) of \(total) channels are always 0 (\(variable); \(which))"
    case .constant:
      "\(count) of \(total) channels never change (\(variable); \(which))"
    }
  }
}

extension WeightLint {
  /// Looks through all weights of a network, layer by layer in the order of execution.
  ///
  /// - Throws: Whatever reading a weight throws.
  public static func all(of bound: BoundGraph) throws -> [WeightLint] {
    try bound.graph.weightedLayers.flatMap { node in
      try lints(of: node, LayerWeights(node, in: bound))
    }
  }

  private static func lints(of node: LayerSpan, _ weights: LayerWeights) -> [WeightLint] {
    let broken = node.parameters.compactMap { parameter -> WeightLint? in
      let values = weights[parameter.role] ?? []
      let places = values.indices.filter { !values[$0].isFinite }
      guard !places.isEmpty else { return nil }
      return WeightLint(node, .notFinite, parameter.role.rawValue, places, of: values.count)
    }
    // What follows compares numbers.
    guard broken.isEmpty else { return broken }
    return switch node.layer {
    case is BatchNormalization: normLints(node, weights)
    case is Convolution, is Dense: kernelLints(node, weights)
    default: []
    }
  }

  private static func normLints(_ node: LayerSpan, _ weights: LayerWeights) -> [WeightLint] {
    let channels = node.channels
    let means = weights[.movingMean] ?? []
    let variances = weights[.movingVariance] ?? []
    let beta = weights[.beta] ?? Array(repeating: 0, count: channels)
    let gamma = weights[.gamma] ?? Array(repeating: 1, count: channels)
    let negative = variances.indices.filter { variances[$0] < 0 }
    if !negative.isEmpty {
      return [
        WeightLint(
          node, .negativeVariance, VariableRole.movingVariance.rawValue, negative, of: channels)
      ]
    }
    if means.allSatisfy({ $0 == 0 }), variances.allSatisfy({ $0 == 1 }) {
      let variable = "\(VariableRole.movingMean.rawValue), \(VariableRole.movingVariance.rawValue)"
      return [WeightLint(node, .neverTrained, variable, 0..<channels, of: channels)]
    }
    return still(
      node, named: "gamma 0", of: channels, constant: { gamma[$0] == 0 }, value: { beta[$0] })
      + still(
        node, named: "variance 0", of: channels, constant: { gamma[$0] != 0 && variances[$0] == 0 },
        // Of a channel that never changed, only beta is left after normalisation.
        value: { beta[$0] })
  }

  private static func kernelLints(_ node: LayerSpan, _ weights: LayerWeights) -> [WeightLint] {
    guard let kernel = weights[.kernel] else { return [] }
    let filters = node.channels
    let bias = weights[.bias] ?? Array(repeating: 0, count: filters)
    var moves = Array(repeating: false, count: filters)
    for index in kernel.indices where kernel[index] != 0 { moves[index % filters] = true }
    return still(
      node, named: "kernel 0", of: filters, constant: { !moves[$0] }, value: { bias[$0] })
  }

  /// The channels that do not depend on the image: those that are 0, and those of another value.
  private static func still(
    _ node: LayerSpan, named variable: String, of channels: Int, constant: (Int) -> Bool,
    value: (Int) -> Float
  ) -> [WeightLint] {
    let still = (0..<channels).filter(constant)
    if still.count == channels {
      return [WeightLint(node, .lifeless, variable, still, of: channels)]
    }
    let (constants, dead) = (still.filter { value($0) != 0 }, still.filter { value($0) == 0 })
    return [(Kind.dead, dead), (.constant, constants)].filter { !$0.1.isEmpty }.map {
      WeightLint(node, $0.0, variable, $0.1, of: channels)
    }
  }
}

/// The values of a layer's weights by role.
struct LayerWeights {
  private let values: [VariableRole: [Float]]

  init(_ node: LayerSpan, in bound: BoundGraph) throws {
    values = Dictionary(
      uniqueKeysWithValues: try node.parameters.map { ($0.role, try bound.values(of: $0)) })
  }

  subscript(role: VariableRole) -> [Float]? { values[role] }
}
