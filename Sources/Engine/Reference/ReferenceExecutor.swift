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
    var values: [VariableRole: [Float]] = [:]
    for parameter in node.parameters { values[parameter.role] = weights[parameter] }
    if statistics == .ofBatch, case .batchNorm = node.operation {
      let (mean, variance) = inputs[0].statistics()
      values[.movingMean] = mean
      values[.movingVariance] = variance
    }
    return ReferenceLayer(node.operation, weights: values)
      .values(of: inputs, shape: node.shape, count: count)
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
