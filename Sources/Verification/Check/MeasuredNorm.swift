import Networks
import Tensors

/// A batch norm with the statistics of its file and those of images.
struct MeasuredNorm {
  let node: Node
  let file: ChannelStatistics
  let measured: ChannelStatistics

  var epsilon: Double {
    guard case .batchNorm(let layer) = node.operation else { return 0 }
    return Double(layer.epsilon)
  }

  /// The same, the images' statistics as a file would hold them that lags.
  func lagging(by lag: Double) -> MeasuredNorm {
    MeasuredNorm(node: node, file: file, measured: measured.lagging(by: lag))
  }

  /// Compares all batch norms of a network, and tells causes from effects.
  static func judged(_ norms: [MeasuredNorm], in graph: Graph) -> [NormComparison] {
    var comparisons = norms.map { norm in
      NormComparison(
        layer: norm.node.path, file: norm.file, measured: norm.measured, epsilon: norm.epsilon)
    }
    let wrong = norms.indices.filter { comparisons[$0].verdict != .fits }
    let wrongNodes = Set(wrong.map { norms[$0].node.id })
    // Whether a suspicious batch norm lies on some way from the images to the node's value.
    var isDisturbed = Array(repeating: false, count: graph.nodes.count)
    for node in graph.nodes {
      isDisturbed[node.id] =
        wrongNodes.contains(node.id) || node.inputs.contains { isDisturbed[$0] }
    }
    let sound = Set(norms.indices.filter { !wrong.contains($0) }.map { norms[$0].node.inputs[0] })
    for index in wrong {
      let norm = norms[index]
      comparisons[index].lookalikes = norm.lookalikes(
        among: norms, within: min(comparisons[index].limit, comparisons[index].misfit / 2))
      let follows = norm.node.inputs.contains { isDisturbed[$0] }
      if follows, comparisons[index].lookalikes.isEmpty {
        comparisons[index].verdict = .follows
      } else {
        comparisons[index].suspects = norm.suspects(in: graph, upTo: sound)
      }
    }
    return comparisons
  }

  /// The batch norms whose statistics in the file fit what this one reads, the best first.
  private func lookalikes(among norms: [MeasuredNorm], within limit: Double) -> [String] {
    norms.filter { $0.node.id != node.id && $0.node.shape.channels == node.shape.channels }
      .map { (path: $0.node.path, misfit: measured.misfit(to: $0.file, epsilon: epsilon)) }
      .filter { $0.misfit <= limit }
      .sorted { $0.misfit < $1.misfit }
      .map(\.path)
  }

  /// The layers with weights on the ways to this one, as far back as a value that a sound batch
  /// norm reads, or a batch norm.
  private func suspects(in graph: Graph, upTo sound: Set<Node.ID>) -> [String] {
    var found: Set<Node.ID> = []
    var seen: Set<Node.ID> = []
    var waiting = node.inputs
    while let id = waiting.popLast() {
      guard !sound.contains(id), seen.insert(id).inserted else { continue }
      let next = graph[id]
      if !next.parameters.isEmpty || next.inputs.isEmpty { found.insert(id) }
      if !next.isBatchNorm { waiting += next.inputs }
    }
    return found.sorted().map { graph[$0].path }
  }
}

extension ChannelStatistics {
  /// The moving statistics among a batch norm's weights.
  init(_ weights: LayerWeights) {
    self.init(
      means: (weights[.movingMean] ?? []).map(Double.init),
      variances: (weights[.movingVariance] ?? []).map(Double.init))
  }
}
