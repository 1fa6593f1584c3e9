public import Networks
public import Tensors

// How networks in Swift say layers. Maps are H·W·C, whatever the data format of the images.
extension Signal {
  /// Convolves the map with `filters` kernels and adds a bias (Keras `Conv2D`): ``Convolution``.
  public func conv(
    _ name: String, filters: Int, kernel: Extent, strides: Extent = 1, padding: Padding = .valid,
    dilation: Extent = 1, groups: Int = 1, bias: Bool = true
  ) -> Signal {
    let windows = WindowSettings(
      kernel.axes, strides: strides.axes, dilation: dilation.axes, padding: padding)
    return applying(
      Convolution(filters: filters, windows, groups: groups, hasBias: bias), named: name)
  }

  /// Normalises each channel (Keras `BatchNormalization`): ``BatchNormalization``.
  public func batchNorm(
    _ name: String, epsilon: Float = 1e-3, scale: Bool = true, center: Bool = true
  ) -> Signal {
    applying(
      BatchNormalization(epsilon: epsilon, hasScale: scale, hasCenter: center), named: name)
  }

  /// Multiplies the last axis with a matrix and adds a bias (Keras `Dense`): ``Dense``.
  public func dense(_ name: String, units: Int, bias: Bool = true) -> Signal {
    applying(Dense(units: units, hasBias: bias), named: name)
  }

  /// `max(x, 0)`.
  public func relu() -> Signal { applying(ReLU(), kind: "relu") }

  /// Rows and columns of zeros around the map (Keras `ZeroPadding2D`).
  public func zeroPadding(_ edges: EdgePadding) -> Signal {
    applying(ZeroPadding(edges.axes), kind: "pad")
  }

  /// The largest value of each window; padding counts as −∞ (Keras `MaxPooling2D`).
  public func maxPool(_ window: Extent, strides: Extent, padding: Padding = .valid) -> Signal {
    let windows = WindowSettings(window.axes, strides: strides.axes, padding: padding)
    return applying(Pooling(.largest, windows), kind: "maxPool")
  }

  /// The mean of each window, padding left out of the count (Keras `AveragePooling2D`).
  public func averagePool(_ window: Extent, strides: Extent, padding: Padding = .valid) -> Signal {
    let windows = WindowSettings(window.axes, strides: strides.axes, padding: padding)
    return applying(Pooling(.mean, windows), kind: "averagePool")
  }

  /// The mean over the whole map, per channel: `H × W × C` to `C` (Keras `GlobalAveragePooling2D`).
  public func globalAveragePool() -> Signal { applying(GlobalPooling(), kind: "pool") }

  /// The map as one row (Keras `Flatten`), in the given order.
  public func flatten(order: DataFormat = .channelsLast) -> Signal {
    applying(Flatten(readsChannelsFirst: order == .channelsFirst), kind: "flatten")
  }

  /// Probabilities from logits.
  public func softmax() -> Signal { applying(Softmax(), kind: "softmax") }

  /// The two maps side by side on the channel axis, this one first (Keras `Concatenate`).
  public func concatenated(with other: Signal) -> Signal {
    applying(Concatenate(), kind: "concatenate", with: [other])
  }

  /// The sum, element by element (Keras `Add`, its inputs in this order).
  public static func + (left: Signal, right: Signal) -> Signal {
    left.applying(Merging(), kind: "add", with: [right])
  }
}
