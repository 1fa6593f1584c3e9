public import Tensors

/// One tensor of a layer in a checkpoint: its description, without its values.
public struct CheckpointTensor: Sendable, Hashable {
  /// The name as in the file: `conv2d/kernel:0`, or `0` in v3 weights.
  public let name: String
  /// What the tensor is to its layer, if its name tells; `nil` in v3 weights.
  public let role: VariableRole?
  /// The position among the tensors of its layer, from 0.
  public let index: Int
  /// The extents, outermost first, as Keras stores them: H·W·I·O for a convolution's kernel.
  public let shape: Shape
  /// The type of the elements in the file.
  public let type: ElementType
  /// The path in the file.
  public let path: String
  /// The bytes that the values take in the file, after any compression.
  public let storedBytes: Int
  /// By what the stored numbers are divided, where they are quantised; reading does that.
  public let scale: QuantizationScale?
  /// Where the values lie in an HDF5 file, if they lie there as this machine's own float32.
  let plainOffset: Int?

  /// The type in words, with what makes values of quantised numbers: `int8 over its scale`.
  package var typeDescription: String { scale == nil ? "\(type)" : "\(type) over its scale" }

  /// Creates the description of a tensor.
  package init(
    name: String, role: VariableRole?, index: Int, shape: Shape, type: ElementType = .float32,
    path: String, storedBytes: Int? = nil, scale: QuantizationScale? = nil, plainOffset: Int? = nil
  ) {
    self.name = name
    self.role = role
    self.index = index
    self.shape = shape
    self.type = type
    self.path = path
    self.storedBytes = storedBytes ?? shape.elementCount * type.kind.width
    self.scale = scale
    self.plainOffset = plainOffset
  }
}
