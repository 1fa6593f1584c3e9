import Layers
public import Networks

/// MobileNetV2: residual blocks that are wide inside and narrow outside.
///
/// Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks", 2018, table 2
/// (`keras.applications.MobileNetV2`).
///
/// Input `H × W × C`, output `classes` logits. Nothing follows the last batch norm of a block; after all others there is
/// a ReLU that ends at 6.
public struct MobileNetV2: ScaledNetwork {
  /// What all widths are multiplied by, then rounded to a whole number of eights.
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
    pooledFeatures(image).applying(DenseHead(classes: classes), as: "head")
  }

  /// Adds the network without its head; the result is the mean of each of the last maps.
  public func pooledFeatures(_ image: Signal) -> Signal {
    let stem = MobileNetV2Convolution(
      filters: (32 * alpha).wholeEights, kernel: 3, stride: 2, padding: .same)
    var x = image.applying(stem, as: "stem")
    for (index, block) in Self.blocks.enumerated() {
      let width = Double(Int(Double(block.filters) * alpha)).wholeEights
      x = x.applying(
        InvertedResidual(filters: width, stride: block.stride, expansion: index == 0 ? 1 : 6),
        as: index == 0 ? "first" : "block\(index)")
    }
    // A narrower network keeps the width of its features.
    let last = MobileNetV2Convolution(
      filters: alpha > 1 ? (1280 * alpha).wholeEights : 1280, kernel: 1, stride: 1,
      padding: .valid)
    return x.applying(last, as: "last").globalAveragePool()
  }

  /// The blocks: the width after each, and the stride of its depthwise convolution.
  private static let blocks: [(filters: Int, stride: Int)] = [
    (16, 1), (24, 2), (24, 1), (32, 2), (32, 1), (32, 1), (64, 2), (64, 1), (64, 1), (64, 1),
    (96, 1), (96, 1), (96, 1), (160, 2), (160, 1), (160, 1), (320, 1),
  ]
}

/// A convolution, a batch norm and a ReLU that ends at 6.
private struct MobileNetV2Convolution: Block {
  var filters: Int
  var kernel: Int
  var stride: Int
  var padding: Padding

  func callAsFunction(_ x: Signal) -> Signal {
    x.conv(
      "conv", filters: filters, kernel: Extent(square: kernel), strides: Extent(square: stride),
      padding: padding, bias: false
    )
    .batchNorm("norm").relu6()
  }
}

/// The inverted residual: wider, in space, narrower; the input is added where it has the result's shape.
///
/// Input `H × W × C`, output `⌈H/stride⌉ × ⌈W/stride⌉ × filters`. Keras pads maps of stride 2 in a layer of its
/// own, by what `same` would: one row less before an even map.
private struct InvertedResidual: Block {
  var filters: Int
  var stride: Int
  /// How many times wider it is inside; at 1 there is nothing to widen.
  var expansion: Int

  func callAsFunction(_ x: Signal) -> Signal {
    let wide =
      expansion == 1
      ? x
      : x.conv("expand", filters: expansion * x.channels, kernel: 1, padding: .same, bias: false)
        .batchNorm("expandNorm").relu6()
    let narrow =
      wide
      .depthwiseConv("depthwise", kernel: 3, strides: Extent(square: stride))
      .batchNorm("depthwiseNorm").relu6()
      .conv("project", filters: filters, kernel: 1, padding: .same, bias: false)
      .batchNorm("projectNorm")
    return stride == 1 && x.channels == filters ? x + narrow : narrow
  }
}
