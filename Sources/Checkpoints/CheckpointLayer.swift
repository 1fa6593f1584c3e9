/// A layer in a checkpoint: its names and its tensors, which are not read yet.
///
/// The layers of a model inside the model stand on their own, with the name of that model in
/// `parents`; so do the parts of composite layers such as `Bidirectional`.
public struct CheckpointLayer: Sendable, Hashable {
  /// The Keras name of the layer; `nil` where the file does not tell.
  ///
  /// Keras 3.6 and later write it into v3 weights, legacy layouts always have it. A layer inside
  /// another is named without it: `stem` in `backbone`, `query` in `attention`.
  public let name: String?
  /// The class in snake case, `batch_normalization`; v3 weights only.
  public let kerasClass: String?
  /// The number of the layer among those of its class, from 0, in the order of the model; v3 only.
  ///
  /// In a TensorFlow checkpoint of objects, the number among all layers with weights
  /// (`layer_with_weights-3`).
  public let ordinal: Int?
  /// The names of the models or layers around this one, outermost first.
  public let parents: [String]
  /// The path of the layer's group in the file.
  public let location: String
  /// The tensors in the order in which Keras loads them; empty for a layer without weights.
  public let tensors: [CheckpointTensor]

  /// Creates the description of a layer.
  package init(
    name: String?, kerasClass: String? = nil, ordinal: Int? = nil, parents: [String] = [],
    location: String, tensors: [CheckpointTensor]
  ) {
    self.name = name
    self.kerasClass = kerasClass
    self.ordinal = ordinal
    self.parents = parents
    self.location = location
    self.tensors = tensors
  }

  /// What to call the layer in a message: its name after those of the models around it, or else its
  /// place in the file.
  public var label: String {
    name.map { (parents + [$0]).joined(separator: "/") } ?? location
  }
}

/// Something in a checkpoint that is no weight of a layer.
public struct CheckpointLeftOut: Sendable, Hashable, CustomStringConvertible {
  /// Why it is left out.
  public enum Reason: String, Sendable, Hashable {
    /// What the optimizer remembers between steps.
    case optimizerState = "optimizer state"
    /// A weight's moving average (TensorFlow 1's `ExponentialMovingAverage`).
    case average = "moving average of a weight"
    /// A weight of which the moving average is listed in its place.
    case averaged = "not taken, its moving average was asked for"
    /// What a metric counted in training.
    case metricState = "metric state"
    /// The state of a random number generator (Keras `seed_generator`, `tf.random.Generator`).
    case randomState = "random state"
    /// A dataset that no list of names mentions.
    case unlisted = "in no list of names"
    /// Text, truth values or anything else that is no number.
    case notNumeric = "not numeric"
    /// The same values once more, under another name.
    case copy = "a second copy"
    /// A link; links are not followed.
    case link = "a link"
    /// The group of a layer that the list of layers names and the file does not have.
    case absent = "in the list of layers, but not in the file"
  }

  /// The path in the file, of a dataset or of a whole group.
  public let path: String
  /// Why it is left out.
  public let reason: Reason
  /// The number of datasets that this stands for.
  public let count: Int

  /// The path, the reason and the number of tensors: `/optimizer: optimizer state (51 tensors)`.
  public var description: String {
    switch reason {
    case .link, .absent: "\(path): \(reason.rawValue)"
    default: "\(path): \(reason.rawValue) (\(count) tensor\(count == 1 ? "" : "s"))"
    }
  }
}
