public import Tensors

// The layers with weights. Each is named by the caller, who knows its role.
extension Signal {
  /// Convolves the map with `filters` kernels and adds a bias (Keras `Conv2D`).
  ///
  /// Input `H × W × C`, output `H' × W' × filters`. Weights: kernel `kh × kw × C/groups × filters`,
  /// bias `filters`.
  public func conv(
    _ name: String, filters: Int, kernel: Extent, strides: Extent = 1, padding: Padding = .valid,
    dilation: Extent = 1, groups: Int = 1, bias: Bool = true
  ) -> Signal {
    let map = map(for: name)
    precondition(
      map.channels % groups == 0 && filters % groups == 0,
      "\(tracer.path(name)): \(map.channels) to \(filters) channels do not fall into \(groups) groups"
    )
    let edges = padding.edges(
      size: Extent(height: map.height, width: map.width), window: kernel, strides: strides,
      dilation: dilation)
    let output = tracer.output(
      of: map, name, edges, kernel, strides, dilation, channels: filters)
    let convolution = LayerOperation.Convolution(
      filters: filters, kernel: kernel, strides: strides, padding: edges, dilation: dilation,
      groups: groups, hasBias: bias)
    let shape: Shape = [kernel.height, kernel.width, map.channels / groups, filters]
    return tracer.add(
      named: name, .convolution(convolution), [node], .map(output),
      weights: [(.kernel, shape)] + (bias ? [(.bias, [filters])] : []))
  }

  /// Normalises each channel (Keras `BatchNormalization`; Ioffe & Szegedy 2015).
  ///
  /// Weights, each of one value a channel: gamma, beta, moving mean, moving variance.
  public func batchNorm(
    _ name: String, epsilon: Float = 1e-3, scale: Bool = true, center: Bool = true
  ) -> Signal {
    let channels: Shape = [shape.channels]
    let operation = LayerOperation.BatchNorm(epsilon: epsilon, hasScale: scale, hasCenter: center)
    return tracer.add(
      named: name, .batchNorm(operation), [node], shape,
      weights: (scale ? [(.gamma, channels)] : []) + (center ? [(.beta, channels)] : [])
        + [(.movingMean, channels), (.movingVariance, channels)])
  }

  /// Multiplies a row with a matrix and adds a bias (Keras `Dense`).
  ///
  /// Weights: kernel `inputs × units`, bias `units`.
  public func dense(_ name: String, units: Int, bias: Bool = true) -> Signal {
    guard case .vector(let length) = shape else {
      preconditionFailure("\(tracer.path(name)): a dense layer reads a row, not a map of \(shape)")
    }
    return tracer.add(
      named: name, .dense(LayerOperation.Dense(units: units, hasBias: bias)), [node],
      .vector(units),
      weights: [(.kernel, [length, units])] + (bias ? [(.bias, [units])] : []))
  }
}

// The layers without weights.
extension Signal {
  /// `max(x, 0)`.
  public func relu() -> Signal { tracer.add(kind: "relu", .relu, [node], shape) }

  /// Rows and columns of zeros around the map (Keras `ZeroPadding2D`).
  public func zeroPadding(_ edges: EdgePadding) -> Signal {
    var map = map(for: "pad")
    map.height += edges.top + edges.bottom
    map.width += edges.left + edges.right
    return tracer.add(kind: "pad", .zeroPadding(edges), [node], .map(map))
  }

  /// The largest value of each window; padding counts as −∞ (Keras `MaxPooling2D`).
  public func maxPool(_ window: Extent, strides: Extent, padding: Padding = .valid) -> Signal {
    let (pooling, output) = pooling(window, strides, padding, "maxPool")
    return tracer.add(kind: "maxPool", .maxPool(pooling), [node], .map(output))
  }

  /// The mean of each window, padding left out of the count (Keras `AveragePooling2D`).
  public func averagePool(_ window: Extent, strides: Extent, padding: Padding = .valid) -> Signal {
    let (pooling, output) = pooling(window, strides, padding, "averagePool")
    return tracer.add(kind: "averagePool", .averagePool(pooling), [node], .map(output))
  }

  /// The mean over the whole map, per channel: `H × W × C` to `C`.
  public func globalAveragePool() -> Signal {
    let map = map(for: "pool")
    return tracer.add(kind: "pool", .globalAveragePool, [node], .vector(map.channels))
  }

  /// The map as one row (Keras `Flatten`).
  ///
  /// A Keras `Flatten` that was told its `data_format` gives the order H·W·C in either; one that was
  /// not reads a channels_first map as C·H·W, and the dense rows after it lie in that order.
  public func flatten(order: DataFormat = .channelsLast) -> Signal {
    tracer.add(kind: "flatten", .flatten(order), [node], .vector(shape.elementCount))
  }

  /// Probabilities from logits.
  public func softmax() -> Signal { tracer.add(kind: "softmax", .softmax, [node], shape) }

  /// The two maps side by side on the channel axis, this one first (Keras `Concatenate`).
  public func concatenated(with other: Signal) -> Signal {
    var map = map(for: "concatenate")
    let second = other.map(for: "concatenate")
    precondition(
      map.height == second.height && map.width == second.width,
      "\(tracer.path("concatenate")): \(map) beside \(second)")
    map.channels += second.channels
    return tracer.add(kind: "concatenate", .concatenate, [node, other.node], .map(map))
  }

  /// The sum, element by element (Keras `Add`, its inputs in this order).
  public static func + (left: Signal, right: Signal) -> Signal {
    precondition(
      left.shape == right.shape, "\(left.tracer.path("add")): \(left.shape) + \(right.shape)")
    return left.tracer.add(kind: "add", .add, [left.node, right.node], left.shape)
  }

  private func pooling(
    _ window: Extent, _ strides: Extent, _ padding: Padding, _ name: String
  ) -> (LayerOperation.Pooling, ImageShape) {
    let map = map(for: name)
    let edges = padding.edges(
      size: Extent(height: map.height, width: map.width), window: window, strides: strides,
      dilation: 1)
    let output = tracer.output(of: map, name, edges, window, strides, 1, channels: map.channels)
    return (LayerOperation.Pooling(window: window, strides: strides, padding: edges), output)
  }

  private func map(for name: String) -> ImageShape {
    guard case .map(let image) = shape else {
      preconditionFailure("\(tracer.path(name)): reads a map, not a row of \(shape)")
    }
    return image
  }
}

extension Tracer {
  /// The map that windows moved over `map` leave.
  fileprivate func output(
    of map: ImageShape, _ name: String, _ edges: EdgePadding, _ window: Extent, _ strides: Extent,
    _ dilation: Extent, channels: Int
  ) -> ImageShape {
    ImageShape(
      height: windows(
        map.height, padded: edges.top + edges.bottom, window: window.height,
        stride: strides.height, dilation: dilation.height, at: name),
      width: windows(
        map.width, padded: edges.left + edges.right, window: window.width,
        stride: strides.width, dilation: dilation.width, at: name),
      channels: channels)
  }
}
