import Engine
import Networks
import Tensors

extension LayerOperation {
  /// The same operation with zeros around its input made its own padding; `nil` where that is
  /// something else.
  func absorbing(_ edges: EdgePadding) -> LayerOperation? {
    guard edges != .none else { return self }
    guard case .convolution(var convolution) = self else { return nil }
    convolution.padding = convolution.padding.adding(edges)
    return .convolution(convolution)
  }

  /// The shape of the result for inputs of these shapes, if there is one.
  func outputShape(of inputs: [Tensor]) -> FeatureShape? {
    guard let first = inputs.first, let input = FeatureShape(first.shape) else { return nil }
    switch self {
    case .input: return nil
    case .convolution(let layer):
      return input.windows(
        layer.kernel, layer.strides, layer.dilation, layer.padding, channels: layer.filters)
    case .maxPool(let layer), .averagePool(let layer):
      return input.windows(
        layer.window, layer.strides, 1, layer.padding, channels: input.channels)
    case .batchNorm, .relu, .softmax: return input
    case .add: return inputs.count == 2 && inputs[1].shape == first.shape ? input : nil
    case .zeroPadding(let edges):
      guard case .map(var map) = input else { return nil }
      map.height += edges.top + edges.bottom
      map.width += edges.left + edges.right
      return map.height > 0 && map.width > 0 ? .map(map) : nil
    case .globalAveragePool: return .vector(input.channels)
    case .flatten: return .vector(input.elementCount)
    case .dense(let dense): return .vector(dense.units)
    case .concatenate:
      guard case .map(var map) = input, inputs.count == 2,
        case .map(let other)? = FeatureShape(inputs[1].shape)
      else { return nil }
      map.channels += other.channels
      return .map(map)
    }
  }
}

extension FeatureShape {
  /// The shape of one image in a batch of this shape, N·H·W·C or N·C.
  init?(_ batch: Shape) {
    if let image = DataFormat.channelsLast.image(in: batch) {
      self = .map(image)
    } else if batch.rank == 2 {
      self = .vector(batch[1])
    } else {
      return nil
    }
  }

  fileprivate func windows(
    _ window: Extent, _ strides: Extent, _ dilation: Extent, _ padding: EdgePadding, channels: Int
  ) -> FeatureShape? {
    guard case .map(let map) = self else { return nil }
    func count(_ size: Int, _ window: Int, _ stride: Int, _ dilation: Int) -> Int {
      let room = size - (window - 1) * dilation - 1
      return room < 0 ? 0 : room / stride + 1
    }
    let height = count(
      map.height + padding.top + padding.bottom, window.height, strides.height, dilation.height)
    let width = count(
      map.width + padding.left + padding.right, window.width, strides.width, dilation.width)
    guard height > 0, width > 0 else { return nil }
    return .map(ImageShape(height: height, width: width, channels: channels))
  }
}

extension EdgePadding {
  /// The same moved by one pixel, as `same` differs from a fixed padding: a row and column less or
  /// more on one side, or on the other side of the map; the smallest first.
  var onePixelOff: [EdgePadding] {
    [(-1, 0), (0, -1), (-1, 1), (1, -1), (-1, -1), (0, 1), (1, 0), (1, 1)].map { before, after in
      EdgePadding(
        top: top + before, bottom: bottom + after, left: left + before, right: right + after)
    }
    .filter { min($0.top, $0.bottom, $0.left, $0.right) >= 0 }
  }
}

extension Graph {
  /// The strides of the other convolutions in the block of `node`.
  func strides(near node: Node) -> [Extent] {
    let block = node.path.split(separator: "/").dropLast()
    let found = nodes.compactMap { other -> Extent? in
      guard case .convolution(let layer) = other.operation, other.id != node.id,
        other.path.split(separator: "/").dropLast() == block
      else { return nil }
      return layer.strides
    }
    return Array(Set(found)).sorted { ($0.height, $0.width) < ($1.height, $1.width) }
  }
}

extension Tensor {
  /// The maps with zeros around them.
  func padded(_ edges: EdgePadding) -> Tensor {
    let layer = ReferenceLayer(.zeroPadding(edges))
    guard edges != .none, let shape = layer.operation.outputShape(of: [self]) else { return self }
    return layer.output(of: [self], shape: shape)
  }

  /// The same with the last axis in reverse order.
  var withChannelsReversed: Tensor {
    let channels = shape.dimensions.last ?? 1
    var result = self
    for start in stride(from: 0, to: values.count, by: channels) {
      for channel in 0..<channels {
        result.values[start + channel] = values[start + channels - 1 - channel]
      }
    }
    return result
  }

  /// Every so many rows and columns of the maps, from the first.
  func subsampled(by strides: Extent) -> Tensor {
    guard let image = DataFormat.channelsLast.image(in: shape) else { return self }
    let rows = Array(stride(from: 0, to: image.height, by: strides.height))
    let columns = Array(stride(from: 0, to: image.width, by: strides.width))
    var result: [Float] = []
    for n in 0..<count {
      for row in rows {
        for column in columns {
          let start = ((n * image.height + row) * image.width + column) * image.channels
          result += values[start..<start + image.channels]
        }
      }
    }
    return Tensor(
      shape: [count, rows.count, columns.count, image.channels], values: result)
  }

  /// `max(x, 0)`, element by element.
  var rectified: Tensor { Tensor(shape: shape, values: values.map { max($0, 0) }) }
}
