import Layers
public import Networks

/// VGG16 and VGG19: blocks of 3×3 convolutions, each with a max-pool, and three dense layers.
///
/// Simonyan and Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition", 2015, table 1,
/// columns D and E (`keras.applications.VGG16`, `VGG19`).
///
/// Input `H × W × C`, output `classes` logits. The first dense layer reads the whole last map, so its kernel has
/// `⌊H/32⌋ · ⌊W/32⌋ · 512` rows: weights with a head serve one size only. There is no batch norm.
public struct VGG: Classifier {
  /// How many convolutions each block has, first block first.
  public var convolutionsPerBlock: [Int]
  /// The number of classes, which is the number of logits.
  public var classes: Int

  /// Creates a network; the published depths are ``depth16`` and ``depth19``.
  public init(convolutionsPerBlock: [Int], classes: Int = 1000) {
    self.convolutionsPerBlock = convolutionsPerBlock
    self.classes = classes
  }

  /// Adds the network after `image`; the result is the logits.
  public func callAsFunction(_ image: Signal) -> Signal {
    featureMap(image).applying(VGGHead(classes: classes), as: "head")
  }

  /// Adds the network without its dense layers; the result is the mean of each map of the last block.
  public func pooledFeatures(_ image: Signal) -> Signal { featureMap(image).globalAveragePool() }

  private func featureMap(_ image: Signal) -> Signal {
    var x = image
    for (index, (convolutions, filters)) in zip(convolutionsPerBlock, Self.filters).enumerated() {
      let block = VGGBlock(
        convolutions: convolutions, filters: filters, beginsWithStem: index == 0)
      x = x.applying(block, as: index == 0 ? "stem" : "block\(index + 1)")
    }
    return x
  }

  /// The width of each block.
  private static let filters = [64, 128, 256, 512, 512]

  /// 13 convolutions and 3 dense layers.
  public static let depth16 = VGG(convolutionsPerBlock: [2, 2, 3, 3, 3])
  /// 16 convolutions and 3 dense layers.
  public static let depth19 = VGG(convolutionsPerBlock: [2, 2, 4, 4, 4])
}

/// 3×3 convolutions, a ReLU after each, and a 2×2/2 max-pool.
///
/// Input `H × W × C`, output `⌊H/2⌋ × ⌊W/2⌋ × filters`.
private struct VGGBlock: Block {
  var convolutions: Int
  var filters: Int
  /// Whether its first convolution is the network's, which every classifier calls `conv`.
  var beginsWithStem: Bool

  func callAsFunction(_ x: Signal) -> Signal {
    (1...convolutions).reduce(x) { x, number in
      let name = beginsWithStem && number == 1 ? "conv" : "conv\(number)"
      return x.conv(name, filters: filters, kernel: 3, padding: .same).relu()
    }
    .maxPool(2, strides: 2)
  }
}

/// The map as one row, two dense layers of 4096 with a ReLU each, and the logits.
private struct VGGHead: Block {
  var classes: Int

  func callAsFunction(_ map: Signal) -> Signal {
    map.flatten()
      .dense("fc1", units: 4096).relu()
      .dense("fc2", units: 4096).relu()
      .dense("logits", units: classes)
  }
}
