import Tensors

/// The scale of a quantised tensor: `value = stored / scale` (Keras `kernel_scale`, 127 / absmax).
public struct QuantizationScale: Sendable, Hashable {
  /// Along which axis of the tensor the scale has its values.
  public enum Axis: Sendable, Hashable {
    /// One for each output of a dense kernel: its last extent, or of an einsum's kernel the last ones.
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
  /// Keras writes kernel, bias if any, and scale (`Dense.variable_serialization_spec`), but to a legacy file the
  /// bias first, by names. Int4, which packs two numbers into one, has other extents and is left as it is, and so is
  /// what has more.
  var pairingScale: CheckpointLayer {
    let isLegacy = tensors.count == 3 && tensors[0].role == .bias
    guard (2...3).contains(tensors.count), let scale = tensors.last, scale.shape.rank >= 1,
      case let weight = tensors[isLegacy ? 1 : 0], weight.type.kind == .int8,
      weight.shape.rank >= 2, tensors.count(where: { $0.type.kind.isReal }) == tensors.count - 1
    else { return self }
    let bias = tensors.count == 3 ? tensors[isLegacy ? 0 : 1] : nil
    let names = [weight, scale].map { $0.name.split(separator: "/").last ?? "" }
      .map { $0.removingNumber(after: ":") }
    let isNamed = weight.role != nil
    guard !isNamed || names[1] == "\(names[0])_scale" else { return self }
    if scale.shape.rank > 1 { return pairing(weight, einsumScale: scale) }
    guard weight.shape.rank == 2 else { return self }
    let isEmbedding =
      isNamed ? weight.role == .embeddings : kerasClass?.hasSuffix("embedding") == true
    let isDense = isNamed ? weight.role == .kernel : [nil, "dense"].contains(kerasClass)
    let axis: QuantizationScale.Axis = isEmbedding ? .rows : .columns
    let extent = isEmbedding ? weight.shape[0] : weight.shape[1]
    guard isEmbedding || isDense, scale.shape == [extent],
      bias == nil || (isDense && bias?.shape == [extent])
    else { return self }
    return pairing(weight, scale, axis)
  }

  /// The same for an einsum's kernel (`EinsumDense`).
  ///
  /// Its scale lies as its result does: axes of the batch, and then those that the kernel has last. A kernel that is
  /// summed over its last axes is left as it is.
  private func pairing(
    _ weight: CheckpointTensor, einsumScale scale: CheckpointTensor
  ) -> CheckpointLayer {
    let extents = Array(scale.shape.dimensions.drop { $0 == 1 })
    guard extents.count < weight.shape.rank, !extents.isEmpty || weight.shape.dimensions.last == 1,
      Array(weight.shape.dimensions.suffix(extents.count)) == extents
    else { return self }
    return pairing(weight, scale, .columns)
  }

  private func pairing(
    _ weight: CheckpointTensor, _ scale: CheckpointTensor, _ axis: QuantizationScale.Axis
  ) -> CheckpointLayer {
    let scaled = CheckpointTensor(
      name: weight.name, role: weight.role, index: weight.index, shape: weight.shape,
      type: weight.type, path: weight.path, storedBytes: weight.storedBytes,
      scale: QuantizationScale(tensor: StoredScale(scale), axis: axis))
    return CheckpointLayer(
      name: name, kerasClass: kerasClass, ordinal: ordinal, parents: parents, location: location,
      tensors: tensors.filter { $0 != scale }.map { $0 == weight ? scaled : $0 })
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
  /// Divides what a tensor stores by the scale's values.
  func divide(_ buffer: UnsafeMutableBufferPointer<Float>, by scales: [Float]) {
    let rowLength = buffer.count / max(scales.count, 1)
    for index in buffer.indices {
      let scale = scales[axis == .columns ? index % scales.count : index / rowLength]
      unsafe buffer[index] /= scale
    }
  }
}
