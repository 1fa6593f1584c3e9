import Layers
import Networks
import Tensors

/// A batch norm with the statistics of its file and those of images.
struct MeasuredNorm {
  let node: LayerSpan
  let file: ChannelStatistics
  let measured: ChannelStatistics

  var epsilon: Double {
    (node.layer as? BatchNormalization).map { Double($0.epsilon) } ?? 0
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
    // Whether a suspicious batch norm lies on some way from the images to the layer's value.
    var isDisturbed = Array(repeating: false, count: graph.layers.count)
    for layer in graph.layers {
      isDisturbed[layer.id] =
        wrongNodes.contains(layer.id)
        || graph.layers(before: layer).contains { isDisturbed[$0.id] }
    }
    let sound = Set(norms.indices.filter { !wrong.contains($0) }.map { norms[$0].node.inputs[0] })
    for index in wrong {
      let norm = norms[index]
      comparisons[index].lookalikes = norm.lookalikes(
        among: norms, within: min(comparisons[index].limit, comparisons[index].misfit / 2))
      let follows = graph.layers(before: norm.node).contains { isDisturbed[$0.id] }
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
    norms.filter { $0.node.id != node.id && $0.node.channels == node.channels }
      .map { (path: $0.node.path, misfit: measured.misfit(to: $0.file, epsilon: epsilon)) }
      .filter { $0.misfit <= limit }
      .sorted { $0.misfit < $1.misfit }
      .map(\.path)
  }

  /// The layers with weights on the ways to this one, as far back as a value that a sound batch
  /// norm reads, or a batch norm.
  private func suspects(in graph: Graph, upTo sound: Set<Node.ID>) -> [String] {
    var found: Set<LayerSpan.ID> = []
    var seen: Set<LayerSpan.ID> = []
    var waiting = graph.layers(before: node)
    while let next = waiting.popLast() {
      guard !sound.contains(next.output), seen.insert(next.id).inserted else { continue }
      if !next.parameters.isEmpty || next.inputs.isEmpty { found.insert(next.id) }
      if !next.isBatchNorm { waiting += graph.layers(before: next) }
    }
    return found.sorted().map { graph.layers[$0].path }
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
