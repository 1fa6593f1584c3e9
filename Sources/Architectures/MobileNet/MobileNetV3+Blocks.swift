import Layers
import Networks

/// What follows a convolution of MobileNetV3.
enum MobileActivation {
  case relu
  /// `hard_silu`.
  case hardSilu
  /// The same written out.
  case hardSwish

  func callAsFunction(_ x: Signal) -> Signal {
    switch self {
    case .relu: x.relu()
    case .hardSilu: x.hardSilu()
    case .hardSwish: x * x.hardSigmoidWrittenOut()
    }
  }
}

extension Signal {
  /// relu6(x + 3) · ⅙, as both generations of Keras write it in this network.
  func hardSigmoidWrittenOut() -> Signal { plus(3).relu6().times(1.0 / 6) }
}

/// A convolution, a batch norm and the network's activation.
struct MobileNetV3Convolution: Block {
  var filters: Int
  var kernel: Int
  var stride: Int
  var activation: MobileActivation

  func callAsFunction(_ x: Signal) -> Signal {
    activation(
      x.conv(
        "conv", filters: filters, kernel: Extent(square: kernel), strides: Extent(square: stride),
        padding: .same, bias: false
      )
      .batchNorm("norm"))
  }
}

/// The inverted residual of MobileNetV2, with weights for its channels where it is wide.
///
/// Input `H × W × C`, output `⌈H/stride⌉ × ⌈W/stride⌉ × filters`. Keras pads maps of stride 2 in a layer of its
/// own, by what `same` would.
struct WeighingResidual: Block {
  /// How many times wider it is inside; `nil` for the first block, which is as wide as its input.
  var expansion: Double?
  var filters: Int
  var kernel: Int
  var stride: Int
  var weighs: Bool
  var activation: MobileActivation

  func callAsFunction(_ x: Signal) -> Signal {
    let width = expansion.map { (Double(x.channels) * $0).wholeEights } ?? x.channels
    let wide =
      expansion == nil
      ? x
      : activation(
        x.conv("expand", filters: width, kernel: 1, padding: .same, bias: false)
          .batchNorm("expandNorm"))
    let spatial = activation(
      wide
        .depthwiseConv(
          "depthwise", kernel: Extent(square: kernel), strides: Extent(square: stride)
        )
        .batchNorm("depthwiseNorm"))
    let weighed =
      weighs
      ? spatial.applying(ChannelWeights(reduced: (Double(width) / 4).wholeEights), as: "squeeze")
      : spatial
    let narrow =
      weighed
      .conv("project", filters: filters, kernel: 1, padding: .same, bias: false)
      .batchNorm("projectNorm")
    return stride == 1 && x.channels == filters ? x + narrow : narrow
  }
}

/// Each channel times a weight between 0 and 1 that all channels' means decide.
///
/// Hu, Shen and Sun, "Squeeze-and-Excitation Networks", 2018.
private struct ChannelWeights: Block {
  var reduced: Int

  func callAsFunction(_ x: Signal) -> Signal {
    let weights =
      x.globalAverageMap()
      .conv("reduce", filters: reduced, kernel: 1, padding: .same).relu()
      .conv("expand", filters: x.channels, kernel: 1, padding: .same).hardSigmoidWrittenOut()
    return x * weights
  }
}

/// Two 1×1 convolutions of the mean.
struct MobileNetV3Head: Block {
  var features: Int
  var classes: Int
  var activation: MobileActivation

  func callAsFunction(_ mean: Signal) -> Signal {
    activation(mean.conv("features", filters: features, kernel: 1, padding: .same))
      .conv("logits", filters: classes, kernel: 1, padding: .same)
      .flatten()
  }
}
