import Layers
public import Networks

/// The pre-activation residual network, with regular or bottleneck blocks.
///
/// He, Zhang, Ren and Sun, "Identity Mappings in Deep Residual Networks", 2016.
///
/// Input `H × W × C`, output `classes` logits, no softmax. Convolutions of stride 2 pad by a fixed
/// ⌊(k−1)/2⌋ before and the rest after, whatever the size of the map; the stride of a stage is in
/// the 3×3 convolution of its first block, the first of a regular one. What differs from one
/// publication to the next stands in ``conventions``.
public struct PreActivationResNet: ResidualNetwork {
  /// The kind of residual block.
  public enum Block: Sendable, Hashable {
    /// Two 3×3 convolutions; the block ends with its own width.
    case regular
    /// 1×1, 3×3, 1×1; the block ends with four times its width.
    case bottleneck
  }

  /// How many residual blocks each stage has, first stage first.
  public var blocksPerStage: [Int]
  /// The kind of residual block in all stages.
  public var block: Block
  /// The width of the first stage; each later stage has twice the width of the one before.
  public var filters: Int
  /// The number of classes, which is the number of logits.
  public var classes: Int
  /// What the names of its weights do not show.
  public var conventions: Conventions

  /// Creates a network; the published depths are ``depth(_:)``.
  public init(
    blocksPerStage: [Int], block: Block, filters: Int = 64, classes: Int = 1000,
    conventions: Conventions = .original
  ) {
    self.blocksPerStage = blocksPerStage
    self.block = block
    self.filters = filters
    self.classes = classes
    self.conventions = conventions
  }

  /// Adds the network after `image`; the result is the logits.
  public func callAsFunction(_ image: Signal) -> Signal {
    pooledFeatures(image).applying(DenseHead(classes: classes), as: "head")
  }

  /// Adds the network without its head; the result is the mean of each feature map.
  public func pooledFeatures(_ image: Signal) -> Signal {
    featureMap(image).applying(PooledHead(), as: "head")
  }

  /// Adds the network up to its last feature map, normalised and rectified.
  package func featureMap(_ image: Signal) -> Signal {
    let stem = image.applying(
      PreActivationStem(filters: filters, conventions: conventions), as: "stem")
    let features = stages(stem) { stage, index, _, width in
      PreActivationBlock(
        kind: block, width: width, stride: stage > 0 && index == 0 ? 2 : 1,
        shortcut: index == 0 ? .projection : .identity, conventions: conventions)
    }
    return features.applying(ActiveHead(epsilon: conventions.epsilon), as: "head")
  }

  /// The network of the given number of layers, or `nil` for a depth that was never published.
  public static func depth(_ layers: Int) -> PreActivationResNet? {
    depths[layers].map {
      PreActivationResNet(blocksPerStage: $0, block: layers < 50 ? .regular : .bottleneck)
    }
  }

  /// Blocks per stage of the published depths.
  ///
  /// Table 1 of "Deep Residual Learning for Image Recognition", and for 200 layers section 4 of
  /// "Identity Mappings in Deep Residual Networks".
  public static let depths: [Int: [Int]] = [
    18: [2, 2, 2, 2],
    34: [3, 4, 6, 3],
    50: [3, 4, 6, 3],
    101: [3, 4, 23, 3],
    152: [3, 8, 36, 3],
    200: [3, 24, 36, 3],
  ]
}

/// 7×7/2 convolution and 3×3/2 max-pool.
private struct PreActivationStem: Block {
  var filters: Int
  var conventions: PreActivationResNet.Conventions

  func callAsFunction(_ image: Signal) -> Signal {
    let epsilon = conventions.epsilon
    func conv(_ x: Signal) -> Signal {
      x.fixedPaddingConv(
        "conv", filters: filters, kernel: 7, stride: 2, bias: conventions.hasBias)
    }
    switch conventions.stem {
    case .plain: return conv(image).maxPool(3, strides: 2, padding: .same)
    case .normalized:
      return conv(image.batchNorm("imageNorm", epsilon: epsilon, scale: false))
        .batchNorm("norm", epsilon: epsilon).relu()
        .zeroPadding(EdgePadding(all: 1)).maxPool(3, strides: 2)
    }
  }
}

/// The batch norm and the ReLU that the last block leaves to its successor.
private struct ActiveHead: Block {
  var epsilon: Float

  func callAsFunction(_ x: Signal) -> Signal { x.batchNorm("norm", epsilon: epsilon).relu() }
}

/// The mean over the map.
private struct PooledHead: Block {
  func callAsFunction(_ x: Signal) -> Signal { x.globalAveragePool() }
}
