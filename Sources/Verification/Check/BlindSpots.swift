import Layers
package import Networks

/// What no comparison of batch norms' statistics can see, however it is done.
public struct BlindSpots: Codable, Sendable, Hashable {
  /// Kernels and biases after which no batch norm follows.
  public var layers: [String]
  /// Batch norms of which gamma and beta cannot be seen, though mean and variance can.
  public var scalesOf: [String]

  /// Follows every path from the result back to the batch norms that it meets first.
  ///
  /// A weight shows only in the statistics of a batch norm that reads, at whatever distance, what
  /// the weight has touched.
  package init(of graph: Graph) {
    // Whether some batch norm reads the layer's value, directly or through others.
    var isRead = Array(repeating: false, count: graph.layers.count)
    for layer in graph.layers.reversed() where layer.isBatchNorm || isRead[layer.id] {
      for input in graph.layers(before: layer) { isRead[input.id] = true }
    }
    let unread = graph.weightedLayers.filter { !isRead[$0.id] }
    layers = unread.filter { !$0.isBatchNorm }.map(\.path)
    scalesOf = unread.filter(\.isBatchNorm).map(\.path)
  }

  /// What is blind by its nature, in any network.
  public static let always = [
    "padding, the place of strides, mirrored or rotated kernels: statistics over a whole map hardly "
      + "move",
    "the order of the colours (RGB or BGR), where the images' channels are alike on the whole",
    "epsilon, pooling and the order of the classes",
  ]

  /// All of it, a line each.
  public var lines: [String] {
    var lines: [String] = []
    if !layers.isEmpty {
      lines.append("no batch norm follows: " + layers.joined(separator: ", "))
    }
    if !scalesOf.isEmpty {
      lines.append(
        "gamma and beta, which no batch norm follows: " + scalesOf.joined(separator: ", "))
    }
    return lines + Self.always
  }
}

extension LayerSpan {
  var isBatchNorm: Bool { layer is BatchNormalization }
}
