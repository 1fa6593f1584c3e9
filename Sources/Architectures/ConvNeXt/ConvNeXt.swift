import Layers
public import Networks

/// ConvNeXt: 7×7 depthwise convolutions between dense layers, and layer norms instead of batch norms.
///
/// Liu et al., "A ConvNet for the 2020s", 2022, section 3 (`keras.applications.ConvNeXtTiny` … `XLarge`).
///
/// Input `H × W × C` of pixels from 0 to 255, which the network normalises itself; output `classes` logits.
public struct ConvNeXt: Classifier, PreprocessingNetwork {
  /// How many blocks each stage has, first stage first.
  public var blocksPerStage: [Int]
  /// The width of each stage.
  public var filters: [Int]
  /// Whether it scales its images itself (Keras `include_preprocessing`).
  public var includesPreprocessing = true
  /// The number of classes, which is the number of logits.
  public var classes: Int

  /// Creates a network; the published ones are ``published``.
  public init(blocksPerStage: [Int], filters: [Int], classes: Int = 1000) {
    self.blocksPerStage = blocksPerStage
    self.filters = filters
    self.classes = classes
  }

  /// Adds the network after `image`; the result is the logits.
  public func callAsFunction(_ image: Signal) -> Signal {
    featureMap(image).globalAveragePool().applying(ConvNeXtHead(classes: classes), as: "head")
  }

  /// Adds the network without its head; the result is the mean of each of the last maps, normalised.
  public func pooledFeatures(_ image: Signal) -> Signal {
    featureMap(image).globalAveragePool().layerNorm("features", epsilon: Self.epsilon)
  }

  private func featureMap(_ image: Signal) -> Signal {
    var x = normalized(image).applying(ConvNeXtStem(filters: filters[0]), as: "stem")
    for (stage, blocks) in blocksPerStage.enumerated() {
      if stage > 0 {
        x = x.applying(ConvNeXtReduction(filters: filters[stage]), as: "reduction\(stage)")
      }
      for block in 0..<blocks {
        x = x.applying(ConvNeXtBlock(), as: "stage\(stage)/block\(block)")
      }
    }
    return x
  }

  private func normalized(_ image: Signal) -> Signal {
    // The means are those of three colours.
    guard includesPreprocessing, image.channels == 3 else { return image }
    return image.normalization(
      mean: ImageNetColors.means.map { $0 * 255 },
      variance: ImageNetColors.deviations.map { ($0 * 255) * ($0 * 255) })
  }

  /// ε of every layer norm.
  fileprivate static let epsilon: Float = 1e-6

  /// The published networks, by the names that Keras gives them.
  public static let published: [(name: String, network: ConvNeXt)] = [
    ("tiny", ConvNeXt(blocksPerStage: [3, 3, 9, 3], filters: [96, 192, 384, 768])),
    ("small", ConvNeXt(blocksPerStage: [3, 3, 27, 3], filters: [96, 192, 384, 768])),
    ("base", ConvNeXt(blocksPerStage: [3, 3, 27, 3], filters: [128, 256, 512, 1024])),
    ("large", ConvNeXt(blocksPerStage: [3, 3, 27, 3], filters: [192, 384, 768, 1536])),
    ("xlarge", ConvNeXt(blocksPerStage: [3, 3, 27, 3], filters: [256, 512, 1024, 2048])),
  ]
}

/// Patches of 4×4 pixels as the channels of one.
private struct ConvNeXtStem: Block {
  var filters: Int

  func callAsFunction(_ image: Signal) -> Signal {
    image.conv("conv", filters: filters, kernel: 4, strides: 4)
      .layerNorm("norm", epsilon: ConvNeXt.epsilon)
  }
}

/// Half the height and width, by patches of 2×2.
private struct ConvNeXtReduction: Block {
  var filters: Int

  func callAsFunction(_ x: Signal) -> Signal {
    x.layerNorm("norm", epsilon: ConvNeXt.epsilon)
      .conv("conv", filters: filters, kernel: 2, strides: 2)
  }
}

/// A depthwise convolution, two dense layers across the channels of each pixel, and a learnt scale; the input is added.
///
/// Input and output `H × W × C`. Keras writes the depthwise convolution as one of as many groups as channels.
private struct ConvNeXtBlock: Block {
  func callAsFunction(_ x: Signal) -> Signal {
    let width = x.channels
    let residual =
      x.conv("spatial", filters: width, kernel: 7, padding: .same, groups: width)
      .layerNorm("norm", epsilon: ConvNeXt.epsilon)
      .dense("expand", units: 4 * width).gelu()
      .dense("project", units: width)
      .layerScale("scale")
    return x + residual
  }
}

/// A layer norm of the means, and the logits.
private struct ConvNeXtHead: Block {
  var classes: Int

  func callAsFunction(_ means: Signal) -> Signal {
    means.layerNorm("norm", epsilon: ConvNeXt.epsilon).dense("logits", units: classes)
  }
}
