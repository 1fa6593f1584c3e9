import Tensors

/// A recorded network as far as pairing goes: which layer reads which, in one vocabulary.
///
/// Keras writes the same network in several ways: a ReLU as a layer of its own or at the end of a
/// convolution, padding as a layer or as a property. Here a fused activation is a node of its own,
/// and what only moves or drops values at training is passed through.
struct NetworkOutline {
  struct Node {
    /// The place of the layer in the manifest.
    let layer: Int
    let name: String
    let kind: String
    /// The nodes that it reads, behind whatever is passed through.
    let inputs: [Int]
    let shape: Shape
    /// Whether the layer's recorded values are those of this node, not of a later one.
    let isRecorded: Bool
    /// Whether pairing goes by it: a padding is paired only after everything else.
    let isPadding: Bool
  }

  private(set) var nodes: [Node] = []
  /// The nodes that read a node, each with the place among its inputs.
  private(set) var readers: [[(node: Int, place: Int)]] = []

  init(_ layers: [GoldenManifest.Layer]) {
    /// The node that a layer's readers read, with and without padding.
    var values: [String: Int] = [:]
    for (index, layer) in layers.enumerated() {
      let inputs = layer.inputs.compactMap { values[$0] }
      let kinds = Self.kinds(of: layer)
      guard !kinds.isEmpty else {
        values[layer.name] = inputs.first
        continue
      }
      for (place, kind) in kinds.enumerated() {
        let isPadding = kind == "ZeroPadding2D"
        let reads = place == 0 ? inputs.map(behindPadding) : [nodes.count - 1]
        nodes.append(
          Node(
            layer: index, name: layer.name, kind: kind, inputs: reads, shape: Shape(layer.shape),
            isRecorded: place == kinds.count - 1, isPadding: isPadding))
      }
      values[layer.name] = nodes.count - 1
    }
    readers = Array(repeating: [], count: nodes.count)
    for (index, node) in nodes.enumerated() {
      for (place, input) in node.inputs.enumerated() { readers[input].append((index, place)) }
    }
  }

  /// The node itself or, of a padding, the one that is padded.
  private func behindPadding(_ node: Int) -> Int {
    nodes[node].isPadding ? nodes[node].inputs.first.map(behindPadding) ?? node : node
  }

  /// The operations of a layer in order, by Keras's classes; none for what passes values through.
  private static func kinds(of layer: GoldenManifest.Layer) -> [String] {
    let activation = layer.activation.flatMap { activations[$0] ?? $0 }
    switch layer.kind {
    case "Dropout", "SpatialDropout2D", "Identity", "ActivityRegularization", "GaussianNoise":
      return []
    case "Activation": return activation.map { $0 == "linear" ? [] : [$0] } ?? [layer.kind]
    default:
      let kind = synonyms[layer.kind] ?? layer.kind
      guard let activation, activation != "linear", activation != kind else { return [kind] }
      return [kind, activation]
    }
  }

  private static let activations = ["relu": "ReLU", "softmax": "Softmax"]

  /// Operators and functions that a model may have in place of layers.
  private static let synonyms = [
    "Relu": "ReLU", "Pad": "ZeroPadding2D",
    "Mean": "GlobalAveragePooling2D",
  ]
}

extension NetworkOutline {
  /// For each node a number that is equal for two nodes whose futures are alike: the same kinds and
  /// shapes of all layers up to the result.
  ///
  /// It tells a block's projection from its main path where both read the same and have one shape.
  func futures(depth: Int) -> [Int] {
    var futures = nodes.map { node in
      var hasher = Hasher()
      hasher.combine(node.kind)
      hasher.combine(node.shape)
      return hasher.finalize()
    }
    let own = futures
    for _ in 0..<depth {
      let before = futures
      futures = nodes.indices.map { index in
        var hasher = Hasher()
        hasher.combine(own[index])
        let seen = readers[index].filter { !nodes[$0.node].isPadding }.map { reader in
          var hasher = Hasher()
          hasher.combine(before[reader.node])
          // Of what is joined side by side, the order counts.
          if nodes[reader.node].kind == "Concatenate" { hasher.combine(reader.place) }
          return hasher.finalize()
        }
        hasher.combine(seen.sorted())
        return hasher.finalize()
      }
    }
    return futures
  }
}
