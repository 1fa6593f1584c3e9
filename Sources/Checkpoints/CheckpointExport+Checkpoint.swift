import Tensors

// Weights of a file that tells by itself what a layout needs.
extension CheckpointExport {
  /// What a layout needs to know of each layer, besides its name and its variables' names.
  package enum Demand: Sendable {
    /// Nothing more: arrays by name.
    case names
    /// The order of the layers in the model: Keras loads legacy weights by it.
    case order
    /// The class of each layer, which names its group in a v3 layout, and the order within a class.
    case groups
  }

  /// Weights of a file without a network: names, order and classes are what the file or its config tell.
  ///
  /// Kernels come out as correlations of H·W·I·O, whatever `conventions` or the file say that they are in
  /// it.
  ///
  /// - Throws: ``Incomplete``, naming what the file does not tell and `demand` needs.
  package init(
    _ checkpoint: Checkpoint, for demand: Demand,
    conventions: WeightConventions = .asTheFileTells
  ) throws(Incomplete) {
    guard conventions.denseRows == nil, conventions.runningStd == .variance else {
      throw .neighbours
    }
    let transforms = try KernelTransforms(checkpoint, conventions)
    let config = ConfiguredLayers(checkpoint)
    let weighted = checkpoint.layers.filter { !$0.tensors.isEmpty }
    // The groups of a v3 layout stay what they are: nothing has to be known of their classes.
    let keepsGroups = demand == .groups && checkpoint.format.hasGroups
    var layers: [(place: Int, layer: Layer)] = []
    for (index, layer) in weighted.enumerated() {
      let entry = config.entry(of: layer)
      let kerasClass = entry?.group ?? layer.kerasClass ?? Self.kerasClass(of: layer, transforms)
      let roles = Self.roles(of: layer, kerasClass, entry)
      let variables = zip(layer.tensors, roles).map { tensor, role in
        Variable(
          role: role, tensor: tensor,
          transforms: role.map { transforms.transforms(of: tensor, as: $0) } ?? [])
      }
      if keepsGroups {
        layers.append(
          (
            index,
            Layer(
              name: layer.name ?? "", group: layer.location == "/" ? "" : layer.location,
              kerasClass: kerasClass,
              variables: variables)
          ))
        continue
      }
      guard let name = layer.name else { throw .name(layer.location) }
      if demand != .names {
        // Nothing tells where frozen layers stood that Keras listed last, nor what Keras 3 calls the parts
        // of a layer.
        guard layer.parents.isEmpty else { throw .inside(layer.label) }
        guard checkpoint.format.keepsOrder || entry != nil else { throw .order }
        if demand == .groups, kerasClass == nil { throw .layerClass(name) }
      }
      let place = checkpoint.format.keepsOrder ? index : entry?.place ?? index
      layers.append(
        (
          place,
          Layer(name: name, parents: layer.parents, kerasClass: kerasClass, variables: variables)
        ))
    }
    self.init(
      layers: layers.sorted { $0.place < $1.place }.map(\.layer), source: checkpoint)
    if demand == .names { try refuseRepeats() }
  }

  private func refuseRepeats() throws(Incomplete) {
    var met: Set<String> = []
    for (name, _) in arrays where !met.insert(name).inserted { throw .twice(name) }
  }

  /// What each tensor is to its layer, by its name or else by its place in a layer of this class.
  private static func roles(
    of layer: CheckpointLayer, _ kerasClass: String?, _ entry: ConfiguredLayers.Entry?
  ) -> [VariableRole?] {
    if layer.tensors.contains(where: { $0.role != nil }) { return layer.tensors.map(\.role) }
    let gamma: [VariableRole] = entry?.hasScale == false ? [] : [.gamma]
    let beta: [VariableRole] = entry?.hasCenter == false ? [] : [.beta]
    let known: [VariableRole] =
      switch kerasClass {
      case "conv1d", "conv2d", "conv3d", "conv1d_transpose", "conv2d_transpose", "conv3d_transpose",
        "dense", "depthwise_conv1d", "depthwise_conv2d":
        [.kernel, .bias]
      case "separable_conv1d", "separable_conv2d": [.depthwiseKernel, .pointwiseKernel, .bias]
      case "batch_normalization", "sync_batch_normalization":
        gamma + beta + [.movingMean, .movingVariance]
      case "layer_normalization", "group_normalization": gamma + beta
      case "normalization": [.mean, .variance, .count]
      case "embedding": [.embeddings]
      case "p_re_lu": [.alpha]
      default: []
      }
    // The bias of a convolution may be missing, and nothing else.
    let count = layer.tensors.count
    let isWhole = known.count == count || (known.last == .bias && known.count == count + 1)
    guard isWhole else { return Array(repeating: nil, count: count) }
    return Array(known.prefix(count))
  }

  /// The class that the layer's automatic name tells, or that its variables can only be of.
  ///
  /// A kernel of four extents may be that of a convolution, a transposed one or, in Keras 3, a depthwise
  /// one: only a bias of another length than two of the three have decides.
  private static func kerasClass(
    of layer: CheckpointLayer, _ transforms: KernelTransforms
  ) -> String? {
    if let name = layer.name {
      let base = String(name.removingNumber(after: "_"))
      if automaticNames.contains(base) { return base }
    }
    let roles = Set(layer.tensors.compactMap(\.role))
    if roles.contains(.movingMean) { return "batch_normalization" }
    guard let stored = layer.tensors.first(where: { $0.role == .kernel }) else {
      guard let kernel = layer.tensors.first(where: { $0.role == .depthwiseKernel }),
        kernel.shape.rank == 4
      else { return nil }
      return roles.contains(.pointwiseKernel) ? "separable_conv2d" : "depthwise_conv2d"
    }
    guard roles.isSubset(of: [.kernel, .bias]) else { return nil }
    let kernel = transforms.transforms(of: stored, as: .kernel)
      .reduce(stored.shape) { $1.shape(after: $0) }
    if kernel.rank == 2 { return "dense" }
    guard kernel.rank == 4,
      let outputs = layer.tensors.first(where: { $0.role == .bias })?.shape.elementCount
    else { return nil }
    return outputs == kernel[3] && outputs != kernel[2] ? "conv2d" : nil
  }

  /// How Keras begins the names of layers that it names by itself.
  private static let automaticNames: Set<String> = [
    "batch_normalization", "conv1d", "conv2d", "conv2d_transpose", "conv3d", "dense",
    "depthwise_conv2d", "embedding", "group_normalization", "layer_normalization", "normalization",
    "p_re_lu", "separable_conv2d", "sync_batch_normalization",
  ]
}

extension CheckpointFormat {
  /// Whether layers stand in groups of Keras 3's kind.
  var hasGroups: Bool {
    switch self {
    case .weightsV3, .kerasArchive, .shardedWeightsV3: true
    default: false
    }
  }
}

extension CheckpointTensor {
  /// The last part of its name, without the number of TensorFlow's results: `query` of `a/query:0`.
  package var ownName: String {
    String((name.split(separator: "/").last ?? "").removingNumber(after: ":"))
  }
}
