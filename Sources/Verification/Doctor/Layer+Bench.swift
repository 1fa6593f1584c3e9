import Engine
import Layers
import Networks
import Tensors

// What the bench asks of layers, their windows, and tensors.
extension Layer {
  /// The same layer with its padding as numbers, zeros in front of it included where it can have them.
  func withEdges(on shape: Shape?, in edges: EdgePadding) -> (layer: any Layer, absorbed: Bool) {
    guard let shape else { return (self, edges == .none) }
    switch self {
    case var convolution as Convolution where convolution.windows.rank == 2:
      // The padding rule saw the map with its zeros; what is on the bench has none.
      let padding = EdgePadding(convolution.windows.windows(on: shape.dimensions).padding)
      convolution.windows.edges = padding.adding(edges)
      return (convolution, true)
    case var pooling as Pooling where pooling.windows.rank == 2:
      pooling.windows.edges = EdgePadding(pooling.windows.windows(on: shape.dimensions).padding)
      return (pooling, edges == .none)
    default: return (self, edges == .none)
    }
  }
}

extension WindowSettings {
  /// The padding of rows and columns, once it is numbers.
  var edges: EdgePadding {
    get { if case .edges(let edges) = padding { EdgePadding(edges) } else { .none } }
    set { padding = .edges(newValue.axes) }
  }
}

extension LoneLayer {
  /// Leaves out a weight that the layer may lack.
  mutating func leaveOut(_ role: VariableRole) {
    weights[role] = nil
    switch layer {
    case var norm as BatchNormalization:
      if role == .gamma { norm.hasScale = false }
      if role == .beta { norm.hasCenter = false }
      layer = norm
    case var convolution as Convolution:
      convolution.hasBias = false
      layer = convolution
    case var dense as Dense:
      dense.hasBias = false
      layer = dense
    default: break
    }
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
  /// The strides of the other convolutions in the block of a layer.
  func strides(near layer: LayerSpan) -> [Extent] {
    let block = layer.path.split(separator: "/").dropLast()
    let found = layers.compactMap { other -> Extent? in
      guard let convolution = other.layer as? Convolution, convolution.windows.rank == 2,
        other.id != layer.id, other.path.split(separator: "/").dropLast() == block
      else { return nil }
      return Extent(convolution.windows.strides)
    }
    return Array(Set(found)).sorted { ($0.height, $0.width) < ($1.height, $1.width) }
  }
}

extension Tensor {
  /// The shape of one image of a batch.
  var ofOneImage: Shape { Shape(Array(shape.dimensions.dropFirst())) }

  /// The maps with zeros around them.
  func padded(_ edges: EdgePadding) -> Tensor {
    guard edges != .none else { return self }
    return LoneLayer(ZeroPadding(edges.axes)).output(of: [self]) ?? self
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
