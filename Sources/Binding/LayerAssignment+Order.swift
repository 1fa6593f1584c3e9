import Checkpoints
import Networks
import Tensors

extension LayerAssignment {
  /// Pairs the checkpoint's layers with the network's one by one, both in the order of Keras's
  /// `model.layers`: what Keras itself does by default, made safe.
  ///
  /// - Throws: ``OrderError`` where the numbers of layers differ, or where layers of the same shapes
  ///   stand side by side, so that another order would pass unseen.
  init(byOrder graph: Graph, _ checkpoint: Checkpoint) throws(OrderError) {
    let network = graph.kerasLayerOrder()
    let file = checkpoint.layers.filter { !$0.tensors.isEmpty }
    guard checkpoint.format.keepsOrder else { throw .noOrder }
    if let inner = file.first(where: { !$0.parents.isEmpty }) { throw .inner(inner.label) }
    guard network.count == file.count else {
      throw .count(
        network: network.count, file: file.count, parting: Self.parting(network, file))
    }
    if let pair = graph.indistinguishableLayers().first {
      throw .swappable(pair.0.path, pair.1.path)
    }
    self.init(paired: zip(network.map(\.path), file))
  }

  /// The first place at which two rows of layers differ, in words.
  private static func parting(_ network: [LayerSpan], _ file: [CheckpointLayer]) -> String {
    let place =
      zip(network, file).enumerated()
      .first { $1.0.parameters.map(\.shape) != $1.1.tensors.map(\.shape) }?.offset
      ?? min(network.count, file.count)
    let theirs = place < file.count ? file[place].label : "nothing"
    let ours = place < network.count ? network[place].path : "nothing"
    return "they part where the file has \(theirs) and the network \(ours)"
  }
}

/// Why a checkpoint cannot be bound by order.
public enum OrderError: Error, Hashable, CustomStringConvertible {
  /// The layout does not keep the order of layers.
  case noOrder
  /// A layer stands in a model inside the model, where Keras moves frozen layers to the end.
  case inner(String)
  /// The numbers of layers with weights differ; `parting` tells where.
  case count(network: Int, file: Int, parting: String)
  /// Two layers of the network have the same shapes and neither comes before the other.
  case swappable(String, String)

  /// What keeps the order from telling which layer is which.
  public var description: String {
    switch self {
    case .noOrder: "this layout does not keep the order of layers"
    case .inner(let name):
      "\(name) stands in a model inside the model, where Keras lists frozen layers after all others: "
        + "the order tells nothing"
    case .count(let network, let file, let parting):
      "\(file) layers with weights in the file, \(network) in the network; \(parting)"
    case .swappable(let first, let second):
      "\(first) and \(second) have weights of the same shapes and stand side by side: a file that "
        + "lists them the other way round would be loaded wrongly without a sign"
    }
  }
}

extension Graph {
  /// The pairs of layers whose weights have the same shapes and of which neither reads the other's
  /// result, however far on: main path and shortcut.
  func indistinguishableLayers() -> [(LayerSpan, LayerSpan)] {
    var ancestors: [Set<LayerSpan.ID>] = []
    for layer in layers {
      ancestors.append(
        layers(before: layer).reduce(into: []) { $0.formUnion(ancestors[$1.id].union([$1.id])) })
    }
    let weighted = weightedLayers
    var pairs: [(LayerSpan, LayerSpan)] = []
    for (place, node) in weighted.enumerated() {
      for earlier in weighted[..<place]
      where !ancestors[node.id].contains(earlier.id)
        && earlier.parameters.map(\.shape) == node.parameters.map(\.shape)
      {
        pairs.append((earlier, node))
      }
    }
    return pairs
  }
}
