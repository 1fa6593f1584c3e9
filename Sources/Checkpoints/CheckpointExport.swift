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
    /// The class in snake case, `batch_normalization`; `nil` where nothing tells it.
    package let kerasClass: String?
    /// The variables in Keras's order.
    package let variables: [Variable]

    package init(
      name: String, parents: [String] = [], group: String? = nil, kerasClass: String?,
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
    /// What it is to its layer, if that is one of the roles that networks know.
    package let role: VariableRole?
    /// Its name in its layer: that of the role, or as the file calls it.
    package let name: String
    package let tensor: CheckpointTensor
    package let transforms: [WeightTransform]

    package init(
      role: VariableRole?, name: String? = nil, tensor: CheckpointTensor,
      transforms: [WeightTransform] = []
    ) {
      self.role = role
      self.name = name ?? role?.rawValue ?? tensor.ownName
      self.tensor = tensor
      self.transforms = transforms
    }

    /// The shape in the new file.
    package var shape: Shape { transforms.reduce(tensor.shape) { $1.shape(after: $0) } }
  }

  /// A config for the new file, in the words of a version of Keras.
  package struct Description: Sendable {
    package let config: String
    package let kerasVersion: String

    package init(config: String, kerasVersion: String) {
      self.config = config
      self.kerasVersion = kerasVersion
    }
  }

  package let layers: [Layer]
  package let source: Checkpoint
  private let description: Description?

  /// Weights whose names, classes and order are known from a network.
  ///
  /// - Parameter description: The config of the new file's model; without one it is the source's.
  package init(layers: [Layer], source: Checkpoint, description: Description? = nil) {
    self.layers = layers
    self.source = source
    self.description = description
  }

  /// The config of a whole model, empty where there is none.
  var config: String { description?.config ?? source.modelConfig ?? "" }

  /// The version of Keras whose words the config has.
  var kerasVersion: String { description?.kerasVersion ?? source.versionForConfig }

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
    /// Two weights would have this name.
    case twice(String)
    /// How Keras 3 calls what is inside the layer of this name.
    case inside(String)
    /// The order of the layers.
    case order
    /// The name of the layer at this place.
    case name(String)
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
      case .twice(let name): "two weights would be called \(name)"
      case .inside(let name):
        "the file does not tell how Keras 3 calls what is inside the layer \(name)"
      case .layerClass(let name): "the file does not tell the class of the layer \(name)"
      case .kernelLayout:
        "a file of Keras 1 does not tell the order of its kernels' extents"
      case .neighbours:
        "the file does not tell which layer follows a Flatten, nor the epsilon of batch norms"
      case .weight(let path): "the file has no value for \(path)"
      }
    }
  }
}
