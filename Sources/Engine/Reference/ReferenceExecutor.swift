public import Networks
public import Tensors

/// Plain loops, one a primitive, as in the papers: slow, and what everything else is held to.
///
/// Every sum runs in double precision and is rounded once.
public struct ReferenceExecutor: Executor {
  private let graph: Graph
  private let statistics: BatchStatistics
  private let taps: Set<Node.ID>
  private let weights: [[Float]]

  /// Reads all weights of `bound`.
  ///
  /// - Parameters:
  ///   - bound: The network and its weights.
  ///   - statistics: Where batch norms take their statistics from.
  ///   - taps: The values that ``trace(_:)`` gives.
  /// - Throws: Whatever reading a weight throws.
  public init(
    _ bound: BoundGraph, statistics: BatchStatistics = .moving, taps: Set<Node.ID> = []
  ) throws {
    self.init(
      bound.graph, weights: try bound.graph.parameters.map { try bound.values(of: $0) },
      statistics: statistics, taps: taps)
  }

  /// Takes weights in the order of the graph's parameters.
  package init(
    _ graph: Graph, weights: [[Float]], statistics: BatchStatistics = .moving,
    taps: Set<Node.ID> = []
  ) {
    self.graph = graph
    self.weights = weights
    self.statistics = statistics
    self.taps = taps
  }

  /// The results for a batch of each of the graph's inputs, and the values of the nodes that were named when
  /// this executor was made.
  ///
  /// - Throws: ``EngineError`` when the tensors do not have the graph's input shapes.
  public func trace(_ inputs: [Tensor]) throws -> Trace {
    let count = try graph.count(of: inputs)
    var values: [ReferenceArray] = []
    for node in graph.nodes {
      if let port = graph.inputs.firstIndex(where: { $0.value == node.id }) {
        values.append(ReferenceArray([count] + node.shape.dimensions, inputs[port].values))
      } else {
        values.append(result(of: node, values, count: count))
      }
    }
    func tensor(_ value: Node.ID) -> Tensor {
      Tensor(shape: graph.shape(of: value, count: count), values: values[value].values)
    }
    return Trace(
      results: graph.outputs.map { tensor($0.value) },
      values: Dictionary(uniqueKeysWithValues: taps.map { ($0, tensor($0)) }))
  }

  private func result(of node: Node, _ values: [ReferenceArray], count: Int) -> ReferenceArray {
    let operands = node.operands.map { operand(of: $0, values) }
    let x = isValue(node.operands[0]) ? operands[0] : repeated(operands[0], count)
    let extents = [count] + node.shape.dimensions
    switch node.primitive {
    case .input: preconditionFailure("\(node.id) is no input of the graph")
    case .window(let windows, let groups):
      return x.convolved(
        windows, groups: groups, kernel: operands[1],
        bias: operands.count > 2 ? operands[2] : nil, into: extents)
    case .transposed(let windows):
      return x.convolvedTransposed(
        windows, kernel: operands[1], bias: operands.count > 2 ? operands[2] : nil, into: extents)
    case .pool(let windows, let reduction): return x.pooled(windows, reduction, into: extents)
    case .contract(let contraction):
      return x.contracted(
        contraction, with: operands[1], isBatch: isValue(node.operands[1]),
        bias: operands.count > 2 ? operands[2] : nil, into: extents)
    case .map(let function): return x.mapped(function)
    case .zip(let arithmetic):
      let rank = node.shape.rank
      return aligned(node.operands[0], operands[0], rank)
        .zipped(arithmetic, aligned(node.operands[1], operands[1], rank), into: extents)
    case .reduce(let reduction, let axes, _):
      return x.reduced(reduction, axes: axes.map { $0 + 1 }, into: extents)
    case .softmax(let kind, let axes): return x.softmax(kind, axes: axes.map { $0 + 1 })
    case .normalize(let axes, let settings):
      return x.normalized(settings, axes: axes.map { $0 + 1 })
    case .select:
      let rank = node.shape.rank
      let all = zip(node.operands, operands).map { aligned($0, $1, rank) }
      return all[0].selecting(all[1], all[2], into: extents)
    case .gather(let axis):
      return x.gathered(
        isValue(node.operands[1]) ? operands[1] : repeated(operands[1], count), axis: axis + 1,
        into: extents)
    case .batchNormalize(let norm):
      var (mean, variance) = (operands[1].values, operands[2].values)
      if statistics == .ofBatch { (mean, variance) = x.statistics(alongAxis: norm.axis) }
      return x.normalized(
        norm, mean: mean, variance: variance, gamma: norm.hasScale ? operands[3].values : nil,
        beta: norm.hasCenter ? operands[operands.count - 1].values : nil)
    case .reshape: return ReferenceArray(extents, x.values)
    case .permute(let axes): return x.permuted(axes)
    case .slice(let slices): return x.sliced(slices)
    case .pad(let edges, let mode): return x.padded(edges, mode)
    case .concatenate(let axis):
      return .concatenated(
        zip(node.operands, operands).map { isValue($0) ? $1 : repeated($1, count) }, axis: axis)
    case .resize(let resize): return x.resized(resize)
    }
  }

  private func isValue(_ operand: Operand) -> Bool {
    if case .value = operand { true } else { false }
  }

  private func operand(of operand: Operand, _ values: [ReferenceArray]) -> ReferenceArray {
    switch operand {
    case .value(let id): values[id]
    case .parameter(let place, let shape): ReferenceArray(shape.dimensions, weights[place])
    case .constant(let place, let shape):
      ReferenceArray(shape.dimensions, graph.constants[place].values)
    }
  }

  /// What has no batch, once for each image.
  private func repeated(_ array: ReferenceArray, _ count: Int) -> ReferenceArray {
    ReferenceArray(
      [count] + array.extents, Array(repeatElement(array.values, count: count).joined()))
  }

  /// An array with axes of 1 behind the batch until it has `rank` of them; without a batch, one of 1 there.
  private func aligned(
    _ operand: Operand, _ array: ReferenceArray, _ rank: Int
  ) -> ReferenceArray {
    let own = isValue(operand) ? Array(array.extents.dropFirst()) : array.extents
    let batch = isValue(operand) ? array.extents[0] : 1
    return ReferenceArray(
      [batch] + Array(repeating: 1, count: rank - own.count) + own, array.values)
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
