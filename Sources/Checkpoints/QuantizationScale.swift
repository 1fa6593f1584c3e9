import Tensors

/// The scale of a quantised tensor: `value = stored / scale` (Keras `kernel_scale`, 127 / absmax).
public struct QuantizationScale: Sendable, Hashable {
  /// Along which axis of the tensor the scale has its values.
  public enum Axis: Sendable, Hashable {
    /// One for each output of a dense kernel, its last extent.
    case columns
    /// One for each row of an embedding, its first extent.
    case rows
  }

  /// The scale's own tensor.
  let tensor: StoredScale
  /// The axis of its values.
  public let axis: Axis

  /// The path of the scale in the file.
  public var path: String { tensor.path }
}

/// What finds the scale again; a tensor cannot hold another one.
struct StoredScale: Sendable, Hashable {
  let name: String
  let index: Int
  let shape: Shape
  let type: ElementType
  let path: String

  init(_ tensor: CheckpointTensor) {
    (name, index, shape) = (tensor.name, tensor.index, tensor.shape)
    (type, path) = (tensor.type, tensor.path)
  }

  /// The scale as a tensor of the checkpoint.
  var described: CheckpointTensor {
    CheckpointTensor(name: name, role: nil, index: index, shape: shape, type: type, path: path)
  }
}

extension CheckpointLayer {
  /// The same layer, where it is quantised to int8: its weight with the scale, and the bias.
  ///
  /// Keras writes kernel, bias if any, and scale (`Dense.variable_serialization_spec`). Int4, which
  /// packs two numbers into one, has other extents and is left as it is, and so is what has more.
  var pairingScale: CheckpointLayer {
    guard let weight = tensors.first, weight.type.kind == .int8, weight.shape.rank == 2,
      let scale = tensors.last, (2...3).contains(tensors.count), scale.shape.rank == 1,
      scale.type.kind.isReal, tensors.dropFirst().allSatisfy({ $0.type.kind.isReal })
    else { return self }
    let names = [weight, scale].map { $0.name.split(separator: "/").last ?? "" }
      .map { $0.removingNumber(after: ":") }
    let isNamed = weight.role != nil
    guard !isNamed || names[1] == "\(names[0])_scale" else { return self }
    let isEmbedding =
      isNamed ? weight.role == .embeddings : kerasClass?.hasSuffix("embedding") == true
    let isDense = isNamed ? weight.role == .kernel : [nil, "dense"].contains(kerasClass)
    let axis: QuantizationScale.Axis = isEmbedding ? .rows : .columns
    let extent = isEmbedding ? weight.shape[0] : weight.shape[1]
    guard isEmbedding || isDense, scale.shape == [extent],
      tensors.count == 2 || (isDense && tensors[1].shape == [extent])
    else { return self }
    let scaled = CheckpointTensor(
      name: weight.name, role: weight.role, index: weight.index, shape: weight.shape,
      type: weight.type, path: weight.path, storedBytes: weight.storedBytes,
      scale: QuantizationScale(tensor: StoredScale(scale), axis: axis))
    return CheckpointLayer(
      name: name, kerasClass: kerasClass, ordinal: ordinal, parents: parents, location: location,
      tensors: [scaled] + tensors.dropFirst().dropLast())
  }
}

extension ElementType.Kind {
  /// Whether it is a floating-point number.
  var isReal: Bool {
    switch self {
    case .float16, .bfloat16, .float32, .float64: true
    default: false
    }
  }
}

extension QuantizationScale {
  /// Divides what a tensor of `shape` stores by the scale's values.
  func divide(
    _ buffer: UnsafeMutableBufferPointer<Float>, of shape: Shape, by scales: [Float]
  ) {
    let columns = shape[1]
    for index in buffer.indices {
      let scale = scales[axis == .columns ? index % columns : index / columns]
      unsafe buffer[index] /= scale
    }
  }
}
