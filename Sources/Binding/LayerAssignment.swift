package import Checkpoints
import KerasConfigs
import Layers
package import Networks
import Tensors

/// Which layer of a checkpoint belongs to which layer of a graph, by name alone.
///
/// Shapes take no part: a layer that is found by its shape may be the wrong one.
package struct LayerAssignment {
  /// The checkpoint's layer for the path of a graph's layer.
  private(set) var layers: [String: CheckpointLayer] = [:]
  /// The checkpoint's layers for the parts of a graph's layer, by what the file calls them.
  private(set) var parts: [String: [String: CheckpointLayer]] = [:]
  /// By what evidence each layer was found.
  private(set) var evidence: [String: Evidence] = [:]
  /// What the checkpoint should call the layer at a path.
  private(set) var wanted: [String: String] = [:]
  /// Where the numbers in automatic names contradict the order of layers in the file.
  private(set) var contradictions: [BindingError.Contradiction] = []

  /// The names of the models inside the file's model in which the network stands, outermost first.
  private(set) var scope: [String] = []

  /// Why a layer of the file is taken for one of the network.
  package enum Evidence: String, Sendable {
    /// The name map gives its name.
    case name
    /// The name map gives the beginning of its name, the order of creation its number.
    case number
    /// It has no name; its class and its place in Keras's order tell.
    case ordinal = "class and ordinal"
    /// Everything else is found, and it is the only dense layer that is left.
    case onlyDense = "only dense layer left"
    /// The user asked to pair layers in order.
    case order
  }

  /// Assigns by the names in the file or, where a `.weights.h5` has none, by class and ordinal.
  ///
  /// Of all models inside the model, the one is taken that has most of the network's layers.
  package init(_ graph: Graph, _ checkpoint: Checkpoint, _ map: NameMap) {
    let weighted = checkpoint.layers.filter { !$0.tensors.isEmpty }
    var best = Self()
    for scope in LayerScope.candidates(for: graph, in: weighted) {
      let other = Self(graph, scope, map)
      if best.wanted.isEmpty || other.layers.count > best.layers.count { best = other }
    }
    self = best
    // Where a file sorts its layers by name, their order says nothing about the network.
    if !checkpoint.recordsLayerOrder { contradictions = [] }
  }

  private init(_ graph: Graph, _ scope: LayerScope, _ map: NameMap) {
    self.scope = scope.prefix
    if scope.members.contains(where: { $0.name != nil }) {
      assignByName(graph, scope, map)
    } else {
      assignByOrdinal(graph, scope)
    }
    assignHead(graph, scope)
  }

  private init() {}

  /// Takes pairs that something else than a name has found.
  init(paired: some Sequence<(String, CheckpointLayer)>) {
    for (path, layer) in paired {
      layers[path] = layer
      wanted[path] = layer.label
      evidence[path] = .order
    }
  }

  /// Takes each layer of the file's own network by the name that its config gives it.
  init(itsOwn graph: Graph, _ checkpoint: Checkpoint, _ model: KerasModel) {
    let paths = ConfiguredPaths(model)
    let weighted = checkpoint.layers.filter { !$0.tensors.isEmpty }
    let found = Dictionary(grouping: weighted.filter { paths.path(of: $0) != nil }) {
      paths.path(of: $0) ?? ""
    }
    for layer in weighted where paths.path(of: layer) == nil {
      guard let (path, name) = paths.part(of: layer) else { continue }
      parts[path, default: [:]][name] = layer
    }
    for node in graph.weightedLayers {
      wanted[node.path] = node.path
      evidence[node.path] = .name
      // A name that two of the file's layers have tells neither.
      layers[node.path] = found[node.path].flatMap { $0.count == 1 ? $0[0] : nil }
    }
  }

  /// The checkpoint's layer for the graph's layer at `path`.
  package subscript(path: String) -> CheckpointLayer? { layers[path] }

  /// The checkpoint's layer that has a parameter: that of the part whose weight it is, or else of the layer.
  func layer(of parameter: Parameter) -> CheckpointLayer? {
    let found = parameter.part.lazy.compactMap { self.parts[parameter.layer]?[$0] }.first
    return found ?? layers[parameter.layer]
  }

  /// The names of the models around a layer, and its own, also where the file has them as one path.
  func place(of layer: CheckpointLayer) -> LayerPlace {
    let group = layer.kerasClass == nil ? nil : layer.location
    let prefix = scope.joined(separator: "/") + "/"
    guard layer.parents.isEmpty, !scope.isEmpty, let name = layer.name, name.hasPrefix(prefix)
    else { return LayerPlace(parents: layer.parents, name: layer.name, group: group) }
    return LayerPlace(parents: scope, name: String(name.dropFirst(prefix.count)), group: group)
  }

  private mutating func assignByName(_ graph: Graph, _ scope: LayerScope, _ map: NameMap) {
    let named = Self.byName(scope.members)
    let outside = Self.byName(scope.others)
    var numbered: [String: [String]] = [:]
    for node in graph.weightedLayers {
      switch map.name(for: node.path) {
      case .exact(let name):
        wanted[node.path] = scope.path(name)
        layers[node.path] = named[name] ?? outside[name]
        evidence[node.path] = .name
      case .numbered(let base): numbered[base, default: []].append(node.path)
      case nil: wanted[node.path] = "a name that the name map does not have"
      }
    }
    for (base, paths) in numbered {
      let bases = [base] + LayerName.otherClasses(than: base)
      // Each class counts for itself, so that two of them in one network have no common order.
      let found = bases.filter { base in
        scope.members.contains { LayerName.number(in: $0.name ?? "", base: base) != nil }
      }
      assign(paths, base: found.count == 1 ? found[0] : base, scope)
    }
    // A number below a scope is of a TensorFlow graph, whose variables a file lists by name.
    let isScoped = numbered.keys.contains { $0.contains("/") }
    if !numbered.isEmpty && !isScoped { compareOrder(graph, scope.members.map(\.layer)) }
  }

  /// Layers by name; a name that two of them have tells neither.
  private static func byName(_ members: [LayerScope.Member]) -> [String: CheckpointLayer] {
    let groups = Dictionary(grouping: members.filter { $0.name != nil }, by: { $0.name ?? "" })
    return groups.compactMapValues { $0.count == 1 ? $0[0].layer : nil }
  }

  /// Matches the graph's layers, in order of creation, with the file's, in order of their numbers.
  private mutating func assign(_ paths: [String], base: String, _ scope: LayerScope) {
    let candidates =
      scope.members
      .compactMap { member in
        LayerName.number(in: member.name ?? "", base: base)
          .map { (number: $0, layer: member.layer) }
      }
      .sorted { $0.number < $1.number }
    let ranks = NumberedRanks(candidates.map(\.number), of: paths.count)
    for (rank, path) in paths.enumerated() {
      if let place = ranks.places[rank] {
        layers[path] = candidates[place].layer
        evidence[path] = .number
        wanted[path] = candidates[place].layer.label
      } else {
        let number = ranks.number(ofMissing: rank)
        wanted[path] = scope.path(number == 0 ? base : "\(base)_\(number)")
      }
    }
  }

  /// Whoever trains a network for classes of his own gives it a new head, and the head a name: where
  /// only the head is missing, it is the dense layer that is left, if that is one.
  private mutating func assignHead(_ graph: Graph, _ scope: LayerScope) {
    let weighted = graph.weightedLayers
    guard let head = weighted.last, head.layer is Dense, layers[head.path] == nil,
      layers.count == weighted.count - 1
    else { return }
    let used = Set(layers.values.map(\.location))
    let left = (scope.members + scope.others).map(\.layer)
      .filter { !used.contains($0.location) && $0.isDense(tensors: head.parameters.count) }
    if left.count == 1 {
      layers[head.path] = left[0]
      evidence[head.path] = .onlyDense
      wanted[head.path] = left[0].label
    } else if left.count > 1 {
      let names = left.map(\.label).joined(separator: ", ")
      wanted[head.path] = "the only dense layer that is left, but there are \(left.count): \(names)"
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
  private mutating func assignByOrdinal(_ graph: Graph, _ scope: LayerScope) {
    struct Place: Hashable {
      let kerasClass: String
      let ordinal: Int
    }
    var places: [Place: CheckpointLayer] = [:]
    for layer in scope.members.map(\.layer) where layer.parents == scope.prefix {
      guard let kerasClass = layer.kerasClass, let ordinal = layer.ordinal else { continue }
      places[Place(kerasClass: kerasClass, ordinal: ordinal)] = layer
    }
    let classes = Set(places.keys.map(\.kerasClass))
    let norms = ([LayerName.batchNorm] + LayerName.batchNormClasses).filter(classes.contains)
    var counters: [String: Int] = [:]
    for node in graph.kerasLayerOrder() {
      var kerasClass = node.kerasGroup
      if kerasClass == LayerName.batchNorm, norms.count == 1 { kerasClass = norms[0] }
      let ordinal = counters[kerasClass, default: 0]
      counters[kerasClass] = ordinal + 1
      wanted[node.path] = scope.path(ordinal == 0 ? kerasClass : "\(kerasClass)_\(ordinal)")
      layers[node.path] = places[Place(kerasClass: kerasClass, ordinal: ordinal)]
      evidence[node.path] = .ordinal
    }
  }
}

/// Where a layer stands in a checkpoint.
package struct LayerPlace: Sendable, Hashable {
  /// The names of the models around it, outermost first.
  package let parents: [String]
  /// Its own name, where it has one.
  package let name: String?
  /// Its group in a v3 layout.
  package let group: String?
}

extension CheckpointLayer {
  /// Whether it has the weights of a dense layer, as many as `tensors`.
  fileprivate func isDense(tensors count: Int) -> Bool {
    tensors.count == count && tensor(.kernel, at: 0)?.shape.rank == 2
      && tensors.allSatisfy { $0.shape.rank <= 2 }
  }
}

extension LayerSpan {
  /// The base name of the group that a `.weights.h5` gives a layer of this class.
  package var kerasGroup: String {
    ConfiguredNames.group(ofClass: kerasClass)
  }
}
