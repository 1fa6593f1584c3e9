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
    package let variables: [(role: VariableRole, tensor: CheckpointTensor)]

    package init(
      name: String, parents: [String] = [], group: String? = nil, kerasClass: String,
      variables: [(role: VariableRole, tensor: CheckpointTensor)]
    ) {
      self.name = name
      self.parents = parents
      self.group = group
      self.kerasClass = kerasClass
      self.variables = variables
    }
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
  /// a plain one; Keras then finds no group of its class and says so.
  ///
  /// - Throws: ``Incomplete``, naming what the file does not tell.
  package init(_ checkpoint: Checkpoint) throws(Incomplete) {
    guard checkpoint.format.keepsOrder else { throw .order }
    // Nothing tells where frozen layers stood that Keras listed last.
    guard checkpoint.layers.allSatisfy({ $0.tensors.isEmpty || $0.parents.isEmpty }) else {
      throw .order
    }
    var layers: [Layer] = []
    for layer in checkpoint.layers where !layer.tensors.isEmpty {
      guard let name = layer.name else { throw .name(layer.location) }
      var variables: [(role: VariableRole, tensor: CheckpointTensor)] = []
      for tensor in layer.tensors {
        guard let role = tensor.role else { throw .role(tensor.name) }
        variables.append((role, tensor))
      }
      guard let kerasClass = Self.kerasClass(of: variables) else { throw .layerClass(name) }
      layers.append(Layer(name: name, kerasClass: kerasClass, variables: variables))
    }
    self.init(layers: layers, source: checkpoint)
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

    package var description: String {
      switch self {
      case .order: "the file does not tell the order of its layers"
      case .name(let place): "the file does not tell the name of the layer at \(place)"
      case .role(let name): "the file does not tell what \(name) is to its layer"
      case .layerClass(let name): "the file does not tell the class of the layer \(name)"
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
