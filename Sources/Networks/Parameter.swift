public import Tensors

/// One array of weights that a graph needs: whose it is, what it does there, and its shape.
public struct Parameter: Sendable, Hashable {
  /// The path of the layer, `stage2/block1/reduce`.
  public let layer: String
  /// What the array is to the layer.
  public let role: ParameterRole
  /// The extents in Keras's order: a convolution kernel is H·W·I·O, a dense kernel in·out.
  public let shape: Shape

  /// Creates a parameter of the layer at path `layer`.
  public init(layer: String, role: ParameterRole, shape: Shape) {
    self.layer = layer
    self.role = role
    self.shape = shape
  }

  /// The layer's path and the role, `stage2/block1/reduce/kernel`.
  public var path: String { "\(layer)/\(role.rawValue)" }
}

/// What an array of weights is to its layer, under Keras's names.
public enum ParameterRole: String, Sendable, Hashable, CaseIterable {
  /// The taps of a convolution or the matrix of a dense layer.
  case kernel
  /// What is added per filter or unit.
  case bias
  /// The scale of a batch norm.
  case gamma
  /// The offset of a batch norm.
  case beta
  /// The running mean of a batch norm.
  case movingMean = "moving_mean"
  /// The running variance of a batch norm.
  case movingVariance = "moving_variance"

  /// Whether gradient descent changes it; the moving statistics it does not.
  public var isTrainable: Bool { self != .movingMean && self != .movingVariance }
}
