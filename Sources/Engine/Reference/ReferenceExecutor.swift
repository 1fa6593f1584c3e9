public import Networks
public import Tensors

/// Plain loops, one a layer, as in the papers: slow, and what everything else is held to.
///
/// Maps lie as N·H·W·C throughout; every sum runs in double precision and is rounded once.
public struct ReferenceExecutor: Executor {
  private let graph: Graph
  private let statistics: BatchStatistics
  private let taps: Set<Node.ID>
  private let weights: [Parameter: [Float]]

  /// Reads all weights of `bound`.
  ///
  /// - Parameters:
  ///   - bound: The network and its weights.
  ///   - statistics: Where batch norms take their statistics from.
  ///   - taps: The nodes whose values ``trace(_:)`` gives.
  /// - Throws: Whatever reading a weight throws.
  public init(
    _ bound: BoundGraph, statistics: BatchStatistics = .moving, taps: Set<Node.ID> = []
  ) throws {
    graph = bound.graph
    self.statistics = statistics
    self.taps = taps
    weights = try Dictionary(
      uniqueKeysWithValues: bound.graph.parameters.map { ($0, try bound.values(of: $0)) })
  }

  /// The result for a batch of images, laid out in the graph's data format.
  ///
  /// - Throws: ``EngineError`` when the images do not have the graph's input shape.
  public func run(_ images: Tensor) throws -> Tensor { try trace(images).result }

  /// The result, and the values of the nodes that were named when this executor was made.
  ///
  /// - Throws: ``EngineError`` when the images do not have the graph's input shape.
  public func trace(_ images: Tensor) throws -> Trace {
    let count = try graph.imageCount(in: images)
    let values = try activations(images, count: count)
    let output = Tensor(
      shape: graph.shape(of: graph.output, count: count), values: values[graph.output])
    let isMap = output.shape.rank == 4
    let tapped = taps.map {
      ($0, Tensor(shape: graph.shape(of: $0, count: count), values: values[$0]))
    }
    return Trace(
      result: isMap ? output.converted(from: .channelsLast, to: graph.dataFormat) : output,
      values: Dictionary(uniqueKeysWithValues: tapped))
  }

  /// The values of all nodes, maps as N·H·W·C.
  private func activations(_ images: Tensor, count: Int) throws -> [[Float]] {
    var values: [[Float]] = []
    for node in graph.nodes {
      let inputs = node.inputs.map { Feature(graph[$0].shape, count: count, values: values[$0]) }
      values.append(
        node.operation == .input
          ? images.converted(from: graph.dataFormat, to: .channelsLast).values
          : result(of: node, inputs, count: count))
    }
    return values
  }

  private func result(of node: Node, _ inputs: [Feature], count: Int) -> [Float] {
    let x = inputs[0]
    func weight(_ role: VariableRole) -> [Float]? {
      node.parameters.first { $0.role == role }.flatMap { weights[$0] }
    }
    func output() -> Feature { Feature(node.shape, count: count) }
    switch node.operation {
    case .input: preconditionFailure("the input has no inputs")
    case .convolution(let convolution):
      return convolve(x, convolution, weight(.kernel) ?? [], weight(.bias), into: output())
    case .batchNorm(let norm):
      let (mean, variance) =
        statistics == .ofBatch
        ? x.statistics() : (weight(.movingMean) ?? [], weight(.movingVariance) ?? [])
      return normalize(x, norm, weight(.gamma), weight(.beta), mean, variance)
    case .relu: return x.values.map { max($0, 0) }
    case .zeroPadding(let edges): return pad(x, edges, into: output())
    case .maxPool(let pooling):
      return pool(x, pooling, into: output()) { $0.max() ?? -.infinity }
    case .averagePool(let pooling):
      return pool(x, pooling, into: output(), average)
    case .globalAveragePool:
      let window = Extent(height: x.height, width: x.width)
      let whole = LayerOperation.Pooling(window: window, strides: 1, padding: .none)
      return pool(x, whole, into: output(), average)
    case .flatten(let order):
      return order == .channelsLast ? x.values : x.channelsFirst()
    case .dense(let dense):
      return multiply(x, dense, weight(.kernel) ?? [], weight(.bias))
    case .add: return zip(x.values, inputs[1].values).map { $0 + $1 }
    case .concatenate: return join(x, inputs[1])
    case .softmax: return (0..<count).flatMap { softmax(x.row($0)) }
    }
  }

  private func average(_ window: [Float]) -> Float {
    Float(window.reduce(0.0) { $0 + Double($1) } / Double(window.count))
  }
}

/// The probabilities of one row of logits, `exp(xᵢ − max) / Σ exp(xⱼ − max)`.
package func softmax(_ logits: some Collection<Float>) -> [Float] {
  // Subtracting the largest changes nothing but keeps exp from overflowing.
  let largest = logits.max() ?? 0
  let powers = logits.map { Double.exponential(of: $0 - largest) }
  let sum = powers.reduce(0, +)
  return powers.map { Float($0 / sum) }
}
