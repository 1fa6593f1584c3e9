public import Networks

/// `keras.applications.ResNet50V2`, `101V2` and `152V2`.
///
/// He, Zhang, Ren and Sun, "Identity Mappings in Deep Residual Networks", 2016.
///
/// Input `H × W × C`, output `classes` logits; Keras puts a softmax after them. The stride of a
/// stage is in the 3×3 convolution of its last block; the last stage has none. Convolutions whose
/// output is normalised next have no bias.
public struct ResNetV2: ResidualNetwork {
  /// How many residual blocks each stage has, first stage first.
  public var blocksPerStage: [Int]
  /// The width of the first stage; each later stage has twice the width of the one before.
  public var filters: Int
  /// The number of classes, which is the number of logits.
  public var classes: Int

  /// Creates a network; the published depths are ``depth50``, ``depth101`` and ``depth152``.
  public init(blocksPerStage: [Int], filters: Int = 64, classes: Int = 1000) {
    self.blocksPerStage = blocksPerStage
    self.filters = filters
    self.classes = classes
  }

  /// Adds the network after `image`; the result is the logits.
  public func callAsFunction(_ image: Signal) -> Signal {
    let stem = image.applying(KerasStem(filters: filters, normalizes: false), as: "stem")
    let lastStage = blocksPerStage.count - 1
    let features = stages(stem) { stage, index, isLast, width in
      ResNetV2Block(
        width: width, stride: isLast && stage < lastStage ? 2 : 1, projects: index == 0)
    }
    return features.applying(KerasHead(classes: classes, normalizes: true), as: "head")
  }

  /// 50 layers.
  public static let depth50 = ResNetV2(blocksPerStage: [3, 4, 6, 3])
  /// 101 layers.
  public static let depth101 = ResNetV2(blocksPerStage: [3, 4, 23, 3])
  /// 152 layers.
  public static let depth152 = ResNetV2(blocksPerStage: [3, 8, 36, 3])
}

/// Bottleneck block with pre-activation; nothing follows the addition.
///
/// Input `H × W × C`, output `⌈H/stride⌉ × ⌈W/stride⌉ × 4·width`. A strided block without a
/// projection takes every second pixel for its shortcut (a 1×1 max-pool).
private struct ResNetV2Block: Layer {
  var width: Int
  var stride: Int
  var projects: Bool

  func callAsFunction(_ x: Signal) -> Signal {
    let strides = Extent(square: stride)
    let active = x.batchNorm("norm", epsilon: kerasEpsilon).relu()
    let skip =
      if projects {
        active.conv("project", filters: 4 * width, kernel: 1, strides: strides)
      } else if stride > 1 {
        x.maxPool(1, strides: strides)
      } else {
        x
      }
    let residual =
      active.conv("reduce", filters: width, kernel: 1, bias: false)
      .batchNorm("reduceNorm", epsilon: kerasEpsilon).relu()
      .zeroPadding(EdgePadding(all: 1))
      .conv("spatial", filters: width, kernel: 3, strides: strides, bias: false)
      .batchNorm("spatialNorm", epsilon: kerasEpsilon).relu()
      .conv("expand", filters: 4 * width, kernel: 1)
    return skip + residual
  }
}
