/// How a Keras checkpoint is laid out.
public enum CheckpointFormat: Sendable, Hashable, CaseIterable, CustomStringConvertible {
  /// `save_weights("x.h5")` of Keras 1 and 2: groups by layer name, with lists of names.
  case legacyWeights
  /// `model.save("x.h5")` of any Keras: the same below `model_weights`, with the architecture.
  case wholeModel
  /// `.weights.h5` of Keras 3 and late Keras 2: groups by class and number, variables by index.
  case weightsV3
  /// A TensorFlow checkpoint with variables by name, as `tf.compat.v1.train.Saver` writes it.
  case tensorFlowNames
  /// A TensorFlow checkpoint with variables by their place among objects: `save_weights("x")` of
  /// Keras 2 without `.h5`, and `tf.train.Checkpoint`.
  case tensorFlowObjects
  /// The variables of a TensorFlow SavedModel.
  case savedModel

  /// The format in words.
  public var description: String {
    switch self {
    case .legacyWeights: "Keras legacy weights (HDF5)"
    case .wholeModel: "Keras whole model (HDF5)"
    case .weightsV3: "Keras v3 weights (HDF5)"
    case .tensorFlowNames: "TensorFlow checkpoint (variables by name)"
    case .tensorFlowObjects: "TensorFlow checkpoint (variables by object)"
    case .savedModel: "TensorFlow SavedModel"
    }
  }
}
