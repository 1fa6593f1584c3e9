public import Tensors

/// One array of weights that a graph needs: whose it is, what it does there, and its shape.
public struct Parameter: Sendable, Hashable {
  /// The path of the layer, `stage2/block1/reduce`.
  public let layer: String
  /// What the array is to the layer.
  public let role: VariableRole
  /// The extents in Keras's order: a convolution kernel is H·W·I·O, a dense kernel in·out.
  public let shape: Shape
  /// What files call the part of the layer whose weight it is, the first name ours; empty for the layer's own.
  public let part: [String]

  /// Creates a parameter of the layer at path `layer`, or of a part of it.
  public init(layer: String, role: VariableRole, shape: Shape, part: [String] = []) {
    self.layer = layer
    self.role = role
    self.shape = shape
    self.part = part
  }

  /// The layer's path and the role, `stage2/block1/reduce/kernel`, between them the name of a part.
  public var path: String {
    ([layer] + part.prefix(1) + [role.rawValue]).joined(separator: "/")
  }
}
