public import Tensors

/// One array of weights that a graph needs: whose it is, what it does there, and its shape.
public struct Parameter: Sendable, Hashable {
  /// The path of the layer, `stage2/block1/reduce`.
  public let layer: String
  /// What the array is to the layer.
  public let role: VariableRole
  /// The extents in Keras's order: a convolution kernel is H·W·I·O, a dense kernel in·out.
  public let shape: Shape

  /// Creates a parameter of the layer at path `layer`.
  public init(layer: String, role: VariableRole, shape: Shape) {
    self.layer = layer
    self.role = role
    self.shape = shape
  }

  /// The layer's path and the role, `stage2/block1/reduce/kernel`.
  public var path: String { "\(layer)/\(role.rawValue)" }
}
