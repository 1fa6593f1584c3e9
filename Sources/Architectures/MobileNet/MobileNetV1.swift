import Layers
public import Networks

/// MobileNet: thirteen depthwise convolutions, each with a 1×1 convolution after it.
///
/// Howard et al., "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications", 2017,
/// table 1 (`keras.applications.MobileNet`).
///
/// Input `H × W × C`, output `classes` logits. Every convolution is followed by a batch norm and a ReLU that ends at 6;
/// the head is a 1×1 convolution of the mean.
public struct MobileNetV1: ScaledNetwork {
  /// What all widths are multiplied by, rounded down.
  public var alpha: Double
  /// The number of classes, which is the number of logits.
  public var classes: Int

  /// Creates a network.
  public init(alpha: Double = 1, classes: Int = 1000) {
    self.alpha = alpha
    self.classes = classes
  }

  /// Adds the network after `image`; the result is the logits.
  public func callAsFunction(_ image: Signal) -> Signal {
    featureMap(image).globalAverageMap().applying(
      ConvolutionalHead(classes: classes), as: "head")
  }

  /// Adds the network without its head; the result is the mean of each map of the last block.
  public func pooledFeatures(_ image: Signal) -> Signal { featureMap(image).globalAveragePool() }

  private func featureMap(_ image: Signal) -> Signal {
    var x = image.applying(MobileNetV1Stem(filters: width(32)), as: "stem")
    for (index, block) in Self.blocks.enumerated() {
      x = x.applying(
        SeparableBlock(filters: width(block.filters), stride: block.stride),
        as: "block\(index + 1)")
    }
    return x
  }

  private func width(_ filters: Int) -> Int { Int(Double(filters) * alpha) }

  /// The blocks: the width after each, and the stride of its depthwise convolution.
  private static let blocks: [(filters: Int, stride: Int)] = [
    (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1), (512, 1), (512, 1),
    (512, 1), (512, 1), (1024, 2), (1024, 1),
  ]
}

/// A 3×3 convolution of stride 2.
private struct MobileNetV1Stem: Block {
  var filters: Int

  func callAsFunction(_ image: Signal) -> Signal {
    image
      .conv("conv", filters: filters, kernel: 3, strides: 2, padding: .same, bias: false)
      .batchNorm("norm").relu6()
  }
}

/// A 3×3 convolution of each channel, then a 1×1 convolution of all.
///
/// With a stride of 2 a row and a column of zeros lie behind the map, whatever its size.
private struct SeparableBlock: Block {
  var filters: Int
  var stride: Int

  func callAsFunction(_ x: Signal) -> Signal {
    let padded =
      stride == 1 ? x : x.zeroPadding(EdgePadding(top: 0, bottom: 1, left: 0, right: 1))
    return
      padded
      .depthwiseConv(
        "depthwise", kernel: 3, strides: Extent(square: stride),
        padding: stride == 1 ? .same : .valid
      )
      .batchNorm("depthwiseNorm").relu6()
      .conv("pointwise", filters: filters, kernel: 1, padding: .same, bias: false)
      .batchNorm("pointwiseNorm").relu6()
  }
}
