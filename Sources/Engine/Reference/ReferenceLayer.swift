package import Networks
package import Tensors

/// One layer with its weights, apart from any network.
package struct ReferenceLayer {
  /// What it computes.
  package var operation: LayerOperation
  /// Its weights, in Keras's order of axes.
  package var weights: [VariableRole: [Float]]

  /// Puts a layer together; `weights` has an array for everything that `operation` needs.
  package init(_ operation: LayerOperation, weights: [VariableRole: [Float]] = [:]) {
    self.operation = operation
    self.weights = weights
  }

  /// The result for inputs that lie as N·H·W·C or N·C; `shape` is that of the result for one image.
  package func output(of inputs: [Tensor], shape: FeatureShape) -> Tensor {
    let count = inputs[0].count
    let features = inputs.map { tensor in
      let image = DataFormat.channelsLast.image(in: tensor.shape)
      let shape = image.map(FeatureShape.map) ?? .vector(tensor.values.count / max(count, 1))
      return Feature(shape, count: count, values: tensor.values)
    }
    let extents: Shape =
      switch shape {
      case .map(let image): DataFormat.channelsLast.shape(of: image, count: count)
      case .vector(let length): [count, length]
      }
    return Tensor(shape: extents, values: values(of: features, shape: shape, count: count))
  }

  func values(of inputs: [Feature], shape: FeatureShape, count: Int) -> [Float] {
    let x = inputs[0]
    func output() -> Feature { Feature(shape, count: count) }
    switch operation {
    case .input: preconditionFailure("the input has no inputs")
    case .convolution(let convolution):
      return convolve(x, convolution, weights[.kernel] ?? [], weights[.bias], into: output())
    case .batchNorm(let norm):
      return normalize(
        x, norm, weights[.gamma], weights[.beta], weights[.movingMean] ?? [],
        weights[.movingVariance] ?? [])
    case .relu: return x.values.map { max($0, 0) }
    case .zeroPadding(let edges): return pad(x, edges, into: output())
    case .maxPool(let pooling):
      return pool(x, pooling, into: output()) { $0.max() ?? -.infinity }
    case .averagePool(let pooling): return pool(x, pooling, into: output(), Self.average)
    case .globalAveragePool:
      let window = Extent(height: x.height, width: x.width)
      let whole = LayerOperation.Pooling(window: window, strides: 1, padding: .none)
      return pool(x, whole, into: output(), Self.average)
    case .flatten(let order):
      return order == .channelsLast ? x.values : x.channelsFirst()
    case .dense(let dense): return multiply(x, dense, weights[.kernel] ?? [], weights[.bias])
    case .add: return zip(x.values, inputs[1].values).map { $0 + $1 }
    case .concatenate: return join(x, inputs[1])
    case .softmax: return (0..<count).flatMap { softmax(x.row($0)) }
    }
  }

  private static func average(_ window: [Float]) -> Float {
    Float(window.reduce(0.0) { $0 + Double($1) } / Double(window.count))
  }
}
