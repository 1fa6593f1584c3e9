package import Checkpoints
package import Networks

/// Which layer of a checkpoint belongs to which layer of a graph, by name alone.
///
/// Shapes take no part: a layer that is found by its shape may be the wrong one.
package struct LayerAssignment {
  /// The checkpoint's layer for the path of a graph's layer.
  private(set) var layers: [String: CheckpointLayer] = [:]
  /// By what evidence each layer was found.
  private(set) var evidence: [String: Evidence] = [:]
  /// What the checkpoint should call the layer at a path.
  private(set) var wanted: [String: String] = [:]
  /// Where the numbers in automatic names contradict the order of layers in the file.
  private(set) var contradictions: [BindingError.Contradiction] = []

  /// Why a layer of the file is taken for one of the network.
  package enum Evidence: String, Sendable {
    /// The name map gives its name.
    case name
    /// The name map gives the beginning of its name, the order of creation its number.
    case number
    /// It has no name; its class and its place in Keras's order tell.
    case ordinal = "class and ordinal"
    /// The user asked to pair layers in order.
    case order
  }

  /// Assigns by the names in the file or, where a `.weights.h5` has none, by class and ordinal.
  package init(_ graph: Graph, _ checkpoint: Checkpoint, _ map: NameMap) {
    let weighted = checkpoint.layers.filter { !$0.tensors.isEmpty }
    if weighted.contains(where: { $0.name != nil }) {
      assignByName(graph, weighted, map)
      // Where a file sorts its layers by name, their order says nothing about the network.
      if !checkpoint.recordsLayerOrder { contradictions = [] }
    } else {
      assignByOrdinal(graph, weighted)
    }
  }

  /// Takes pairs that something else than a name has found.
  init(paired: some Sequence<(String, CheckpointLayer)>) {
    for (path, layer) in paired {
      layers[path] = layer
      wanted[path] = layer.label
      evidence[path] = .order
    }
  }

  /// The checkpoint's layer for the graph's layer at `path`.
  package subscript(path: String) -> CheckpointLayer? { layers[path] }

  private mutating func assignByName(
    _ graph: Graph, _ weighted: [CheckpointLayer], _ map: NameMap
  ) {
    let named = Dictionary(
      weighted.compactMap { layer in layer.name.map { ($0, layer) } },
      uniquingKeysWith: { first, _ in first })
    var numbered: [String: [String]] = [:]
    for node in graph.nodes where !node.parameters.isEmpty {
      switch map.name(for: node.path) {
      case .exact(let name):
        wanted[node.path] = name
        layers[node.path] = named[name]
        evidence[node.path] = .name
      case .numbered(let base): numbered[base, default: []].append(node.path)
      case nil: wanted[node.path] = "a name that the name map does not have"
      }
    }
    for (base, paths) in numbered { assign(paths, base: base, weighted) }
    // A number below a scope is of a TensorFlow graph, whose variables a file lists by name.
    let isScoped = numbered.keys.contains { $0.contains("/") }
    if !numbered.isEmpty && !isScoped { compareOrder(graph, weighted) }
  }

  /// Matches the graph's layers, in order of creation, with the file's, in order of their numbers.
  private mutating func assign(_ paths: [String], base: String, _ weighted: [CheckpointLayer]) {
    let candidates =
      weighted
      .compactMap { layer in
        LayerName.number(in: layer.name ?? "", base: base).map { (number: $0, layer: layer) }
      }
      .sorted { $0.number < $1.number }
    for (rank, path) in paths.enumerated() {
      if rank < candidates.count {
        layers[path] = candidates[rank].layer
        evidence[path] = .number
        wanted[path] = candidates[rank].layer.name
      } else {
        let next = (candidates.last?.number ?? -1) + 1 + rank - candidates.count
        wanted[path] = next == 0 ? base : "\(base)_\(next)"
      }
    }
  }

  /// The file lists layers in an order of its own, which must tell the same as the numbers.
  ///
  /// A network built in another order would bind without a mismatch wherever two shapes agree;
  /// this is the evidence that it was not.
  private mutating func compareOrder(_ graph: Graph, _ weighted: [CheckpointLayer]) {
    let pathOf = Dictionary(
      layers.map { ($1.location, $0) }, uniquingKeysWith: { first, _ in first })
    let order = graph.kerasLayerOrder().map(\.path).filter { layers[$0] != nil }
    // A `.weights.h5` counts each class apart, a legacy file lists all layers in one row.
    let classes = Set(weighted.map(\.kerasClass))
    for kerasClass in classes {
      let inFile = weighted.filter { $0.kerasClass == kerasClass }
        .compactMap { pathOf[$0.location] }
      let members = Set(inFile)
      let inNetwork = order.filter(members.contains)
      for (file, network) in zip(inFile, inNetwork) where file != network {
        contradictions.append(
          BindingError.Contradiction(
            name: layers[file]?.name ?? file, byNumber: file, byOrder: network))
      }
    }
  }

  /// Keras numbers the groups of each class in the order of `model.layers`.
  private mutating func assignByOrdinal(_ graph: Graph, _ weighted: [CheckpointLayer]) {
    struct Place: Hashable {
      let kerasClass: String
      let ordinal: Int
    }
    var places: [Place: CheckpointLayer] = [:]
    for layer in weighted where layer.parents.isEmpty {
      guard let kerasClass = layer.kerasClass, let ordinal = layer.ordinal else { continue }
      places[Place(kerasClass: kerasClass, ordinal: ordinal)] = layer
    }
    var counters: [String: Int] = [:]
    for node in graph.kerasLayerOrder() {
      let kerasClass = node.operation.kerasGroup
      let ordinal = counters[kerasClass, default: 0]
      counters[kerasClass] = ordinal + 1
      wanted[node.path] = ordinal == 0 ? kerasClass : "\(kerasClass)_\(ordinal)"
      layers[node.path] = places[Place(kerasClass: kerasClass, ordinal: ordinal)]
      evidence[node.path] = .ordinal
    }
  }
}

extension LayerOperation {
  /// The base name of the group that a `.weights.h5` gives a layer of this class.
  var kerasGroup: String {
    switch self {
    case .convolution: "conv2d"
    case .batchNorm: "batch_normalization"
    case .dense: "dense"
    default: kerasClass.lowercased()
    }
  }
}
