import Layers
import Networks

/// A convolution, a batch norm and a swish.
struct EfficientNetConvolution: Block {
  var filters: Int
  var kernel: Int
  var stride: Int

  func callAsFunction(_ x: Signal) -> Signal {
    x.conv(
      "conv", filters: filters, kernel: Extent(square: kernel), strides: Extent(square: stride),
      padding: .same, bias: false
    )
    .batchNorm("norm").silu()
  }
}

/// MBConv, the mobile inverted bottleneck: wider, in space, its channels weighed, narrower.
///
/// Input `H × W × C`, output `⌈H/stride⌉ × ⌈W/stride⌉ × filters`; the input is added where it has the result's shape.
/// EfficientNet of version 1 pads maps of stride 2 in a layer of its own, by what `same` would.
struct MobileBottleneck: Block {
  var filters: Int
  /// How many times wider it is inside; at 1 there is nothing to widen.
  var expansion: Int
  var kernel: Int
  var stride: Int

  func callAsFunction(_ x: Signal) -> Signal {
    let width = expansion * x.channels
    let wide =
      expansion == 1
      ? x
      : x.conv("expand", filters: width, kernel: 1, padding: .same, bias: false)
        .batchNorm("expandNorm").silu()
    let narrow =
      wide
      .depthwiseConv("spatial", kernel: Extent(square: kernel), strides: Extent(square: stride))
      .batchNorm("spatialNorm").silu()
      // The width that the paper takes a quarter of is that of the block's input.
      .applying(SqueezeExcitation(reduced: max(1, x.channels / 4)), as: "squeeze")
      .conv("project", filters: filters, kernel: 1, padding: .same, bias: false)
      .batchNorm("projectNorm")
    return stride == 1 && x.channels == filters ? narrow + x : narrow
  }
}

/// Fused-MBConv: one 3×3 convolution widens and looks around.
///
/// Tan and Le, "EfficientNetV2: Smaller Models and Faster Training", 2021, figure 2. Not widened, it is that
/// convolution alone, with a swish after it.
struct FusedBottleneck: Block {
  var filters: Int
  var expansion: Int
  var stride: Int

  func callAsFunction(_ x: Signal) -> Signal {
    let strides = Extent(square: stride)
    let result =
      if expansion == 1 {
        x.conv(
          "project", filters: filters, kernel: 3, strides: strides, padding: .same, bias: false
        )
        .batchNorm("projectNorm").silu()
      } else {
        x.conv(
          "expand", filters: expansion * x.channels, kernel: 3, strides: strides, padding: .same,
          bias: false
        )
        .batchNorm("expandNorm").silu()
        .conv("project", filters: filters, kernel: 1, padding: .same, bias: false)
        .batchNorm("projectNorm")
      }
    return stride == 1 && x.channels == filters ? result + x : result
  }
}

/// Each channel times a weight between 0 and 1 that all channels' means decide.
///
/// Hu, Shen and Sun, "Squeeze-and-Excitation Networks", 2018.
private struct SqueezeExcitation: Block {
  var reduced: Int

  func callAsFunction(_ x: Signal) -> Signal {
    let weights =
      x.globalAverageMap()
      .conv("reduce", filters: reduced, kernel: 1, padding: .same).silu()
      .conv("expand", filters: x.channels, kernel: 1, padding: .same).sigmoid()
    return x * weights
  }
}
