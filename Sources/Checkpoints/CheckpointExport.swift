package import Tensors

/// Weights on their way into a new file: named layers in the order of the model, each with its
/// class and its variables.
package struct CheckpointExport: Sendable {
  /// One layer with weights.
  package struct Layer: Sendable {
    /// The Keras name.
    package let name: String
    /// The names of the models around it, outermost first.
    package let parents: [String]
    /// The group that it had in a v3 layout, which tells the classes of the models around it too.
    package let group: String?
    /// The class in snake case, `batch_normalization`.
    package let kerasClass: String
    /// The variables in Keras's order.
    package let variables: [Variable]

    package init(
      name: String, parents: [String] = [], group: String? = nil, kerasClass: String,
      variables: [Variable]
    ) {
      self.name = name
      self.parents = parents
      self.group = group
      self.kerasClass = kerasClass
      self.variables = variables
    }
  }

  /// One variable of a layer: where it comes from, and what is done to its values on the way.
  package struct Variable: Sendable {
    package let role: VariableRole
    package let tensor: CheckpointTensor
    package let transforms: [WeightTransform]

    package init(
      role: VariableRole, tensor: CheckpointTensor, transforms: [WeightTransform] = []
    ) {
      self.role = role
      self.tensor = tensor
      self.transforms = transforms
    }

    /// The shape in the new file.
    package var shape: Shape { transforms.reduce(tensor.shape) { $1.shape(after: $0) } }
  }

  package let layers: [Layer]
  package let source: Checkpoint

  /// Weights whose names, classes and order are known from a network.
  package init(layers: [Layer], source: Checkpoint) {
    self.layers = layers
    self.source = source
  }

  /// Weights of a file that tells all this by itself: a legacy layout does.
  ///
  /// The class follows from the roles of a layer's variables. A transposed convolution has those of
  /// a plain one; Keras then finds no group of its class and says so. Kernels come out as
  /// correlations of H·W·I·O, whatever `conventions` or the file say that they are in it.
  ///
  /// - Throws: ``Incomplete``, naming what the file does not tell.
  package init(
    _ checkpoint: Checkpoint, conventions: WeightConventions = .asTheFileTells
  ) throws(Incomplete) {
    guard checkpoint.format.keepsOrder else { throw .order }
    guard conventions.denseRows == nil, conventions.runningStd == .variance else {
      throw .neighbours
    }
    let transforms = try KernelTransforms(checkpoint, conventions)
    // Nothing tells where frozen layers stood that Keras listed last.
    guard checkpoint.layers.allSatisfy({ $0.tensors.isEmpty || $0.parents.isEmpty }) else {
      throw .order
    }
    var layers: [Layer] = []
    for layer in checkpoint.layers where !layer.tensors.isEmpty {
      guard let name = layer.name else { throw .name(layer.location) }
      var roles: [(role: VariableRole, tensor: CheckpointTensor)] = []
      for tensor in layer.tensors {
        guard let role = tensor.role else { throw .role(tensor.name) }
        roles.append((role, tensor))
      }
      guard let kerasClass = Self.kerasClass(of: roles) else { throw .layerClass(name) }
      let variables = roles.map { role, tensor in
        Variable(
          role: role, tensor: tensor, transforms: transforms.transforms(of: tensor, as: role))
      }
      layers.append(Layer(name: name, kerasClass: kerasClass, variables: variables))
    }
    self.init(layers: layers, source: checkpoint)
  }

  /// The values of a variable as they go into the new file.
  func values(of variable: Variable) throws(CheckpointError) -> Tensor {
    try source.tensor(variable.tensor, applying: variable.transforms)
  }

  /// The same without the models around the layers: the network by itself.
  package var flattened: CheckpointExport {
    CheckpointExport(
      layers: layers.map {
        Layer(name: $0.name, kerasClass: $0.kerasClass, variables: $0.variables)
      }, source: source)
  }

  /// What a file does not tell about its weights, so that a network must.
  package enum Incomplete: Error, Hashable, CustomStringConvertible {
    /// The order of the layers.
    case order
    /// The name of the layer at this place.
    case name(String)
    /// What the variable of this name is to its layer.
    case role(String)
    /// The class of the layer of this name.
    case layerClass(String)
    /// The order of the extents of convolution kernels, in a file of Keras 1.
    case kernelLayout
    /// Which layers follow a `Flatten`, and the ε of batch norms.
    case neighbours
    /// The value of this weight of a network.
    case weight(String)

    package var description: String {
      switch self {
      case .order: "the file does not tell the order of its layers"
      case .name(let place): "the file does not tell the name of the layer at \(place)"
      case .role(let name): "the file does not tell what \(name) is to its layer"
      case .layerClass(let name): "the file does not tell the class of the layer \(name)"
      case .kernelLayout:
        "a file of Keras 1 does not tell the order of its kernels' extents (--kernel-layout)"
      case .neighbours:
        "the file does not tell which layer follows a Flatten, nor the epsilon of batch norms"
      case .weight(let path): "the file has no value for \(path)"
      }
    }
  }

  private static func kerasClass(
    of variables: [(role: VariableRole, tensor: CheckpointTensor)]
  ) -> String? {
    let roles = Set(variables.map(\.role))
    if roles.contains(.movingMean) { return "batch_normalization" }
    if roles.contains(.pointwiseKernel) { return "separable_conv2d" }
    if roles.contains(.depthwiseKernel) { return "depthwise_conv2d" }
    switch variables.first(where: { $0.role == .kernel })?.tensor.shape.rank {
    case 2: return "dense"
    case 4: return "conv2d"
    default: return nil
    }
  }
}
