import Layers
public import Networks

/// InceptionV3: convolutions of several extents side by side, large ones as rows and columns.
///
/// Szegedy et al., "Rethinking the Inception Architecture for Computer Vision", 2016, table 1
/// (`keras.applications.InceptionV3`).
///
/// Input `H × W × C`, 299 × 299 as published, output `classes` logits.
public struct InceptionV3: Classifier {
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
    var x = image.applying(InceptionStem(), as: "stem")
    for (number, block) in Self.blocks.enumerated() {
      x = x.applying(block, as: "mixed\(number)")
    }
    return x.globalAveragePool()
  }

  /// The blocks, by Keras's numbers: 35×35 maps, 17×17 from the fourth on, 8×8 from the ninth on.
  private static let blocks: [InceptionBlock] = [
    .pixels35(pooled: 32), .pixels35(pooled: 64), .pixels35(pooled: 64), .to17,
    .pixels17(128), .pixels17(160), .pixels17(160), .pixels17(192), .to8, .pixels8, .pixels8,
  ]
}

extension InceptionBlock {
  private typealias Convolution = InceptionConvolution

  /// Figure 5 of the paper, but with one 5×5 convolution.
  fileprivate static func pixels35(pooled: Int) -> InceptionBlock {
    InceptionBlock(branches: [
      InceptionBranch([Convolution(64)]),
      InceptionBranch([Convolution(48), Convolution(64, 5)]),
      InceptionBranch([Convolution(64), Convolution(96, 3), Convolution(96, 3)]),
      InceptionBranch([Convolution(pooled)], poolsFirst: true),
    ])
  }

  /// Figure 10: to 17×17 pixels.
  fileprivate static let to17 = InceptionBlock(
    branches: [
      InceptionBranch([.reduction(384)]),
      InceptionBranch([Convolution(64), Convolution(96, 3), .reduction(96)]),
    ], endsWithPool: true)

  /// Figure 6: 7×7 as a row and a column.
  fileprivate static func pixels17(_ width: Int) -> InceptionBlock {
    let (row, column) = (Convolution.row7, Convolution.column7)
    return InceptionBlock(branches: [
      InceptionBranch([Convolution(192)]),
      InceptionBranch([Convolution(width), Convolution(width, row), Convolution(192, column)]),
      InceptionBranch([
        Convolution(width), Convolution(width, column), Convolution(width, row),
        Convolution(width, column), Convolution(192, row),
      ]),
      InceptionBranch([Convolution(192)], poolsFirst: true),
    ])
  }

  /// To 8×8 pixels.
  fileprivate static let to8 = InceptionBlock(
    branches: [
      InceptionBranch([Convolution(192), .reduction(320)]),
      InceptionBranch([
        Convolution(192), Convolution(192, Convolution.row7),
        Convolution(192, Convolution.column7), .reduction(192),
      ]),
    ], endsWithPool: true)

  /// Figure 7: the last branches end in a row beside a column.
  fileprivate static let pixels8: InceptionBlock = {
    let fork = [Convolution(384, Convolution.row3), Convolution(384, Convolution.column3)]
    return InceptionBlock(branches: [
      InceptionBranch([Convolution(320)]),
      InceptionBranch([Convolution(384)], fork: fork),
      InceptionBranch([Convolution(448), Convolution(384, 3)], fork: fork),
      InceptionBranch([Convolution(192)], poolsFirst: true),
    ])
  }()
}
