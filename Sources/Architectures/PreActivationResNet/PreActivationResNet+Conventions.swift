extension PreActivationResNet {
  /// What pre-activation networks of several publications do differently, and no name shows.
  public struct Conventions: Sendable, Hashable {
    /// What stands before the first block.
    public enum Stem: Sendable, Hashable {
      /// A convolution and a `same` max-pool, with neither batch norm nor ReLU between.
      case plain
      /// The image is normalised, without a gamma; then convolution, batch norm, ReLU, and a
      /// max-pool of the map with a row and column of zeros on every side.
      case normalized
    }

    /// ε of every batch norm.
    public var epsilon: Float
    /// Whether the convolutions have a bias.
    public var hasBias: Bool
    /// What stands before the first block.
    public var stem: Stem

    /// Creates conventions; those of published networks are the constants.
    public init(epsilon: Float, hasBias: Bool, stem: Stem) {
      self.epsilon = epsilon
      self.hasBias = hasBias
      self.stem = stem
    }

    /// A network of Keras layers with the arguments that they have by default.
    public static let original = Conventions(epsilon: 1e-3, hasBias: true, stem: .plain)

    /// TensorFlow's official ResNet v2 (`official/resnet/resnet_model.py`).
    ///
    /// It asks for ε = 1e-5; the fused batch norm of TensorFlow 1 raised that to 1.001e-5.
    public static let official = Conventions(epsilon: 1.001e-5, hasBias: false, stem: .plain)

    /// The package `classification_models`, whose layers are called `stage1_unit1_conv1`.
    public static let classificationModels = Conventions(
      epsilon: 2e-5, hasBias: false, stem: .normalized)
  }
}
