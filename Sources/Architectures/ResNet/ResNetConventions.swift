/// What published residual networks do differently though their weights have the same shapes.
///
/// Two networks with other conventions bind to the same file without a complaint and give other
/// logits; so these belong to the dialect of a file, together with its names.
public struct ResNetConventions: Sendable, Hashable {
  /// Which convolutions of a stage make its map smaller.
  public enum StridePlace: Sendable, Hashable {
    /// The first 1×1 convolution of the first block, and its projection.
    case firstPointwise
    /// The 3×3 convolution of the first block, and its projection.
    case firstSpatial
    /// The 3×3 convolution of the last block; the last stage keeps its size.
    case lastSpatial
  }

  /// What lies around the map for the max-pool of the stem.
  public enum PoolPadding: Sendable, Hashable {
    /// Nothing: the windows stay inside.
    case none
    /// A row and column of zeros on every side, which take part in the maximum.
    case zeros
    /// TensorFlow's `same`, which never wins a maximum.
    case same
  }

  /// The layer that gives the logits.
  public enum Head: Sendable, Hashable {
    /// A dense layer.
    case dense
    /// A 1×1 convolution of the pooled map; its kernel is 1×1×features×classes.
    case convolution
  }

  /// ε of every batch norm.
  public var epsilon: Float
  /// Where the stride of a stage is.
  public var stridePlace: StridePlace
  /// What lies around the map that the stem pools.
  public var poolPadding: PoolPadding
  /// Whether a convolution has a bias although a batch norm reads it next.
  public var biasBeforeNorm: Bool
  /// The layer that gives the logits.
  public var head: Head
  /// Whether the sum at the end of a block names its shortcut first.
  ///
  /// The sum is the same, but Keras orders the layers before it by this; files without layer names
  /// tell a projection and the last convolution of a branch apart by nothing else.
  public var addsShortcutFirst: Bool

  /// Creates conventions; those of published networks are the constants.
  public init(
    epsilon: Float, stridePlace: StridePlace, poolPadding: PoolPadding,
    biasBeforeNorm: Bool = false, head: Head = .dense, addsShortcutFirst: Bool = true
  ) {
    self.epsilon = epsilon
    self.stridePlace = stridePlace
    self.poolPadding = poolPadding
    self.biasBeforeNorm = biasBeforeNorm
    self.head = head
    self.addsShortcutFirst = addsShortcutFirst
  }
}

extension ResNetConventions {
  /// `keras.applications.ResNet50`, `101`, `152` since Keras 2.2.5 (`resnet.py`).
  public static let kerasV1 = ResNetConventions(
    epsilon: 1.001e-5, stridePlace: .firstPointwise, poolPadding: .zeros, biasBeforeNorm: true)

  /// `keras.applications.ResNet50V2`, `101V2`, `152V2` (`resnet.py`).
  public static let kerasV2 = ResNetConventions(
    epsilon: 1.001e-5, stridePlace: .lastSpatial, poolPadding: .zeros)

  /// `keras.applications.ResNet50` from August 2018 to its replacement (`resnet50.py`): the ε of a
  /// `BatchNormalization` without arguments.
  public static let legacyKeras = ResNetConventions(
    epsilon: 1e-3, stridePlace: .firstPointwise, poolPadding: .zeros, biasBeforeNorm: true,
    addsShortcutFirst: false)

  /// `keras.applications.ResNet50` before August 2018: the pool of the stem pads nothing.
  public static let legacyKerasUnpadded = ResNetConventions(
    epsilon: 1e-3, stridePlace: .firstPointwise, poolPadding: .none, biasBeforeNorm: true,
    addsShortcutFirst: false)

  /// The package `keras-resnet`, whose names are Caffe's (`keras_resnet/models/_2d.py`).
  public static let kerasResNet = ResNetConventions(
    epsilon: 1e-5, stridePlace: .firstPointwise, poolPadding: .same, addsShortcutFirst: false)

  /// TensorFlow's official ResNet v1 (`official/resnet/resnet_model.py`).
  ///
  /// It asks for ε = 1e-5; the fused batch norm of TensorFlow 1 raised that to 1.001e-5.
  public static let officialV1 = ResNetConventions(
    epsilon: 1.001e-5, stridePlace: .firstSpatial, poolPadding: .same)

  /// TF-slim's `resnet_v1_50`, `101`, `152` (`resnet_v1.py`, `resnet_utils.py`).
  public static let slim = ResNetConventions(
    epsilon: 1e-5, stridePlace: .lastSpatial, poolPadding: .same, head: .convolution)
}

/// The strides of the convolutions of one block.
struct ResNetStrides: Sendable, Hashable {
  /// Of the first 1×1 convolution.
  var pointwise = 1
  /// Of the 3×3 convolution.
  var spatial = 1
  /// Of the shortcut.
  var project = 1
}

extension ResNetConventions {
  /// The strides of the block at `index` of a stage, both counted from 0.
  func strides(stage: Int, index: Int, isLast: Bool, stages: Int) -> ResNetStrides {
    switch stridePlace {
    case .firstPointwise where stage > 0 && index == 0: ResNetStrides(pointwise: 2, project: 2)
    case .firstSpatial where stage > 0 && index == 0: ResNetStrides(spatial: 2, project: 2)
    case .lastSpatial where isLast && stage < stages - 1: ResNetStrides(spatial: 2, project: 2)
    default: ResNetStrides()
    }
  }
}
