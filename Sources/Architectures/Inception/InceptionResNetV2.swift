import Layers
public import Networks

/// InceptionResNetV2: Inception blocks whose result is added to their input, scaled down.
///
/// Szegedy et al., "Inception-v4, Inception-ResNet and the Impact of Residual Connections on Learning", 2017, figure 15,
/// with the stem of InceptionV3 (`keras.applications.InceptionResNetV2`).
///
/// Input `H × W × C`, 299 × 299 as published, output `classes` logits.
public struct InceptionResNetV2: Classifier {
  /// The number of classes, which is the number of logits.
  public var classes: Int

  /// Creates a network.
  public init(classes: Int = 1000) { self.classes = classes }

  /// Adds the network after `image`; the result is the logits.
  public func callAsFunction(_ image: Signal) -> Signal {
    pooledFeatures(image).applying(DenseHead(classes: classes), as: "head")
  }

  /// Adds the network without its head; the result is the mean of each of the last maps.
  public func pooledFeatures(_ image: Signal) -> Signal {
    var x = image.applying(InceptionStem(), as: "stem").applying(.mixed5b, as: "mixed_5b")
    for number in 1...10 { x = x.applying(ScaledInception.pixels35, as: "block35_\(number)") }
    x = x.applying(.mixed6a, as: "mixed_6a")
    for number in 1...20 { x = x.applying(ScaledInception.pixels17, as: "block17_\(number)") }
    x = x.applying(.mixed7a, as: "mixed_7a")
    for number in 1...9 { x = x.applying(ScaledInception.pixels8, as: "block8_\(number)") }
    // The last block is neither scaled nor rectified.
    var last = ScaledInception.pixels8
    (last.scale, last.isRectified) = (1, false)
    x = x.applying(last, as: "block8_10")
    return x.applying(InceptionBranch([InceptionConvolution(1536)]), as: "last").globalAveragePool()
  }
}

/// Branches side by side, as wide as the input again by a 1×1 convolution, and added to it.
///
/// Input and output `H × W × C`.
private struct ScaledInception: Block {
  var branches: InceptionBlock
  /// What the branches are multiplied by before they are added.
  var scale: Float
  var isRectified = true

  func callAsFunction(_ x: Signal) -> Signal {
    let residual = branches(x).conv("expand", filters: x.channels, kernel: 1, padding: .same)
    let sum = x.adding(residual, scaledBy: scale)
    return isRectified ? sum.relu() : sum
  }

  /// Inception-ResNet-A, figure 16 of the paper.
  static let pixels35 = ScaledInception(
    branches: InceptionBlock(branches: [
      InceptionBranch([InceptionConvolution(32)]),
      InceptionBranch([InceptionConvolution(32), InceptionConvolution(32, 3)]),
      InceptionBranch([
        InceptionConvolution(32), InceptionConvolution(48, 3), InceptionConvolution(64, 3),
      ]),
    ]), scale: 0.17)

  /// Inception-ResNet-B, figure 17.
  static let pixels17 = ScaledInception(
    branches: InceptionBlock(branches: [
      InceptionBranch([InceptionConvolution(192)]),
      InceptionBranch([
        InceptionConvolution(128), InceptionConvolution(160, InceptionConvolution.row7),
        InceptionConvolution(192, InceptionConvolution.column7),
      ]),
    ]), scale: 0.1)

  /// Inception-ResNet-C, figure 19.
  static let pixels8 = ScaledInception(
    branches: InceptionBlock(branches: [
      InceptionBranch([InceptionConvolution(192)]),
      InceptionBranch([
        InceptionConvolution(192), InceptionConvolution(224, InceptionConvolution.row3),
        InceptionConvolution(256, InceptionConvolution.column3),
      ]),
    ]), scale: 0.2)
}

extension Block where Self == InceptionBlock {
  /// Inception-A, by Keras's name.
  fileprivate static var mixed5b: InceptionBlock {
    InceptionBlock(branches: [
      InceptionBranch([InceptionConvolution(96)]),
      InceptionBranch([InceptionConvolution(48), InceptionConvolution(64, 5)]),
      InceptionBranch([
        InceptionConvolution(64), InceptionConvolution(96, 3), InceptionConvolution(96, 3),
      ]),
      InceptionBranch([InceptionConvolution(64)], poolsFirst: true),
    ])
  }

  /// Reduction-A, figure 7.
  fileprivate static var mixed6a: InceptionBlock {
    InceptionBlock(
      branches: [
        InceptionBranch([.reduction(384)]),
        InceptionBranch([
          InceptionConvolution(256), InceptionConvolution(256, 3), .reduction(384),
        ]),
      ], endsWithPool: true)
  }

  /// Reduction-B, figure 18.
  fileprivate static var mixed7a: InceptionBlock {
    InceptionBlock(
      branches: [
        InceptionBranch([InceptionConvolution(256), .reduction(384)]),
        InceptionBranch([InceptionConvolution(256), .reduction(288)]),
        InceptionBranch([
          InceptionConvolution(256), InceptionConvolution(288, 3), .reduction(320),
        ]),
      ], endsWithPool: true)
  }
}
