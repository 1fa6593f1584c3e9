import Layers
public import Networks

/// The original residual network with bottleneck blocks: `keras.applications.ResNet50`, `101`, `152`.
///
/// He, Zhang, Ren and Sun, "Deep Residual Learning for Image Recognition", 2015.
///
/// Input `H × W × C`, output `classes` logits; Keras puts a softmax after them. What differs from
/// one publication to the next stands in ``conventions``.
public struct ResNetV1: ResidualNetwork {
  /// How many residual blocks each stage has, first stage first.
  public var blocksPerStage: [Int]
  /// The width of the first stage; each later stage has twice the width of the one before.
  public var filters: Int
  /// The number of classes, which is the number of logits.
  public var classes: Int
  /// What the shapes of its weights do not show.
  public var conventions: ResNetConventions

  /// Creates a network; the published depths are ``depth50``, ``depth101`` and ``depth152``.
  public init(
    blocksPerStage: [Int], filters: Int = 64, classes: Int = 1000,
    conventions: ResNetConventions = .kerasV1
  ) {
    self.blocksPerStage = blocksPerStage
    self.filters = filters
    self.classes = classes
    self.conventions = conventions
  }

  /// Adds the network after `image`; the result is the logits.
  public func callAsFunction(_ image: Signal) -> Signal {
    conventions.logits(pooled(image), classes: classes)
  }

  /// Adds the network without its head; the result is the mean of each feature map.
  public func pooledFeatures(_ image: Signal) -> Signal { conventions.row(pooled(image)) }

  private func pooled(_ image: Signal) -> Signal {
    let stem = image.applying(
      ResNetStem(filters: filters, normalizes: true, conventions: conventions), as: "stem")
    let features = stages(stem) { stage, index, isLast, width in
      ResNetV1Block(
        width: width, conventions: conventions,
        strides: conventions.strides(
          stage: stage, index: index, isLast: isLast, stages: blocksPerStage.count),
        projects: index == 0)
    }
    return features.applying(ResNetPool(normalizes: false, conventions: conventions), as: "head")
  }

  /// 50 layers.
  public static let depth50 = ResNetV1(blocksPerStage: [3, 4, 6, 3])
  /// 101 layers.
  public static let depth101 = ResNetV1(blocksPerStage: [3, 4, 23, 3])
  /// 152 layers.
  public static let depth152 = ResNetV1(blocksPerStage: [3, 8, 36, 3])
}

/// Bottleneck block with batch norms after the convolutions and a ReLU after the addition.
///
/// Input `H × W × C`, output `⌈H/stride⌉ × ⌈W/stride⌉ × 4·width`. A strided block without a
/// projection takes every second pixel for its shortcut (a 1×1 max-pool).
private struct ResNetV1Block: Block {
  var width: Int
  var conventions: ResNetConventions
  var strides: ResNetStrides
  var projects: Bool

  func callAsFunction(_ x: Signal) -> Signal {
    let epsilon = conventions.epsilon
    let bias = conventions.biasBeforeNorm
    // The projection is created before the branch: automatic layer names count in this order.
    let skip =
      if projects {
        x.conv(
          "project", filters: 4 * width, kernel: 1, strides: Extent(square: strides.project),
          bias: bias
        ).batchNorm("projectNorm", epsilon: epsilon)
      } else if strides.project > 1 {
        x.maxPool(1, strides: Extent(square: strides.project))
      } else {
        x
      }
    let residual =
      x.conv(
        "reduce", filters: width, kernel: 1, strides: Extent(square: strides.pointwise),
        bias: bias
      )
      .batchNorm("reduceNorm", epsilon: epsilon).relu()
      .fixedPaddingConv(
        "spatial", filters: width, kernel: 3, stride: strides.spatial, bias: bias
      )
      .batchNorm("spatialNorm", epsilon: epsilon).relu()
      .conv("expand", filters: 4 * width, kernel: 1, bias: bias)
      .batchNorm("expandNorm", epsilon: epsilon)
    let sum = conventions.addsShortcutFirst ? skip + residual : residual + skip
    return sum.relu()
  }
}
