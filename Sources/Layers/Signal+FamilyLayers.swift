public import Networks
import Tensors

// How networks in Swift say the layers of the families that came after the residual networks.
extension Signal {
  /// Convolves each channel with a kernel of its own (Keras `DepthwiseConv2D`): ``DepthwiseConvolution``.
  public func depthwiseConv(
    _ name: String, kernel: Extent, strides: Extent = 1, padding: Padding = .same,
    bias: Bool = false
  ) -> Signal {
    let windows = WindowSettings(kernel.axes, strides: strides.axes, padding: padding)
    return applying(DepthwiseConvolution(windows, hasBias: bias), named: name)
  }

  /// A depthwise convolution and one of 1×1 (Keras `SeparableConv2D`): ``SeparableConvolution``.
  public func separableConv(
    _ name: String, filters: Int, kernel: Extent, strides: Extent = 1, padding: Padding = .same,
    bias: Bool = false
  ) -> Signal {
    let windows = WindowSettings(kernel.axes, strides: strides.axes, padding: padding)
    return applying(
      SeparableConvolution(filters: filters, multiplier: 1, windows: windows, hasBias: bias),
      named: name)
  }

  /// `min(max(x, 0), 6)` (Keras `ReLU(6.)`).
  public func relu6() -> Signal {
    applying(ReLU("ReLU", .relu(negativeSlope: 0, largest: 6, threshold: 0)), kind: "relu")
  }

  /// `x · sigmoid(x)` (Keras `swish`, `silu`).
  public func silu() -> Signal { activation("silu", .silu) }

  /// `x · relu6(x + 3) / 6` (Keras 3's `hard_silu`).
  public func hardSilu() -> Signal { activation("hard_silu", .hardSilu) }

  /// `1 / (1 + e⁻ˣ)`.
  public func sigmoid() -> Signal { activation("sigmoid", .sigmoid) }

  /// `½x(1 + erf(x/√2))`.
  public func gelu() -> Signal { activation("gelu", .gelu(isApproximate: false)) }

  private func activation(_ name: String, _ function: Function) -> Signal {
    applying(Activation(name: name, [.map(function)]), kind: name)
  }

  /// The sum of each number and another (an operator of Keras).
  public func plus(_ number: Double) -> Signal {
    applying(Operator("Add", kerasClass: "Add", [.input(0), .number(number)], [:]), kind: "plus")
  }

  /// The product of each number and another (an operator of Keras).
  public func times(_ number: Double) -> Signal {
    applying(
      Operator("Multiply", kerasClass: "Multiply", [.input(0), .number(number)], [:]),
      kind: "times")
  }

  /// The product, element by element (Keras `Multiply`, its inputs in this order).
  public static func * (left: Signal, right: Signal) -> Signal {
    left.applying(Merging(.multiply), kind: "multiply", with: [right])
  }

  /// `x + scale · residual` (Keras `CustomScaleLayer`): ``ScaledSum``.
  public func adding(_ residual: Signal, scaledBy scale: Float) -> Signal {
    applying(
      ScaledSum(kerasClass: "CustomScaleLayer", scale: scale), kind: "add", with: [residual])
  }

  /// The maps side by side on the channel axis, this one first (Keras `Concatenate`).
  public func concatenated(with others: [Signal]) -> Signal {
    applying(Concatenate(), kind: "concatenate", with: others)
  }

  /// The mean over the whole map as a map of 1×1: `H × W × C` to `1 × 1 × C`.
  public func globalAverageMap() -> Signal {
    applying(GlobalPooling(keepsAxes: true), kind: "pool")
  }

  /// Rows and columns taken away from the edges of the map (Keras `Cropping2D`).
  public func cropping(_ edges: EdgePadding) -> Signal {
    applying(ZeroPadding(edges.axes, isCropping: true), kind: "crop")
  }
}

// What pictures go through within a network, and layers without batches.
extension Signal {
  /// `x · scale + offset` (Keras `Rescaling`): ``Rescaling``.
  public func rescaling(_ scale: Double, offset: Float = 0) -> Signal { rescaling([scale], offset) }

  /// `x · scale`, a number for each channel (Keras `Rescaling`): ``Rescaling``.
  public func rescaling(channels: [Double]) -> Signal { rescaling(channels, 0) }

  private func rescaling(_ scale: [Double], _ offset: Float) -> Signal {
    let shape: Shape = scale.count == 1 ? [] : [scale.count]
    return applying(
      Rescaling(
        scale: Tensor(shape: shape, values: scale.map { Float($0) }),
        offset: Tensor(shape: [], values: [offset])),
      kind: "rescaling")
  }

  /// Each channel less a mean, over a deviation, both weights (Keras `Normalization`): ``Normalization-struct``.
  public func normalization(_ name: String) -> Signal {
    applying(Normalization(axes: [-1], isInverse: false), named: name)
  }

  /// Each channel less a given mean, over the root of a given variance (Keras `Normalization`).
  public func normalization(mean: [Double], variance: [Double]) -> Signal {
    func tensor(_ numbers: [Double]) -> Tensor {
      Tensor(shape: [numbers.count], values: numbers.map { Float($0) })
    }
    return applying(
      Normalization(
        axes: [-1], mean: tensor(mean), variance: tensor(variance), isInverse: false),
      kind: "normalization")
  }

  /// Normalises the channels of each pixel (Keras `LayerNormalization`): ``LayerNormalization``.
  public func layerNorm(_ name: String, epsilon: Float) -> Signal {
    applying(
      LayerNormalization(
        axes: [-1], epsilon: epsilon, hasScale: true, hasCenter: true, isRMSScaling: false),
      named: name)
  }

  /// Each channel times a learnt number: ``LayerScale``.
  public func layerScale(_ name: String) -> Signal { applying(LayerScale(), named: name) }
}
