import Layers
public import Networks

/// SqueezeNet 1.0 and 1.1: a stem, eight fire modules, and a convolution for a head.
///
/// Iandola et al., "SqueezeNet: AlexNet-level accuracy with 50x fewer parameters", 2016; version 1.1
/// is the authors' own revision, with less work for the same accuracy.
///
/// Input `H × W × C`, 227 × 227 as published, output `classes` logits. The head is a 1×1
/// convolution with a ReLU, and the mean over its map: no logit is negative. There is no batch norm.
public struct SqueezeNet: Classifier {
  /// The two networks that were published under this name.
  public enum Version: Sendable, Hashable {
    /// 7×7/2 stem of 96 filters; max-pools before fire modules 2, 5 and 9.
    case v1_0
    /// 3×3/2 stem of 64 filters; max-pools before fire modules 2, 4 and 6.
    case v1_1
  }

  /// Which of the two.
  public var version: Version
  /// The number of classes, which is the number of logits.
  public var classes: Int

  /// Creates a network.
  public init(_ version: Version, classes: Int = 1000) {
    self.version = version
    self.classes = classes
  }

  /// Adds the network after `image`; the result is the logits.
  public func callAsFunction(_ image: Signal) -> Signal {
    features(image).applying(SqueezeNetHead(classes: classes), as: "head")
  }

  /// Adds the network without its head; the result is the mean of each of fire 9's maps.
  public func pooledFeatures(_ image: Signal) -> Signal { features(image).globalAveragePool() }

  private func features(_ image: Signal) -> Signal {
    var x = image.applying(SqueezeNetStem(version: version), as: "stem")
    for fire in Self.fires {
      if version.pooledFires.contains(fire.number) { x = x.maxPool(3, strides: 2) }
      x = x.applying(
        FireModule(squeezed: fire.squeezed, expanded: 4 * fire.squeezed), as: "fire\(fire.number)")
    }
    return x
  }

  /// The fire modules of both versions, counted from 2 as in the paper, table 1.
  private static let fires: [(number: Int, squeezed: Int)] = [
    (2, 16), (3, 16), (4, 32), (5, 32), (6, 48), (7, 48), (8, 64), (9, 64),
  ]
}

extension SqueezeNet.Version {
  /// The fire modules before which the map is pooled.
  fileprivate var pooledFires: Set<Int> {
    switch self {
    case .v1_0: [2, 5, 9]
    case .v1_1: [2, 4, 6]
    }
  }
}

/// A `valid` convolution of stride 2, and a ReLU.
private struct SqueezeNetStem: Block {
  var version: SqueezeNet.Version

  func callAsFunction(_ image: Signal) -> Signal {
    switch version {
    case .v1_0: image.conv("conv", filters: 96, kernel: 7, strides: 2).relu()
    case .v1_1: image.conv("conv", filters: 64, kernel: 3, strides: 2).relu()
    }
  }
}

/// A score for each class and pixel, and its mean over the map.
private struct SqueezeNetHead: Block {
  var classes: Int

  func callAsFunction(_ x: Signal) -> Signal {
    x.conv("logits", filters: classes, kernel: 1).relu().globalAveragePool()
  }
}
