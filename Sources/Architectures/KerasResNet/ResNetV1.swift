public import Networks

/// `keras.applications.ResNet50`, `101` and `152`.
///
/// He, Zhang, Ren and Sun, "Deep Residual Learning for Image Recognition", 2015.
///
/// Input `H × W × C`, output `classes` logits; Keras puts a softmax after them. The stride of a
/// stage is in its first 1×1 convolution, ε is 1.001e-5, and every convolution has a bias.
public struct ResNetV1: ResidualNetwork {
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
    let stem = image.applying(KerasStem(filters: filters, normalizes: true), as: "stem")
    let features = stages(stem) { stage, index, _, width in
      ResNetV1Block(
        width: width, stride: stage > 0 && index == 0 ? 2 : 1, projects: index == 0)
    }
    return features.applying(KerasHead(classes: classes, normalizes: false), as: "head")
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
/// Input `H × W × C`, output `⌈H/stride⌉ × ⌈W/stride⌉ × 4·width`.
private struct ResNetV1Block: Layer {
  var width: Int
  var stride: Int
  var projects: Bool

  func callAsFunction(_ x: Signal) -> Signal {
    let strides = Extent(square: stride)
    let skip =
      projects
      ? x.conv("project", filters: 4 * width, kernel: 1, strides: strides)
        .batchNorm("projectNorm", epsilon: kerasEpsilon) : x
    let residual =
      x.conv("reduce", filters: width, kernel: 1, strides: strides)
      .batchNorm("reduceNorm", epsilon: kerasEpsilon).relu()
      .conv("spatial", filters: width, kernel: 3, padding: .same)
      .batchNorm("spatialNorm", epsilon: kerasEpsilon).relu()
      .conv("expand", filters: 4 * width, kernel: 1)
      .batchNorm("expandNorm", epsilon: kerasEpsilon)
    return (skip + residual).relu()
  }
}
