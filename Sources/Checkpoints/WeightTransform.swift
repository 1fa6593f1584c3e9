public import Tensors

/// What happens to the values of a tensor between the file and the network.
public enum WeightTransform: Sendable, Hashable {
  /// A kernel's extents from O·I·H·W to H·W·I·O.
  case kernelToHWIO
  /// A kernel of H·W·I·O turned by 180°, which makes a correlation of a convolution.
  case kernelRotated
  /// The rows that read a flattened map from one order to the other.
  ///
  /// `from` is the order in the file: channels_first is C·H·W. A vector has rows of one value.
  case rowsReordered(map: ImageShape, from: DataFormat)
  /// A standard deviation to a variance.
  case squared
  /// A gamma for a file whose standard deviation σ was used as `gamma / (σ + 1e-6)`.
  ///
  /// Beside the variance σ² and the network's ε, `gamma · sqrt(σ² + ε) / (σ + 1e-6)` gives the same.
  case gammaOfDeviation(CheckpointTensor, epsilon: Float)

  /// The shape of the values after it.
  package func shape(after shape: Shape) -> Shape {
    guard self == .kernelToHWIO else { return shape }
    return [shape[2], shape[3], shape[1], shape[0]]
  }
}

extension WeightTransform: CustomStringConvertible {
  /// It in a few words: `O·I·H·W to H·W·I·O`.
  public var description: String {
    switch self {
    case .kernelToHWIO: "O·I·H·W to H·W·I·O"
    case .kernelRotated: "rotated by 180°"
    case .rowsReordered(_, .channelsFirst): "rows from C·H·W to H·W·C"
    case .rowsReordered(_, .channelsLast): "rows from H·W·C to C·H·W"
    case .squared: "standard deviation to variance"
    case .gammaOfDeviation: "times sqrt(σ² + ε) / (σ + 1e-6)"
    }
  }
}

extension Checkpoint {
  /// A tensor of this checkpoint after `transforms`, in their order.
  package func tensor(
    _ tensor: CheckpointTensor, applying transforms: [WeightTransform]
  ) throws(CheckpointError) -> Tensor {
    var result = try self.tensor(tensor)
    for transform in transforms {
      switch transform {
      case .kernelToHWIO: result = result.kernelToHWIO()
      case .kernelRotated: result = result.kernelRotated()
      case .rowsReordered(let map, let format):
        result = result.rowsReordered(map: map, from: format)
      case .squared: for index in result.values.indices { result.values[index].square() }
      case .gammaOfDeviation(let deviation, let epsilon):
        let deviations = try self.tensor(deviation)
        precondition(deviations.shape == result.shape, "\(deviation.path): \(deviations.shape)")
        for (index, sigma) in deviations.values.enumerated() {
          result.values[index].correct(deviation: sigma, epsilon: epsilon)
        }
      }
    }
    return result
  }

  /// Fills `buffer` with a tensor after `transforms`; without any, straight from the file.
  package func read(
    _ tensor: CheckpointTensor, applying transforms: [WeightTransform],
    into buffer: UnsafeMutableBufferPointer<Float>
  ) throws(CheckpointError) {
    guard !transforms.isEmpty else { return try unsafe read(tensor, into: buffer) }
    let values = try self.tensor(tensor, applying: transforms).values
    _ = unsafe buffer.update(fromContentsOf: values)
  }
}

extension Float {
  fileprivate mutating func square() { self = Float(Double(self) * Double(self)) }

  /// Keras 1 divided by the deviation and a constant of its own (`K.epsilon()` of then).
  fileprivate mutating func correct(deviation: Float, epsilon: Float) {
    let sigma = Double(deviation)
    self = Float(
      Double(self) * (sigma * sigma + Double(epsilon)).squareRoot() / (sigma + 1e-6))
  }
}

extension Tensor {
  /// O·I·H·W to H·W·I·O.
  fileprivate func kernelToHWIO() -> Tensor {
    let (outputs, inputs, area) = (shape[0], shape[1], shape[2] * shape[3])
    var result = Tensor(shape: WeightTransform.kernelToHWIO.shape(after: shape))
    for output in 0..<outputs {
      for input in 0..<inputs {
        for place in 0..<area {
          result.values[(place * inputs + input) * outputs + output] =
            values[(output * inputs + input) * area + place]
        }
      }
    }
    return result
  }

  /// H·W·I·O with rows and columns backwards.
  fileprivate func kernelRotated() -> Tensor {
    let area = shape[0] * shape[1]
    let block = shape[2] * shape[3]
    var result = self
    for place in 0..<area {
      let source = (area - 1 - place) * block
      result.values.replaceSubrange(
        place * block..<(place + 1) * block, with: values[source..<source + block])
    }
    return result
  }

  /// Rows of one order of a flattened map to the other.
  fileprivate func rowsReordered(map: ImageShape, from format: DataFormat) -> Tensor {
    precondition(shape[0] == map.elementCount, "\(shape[0]) rows for a map of \(map)")
    let width = shape.elementCount / max(shape[0], 1)
    let area = map.height * map.width
    var result = self
    for place in 0..<area {
      for channel in 0..<map.channels {
        let (first, last) = (channel * area + place, place * map.channels + channel)
        let (source, target) = format == .channelsFirst ? (first, last) : (last, first)
        result.values.replaceSubrange(
          target * width..<(target + 1) * width,
          with: values[source * width..<(source + 1) * width])
      }
    }
    return result
  }
}
