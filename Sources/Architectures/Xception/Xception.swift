import Layers
public import Networks

/// Xception: residual blocks of separable convolutions.
///
/// Chollet, "Xception: Deep Learning with Depthwise Separable Convolutions", 2017, figure 5
/// (`keras.applications.Xception`).
///
/// Input `H × W × C`, 299 × 299 as published, output `classes` logits. No convolution has a bias; a batch norm follows
/// each.
public struct Xception: Classifier {
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
    var x = image.applying(XceptionStem(), as: "stem")
    // The entry flow; a ReLU stands before its first block already.
    x = x.applying(XceptionReduction(widths: [128, 128], isRectified: true), as: "block2")
    x = x.applying(XceptionReduction(widths: [256, 256]), as: "block3")
    x = x.applying(XceptionReduction(widths: [728, 728]), as: "block4")
    for number in 5...12 { x = x.applying(XceptionBlock(), as: "block\(number)") }
    x = x.applying(XceptionReduction(widths: [728, 1024]), as: "block13")
    return x.applying(XceptionExit(), as: "block14").globalAveragePool()
  }
}

/// Two 3×3 convolutions, the first of stride 2, without padding.
private struct XceptionStem: Block {
  func callAsFunction(_ image: Signal) -> Signal {
    image.conv("conv", filters: 32, kernel: 3, strides: 2, bias: false).batchNorm("norm").relu()
      .conv("conv2", filters: 64, kernel: 3, bias: false).batchNorm("norm2").relu()
  }
}

/// Two separable convolutions and a 3×3/2 max-pool, beside a 1×1/2 convolution.
///
/// Input `H × W × C`, output `⌈H/2⌉ × ⌈W/2⌉` of the second width.
private struct XceptionReduction: Block {
  var widths: [Int]
  /// Whether its input is rectified already.
  var isRectified = false

  func callAsFunction(_ x: Signal) -> Signal {
    let skip =
      x.conv("project", filters: widths[1], kernel: 1, strides: 2, padding: .same, bias: false)
      .batchNorm("projectNorm")
    let residual =
      (isRectified ? x : x.relu())
      .separableConv("conv1", filters: widths[0], kernel: 3).batchNorm("norm1").relu()
      .separableConv("conv2", filters: widths[1], kernel: 3).batchNorm("norm2")
      .maxPool(3, strides: 2, padding: .same)
    return residual + skip
  }
}

/// Three separable convolutions of 728 channels, a ReLU before each; the input is added.
private struct XceptionBlock: Block {
  func callAsFunction(_ x: Signal) -> Signal {
    let residual = (1...3).reduce(x) { y, number in
      y.relu().separableConv("conv\(number)", filters: 728, kernel: 3).batchNorm("norm\(number)")
    }
    return residual + x
  }
}

/// Two wide separable convolutions.
private struct XceptionExit: Block {
  func callAsFunction(_ x: Signal) -> Signal {
    x.separableConv("conv1", filters: 1536, kernel: 3).batchNorm("norm1").relu()
      .separableConv("conv2", filters: 2048, kernel: 3).batchNorm("norm2").relu()
  }
}
