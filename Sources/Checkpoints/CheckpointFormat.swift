/// How a Keras checkpoint is laid out.
public enum CheckpointFormat: Sendable, Hashable, CaseIterable, CustomStringConvertible {
  /// `save_weights("x.h5")` of Keras 1 and 2: groups by layer name, with lists of names.
  case legacyWeights
  /// `model.save("x.h5")` of any Keras: the same below `model_weights`, with the architecture.
  case wholeModel
  /// `.weights.h5` of Keras 3 and late Keras 2: groups by class and number, variables by index.
  case weightsV3
  /// `model.save("x.keras")` of Keras 3 and late Keras 2: a zip of the architecture and v3 weights.
  case kerasArchive
  /// `x.weights.json` of Keras 3, which names the `.weights.h5` files that share the variables.
  case shardedWeightsV3
  /// Weights of Keras 0: groups by number, with neither layers' nor variables' names.
  case numberedWeights
  /// NumPy's `.npz`, its arrays named `layer/variable`.
  case numPyArchive
  /// Safetensors, its arrays named `layer/variable` or `layer.variable`.
  case safetensors
  /// A TensorFlow checkpoint with variables by name, as `tf.compat.v1.train.Saver` writes it.
  case tensorFlowNames
  /// A TensorFlow checkpoint with variables by their place among objects: `save_weights("x")` of
  /// Keras 2 without `.h5`, and `tf.train.Checkpoint`.
  case tensorFlowObjects
  /// The variables of a TensorFlow SavedModel.
  case savedModel
  /// A preset of KerasHub: a folder with the arguments of its classes, and the weights of the backbone and of what
  /// the task puts behind it in files of their own.
  case preset

  /// Whether the file tells the order of its layers in the model.
  package var keepsOrder: Bool {
    switch self {
    case .legacyWeights, .wholeModel, .numberedWeights: true
    case .weightsV3, .kerasArchive, .shardedWeightsV3, .numPyArchive, .safetensors,
      .tensorFlowNames, .tensorFlowObjects, .savedModel, .preset:
      false
    }
  }

  /// The format in words.
  public var description: String {
    switch self {
    case .legacyWeights: "Keras legacy weights (HDF5)"
    case .wholeModel: "Keras whole model (HDF5)"
    case .weightsV3: "Keras v3 weights (HDF5)"
    case .kerasArchive: "Keras archive (.keras)"
    case .shardedWeightsV3: "Keras v3 weights (several HDF5 files)"
    case .numberedWeights: "Keras 0 weights (HDF5)"
    case .numPyArchive: "NumPy arrays (.npz)"
    case .safetensors: "safetensors"
    case .tensorFlowNames: "TensorFlow checkpoint (variables by name)"
    case .tensorFlowObjects: "TensorFlow checkpoint (variables by object)"
    case .savedModel: "TensorFlow SavedModel"
    case .preset: "KerasHub preset"
    }
  }
}
