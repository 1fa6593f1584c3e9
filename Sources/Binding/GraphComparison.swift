import Layers
import Networks
import Tensors

/// A network of ours beside the one that the file describes, value by value.
///
/// Names and shapes of weights do not show what a network does between them: a rescaling before it, another
/// activation, another ε. Where the file tells, its network must be ours, in all that its result is made of.
struct GraphComparison {
  private let network: Graph
  private let file: Graph
  private var form = NormalForm()
  private let ours: [Int]
  private let its: [Int]

  /// Compares two networks whose weights come from one file.
  ///
  /// - Parameter weight: The tensor that a weight of either takes: of the first, then of the second.
  init(
    _ network: Graph, _ file: Graph, weight: (Parameter) -> String,
    weightOfFile: (Parameter) -> String
  ) {
    self.network = network
    self.file = file
    ours = form.numbers(of: network, weight: weight)
    its = form.numbers(of: file, weight: weightOfFile)
  }

  /// The first value in which the file's network differs; `nil` where the two are the same.
  mutating func firstDifference() -> BindingError.Disagreement? {
    let result = ours[network.output]
    let results = file.outputs.map { its[$0.value] }
    if results.contains(result) { return nil }
    // A file without its head may end in the map that our features are the mean of.
    if results.map({ form.mean(ofMap: $0) }).contains(result) { return nil }
    let known = Set(ours)
    let needed = form.values(below: results)
    let differing = file.nodes.first {
      needed.contains(its[$0.id]) && !known.contains(its[$0.id]) && !isInput($0)
    }
    if let differing { return difference(at: differing) }
    let (end, last) = (name(of: file, file.output), name(of: network, network.output))
    return BindingError.Disagreement(
      layer: last, layerName: end,
      words: "the file's model ends with \(end), the network with \(last)")
  }

  private func isInput(_ node: Node) -> Bool {
    if case .input = node.primitive { true } else { false }
  }

  private func difference(at node: Node) -> BindingError.Disagreement {
    let term = form[its[node.id]]
    let layer = file.layer(defining: node.id)
    let path = layer?.path ?? "the file's model"
    let name = layer.map { "\($0.path) (\($0.kerasClass))" } ?? path
    // The network's values that take the same weights; else those that read the same.
    let weights = Set(term.inputs.compactMap { form[$0].weight })
    let takers = network.nodes.filter { candidate in
      let other = form[ours[candidate.id]]
      guard other.primitive != nil else { return false }
      return weights.isEmpty
        ? !term.inputs.isEmpty && other.inputs.first == term.inputs.first
          || other.inputs == term.inputs && !term.inputs.isEmpty
        : weights.isSubset(of: other.inputs.compactMap { form[$0].weight })
    }
    for taker in takers {
      if let (setting, network, file) = Self.settings(
        of: form[ours[taker.id]].primitive, and: term.primitive)
      {
        let there = self.network.path(of: taker.id)
        return BindingError.Disagreement(
          layer: there, layerName: path,
          words: "\(there) has \(setting) \(network), \(path) has \(file)")
      }
    }
    if let layer, node.id > layer.nodes.lowerBound, let own = layer.layer.activation {
      return activation(own, layer)
    }
    if !weights.isEmpty {
      guard let taker = takers.first else {
        return BindingError.Disagreement(
          layer: nil, layerName: path,
          words: "\(name) has no layer of the network to its weights")
      }
      let there = network.path(of: taker.id)
      return BindingError.Disagreement(
        layer: there, layerName: path,
        words: "\(name) reads \(sources(of: node, in: file)), \(there) reads "
          + sources(of: taker, in: network))
    }
    let others = takers.map { network.path(of: $0.id) }.reduce(into: [String]()) {
      if !$0.contains($1) { $0.append($1) }
    }
    let words =
      others.isEmpty
      ? "\(name) reads \(sources(of: node, in: file)), which the network does not"
      : "\(name) stands behind \(sources(of: node, in: file)), where the network has "
        + others.joined(separator: " and ")
    return BindingError.Disagreement(layer: others.first, layerName: path, words: words)
  }

  /// A layer that ends with another activation than the network's one with the same weights.
  private func activation(
    _ own: String, _ layer: LayerSpan
  ) -> BindingError.Disagreement {
    let before = its[layer.nodes.lowerBound]
    let taker = network.nodes.first { ours[$0.id] == before }
    let there = taker.map { network.path(of: $0.id) } ?? "the network"
    return BindingError.Disagreement(
      layer: there, layerName: layer.path,
      words: "\(there) has activation linear, \(layer.path) has \(own)")
  }

  /// What a value is made of, by the names of layers.
  private func sources(of node: Node, in graph: Graph) -> String {
    node.inputs.map { name(of: graph, $0) }.joined(separator: " and ")
  }

  private func name(of graph: Graph, _ value: Node.ID) -> String {
    guard let layer = graph.layer(defining: value) else { return "a value" }
    return layer.layer is InputLayer ? "the image" : layer.path
  }
}

extension Float {
  /// The largest value that a function gives, as Keras writes it.
  fileprivate var limit: String { self == .infinity ? "none" : "\(self)" }
}

extension Function {
  /// What it is, without its numbers.
  fileprivate var name: String { String("\(self)".prefix { $0 != "(" }) }
}

extension GraphComparison {
  /// The first setting in which two primitives of one kind differ, with both values.
  private static func settings(
    of network: Primitive?, and file: Primitive?
  ) -> (setting: String, network: String, file: String)? {
    var pairs: [(String, String, String)]
    switch (network, file) {
    case (.window(let ours, let groups)?, .window(let its, let others)?):
      pairs = windows(ours, its, size: "kernel_size") + [("groups", "\(groups)", "\(others)")]
    case (.transposed(let ours)?, .transposed(let its)?):
      pairs = windows(ours, its, size: "kernel_size")
    case (.pool(let ours, let reduction)?, .pool(let its, let other)?):
      guard reduction == other else { return nil }
      pairs = windows(ours, its, size: "pool_size")
    case (.batchNormalize(let ours)?, .batchNormalize(let its)?):
      pairs = [
        ("epsilon", "\(ours.epsilon)", "\(its.epsilon)"), ("axis", "\(ours.axis)", "\(its.axis)"),
      ]
    case (
      .map(.relu(let slope, let largest, let threshold))?,
      .map(.relu(let itsSlope, let itsLargest, let itsThreshold))?
    ):
      pairs = [
        ("negative_slope", "\(slope)", "\(itsSlope)"),
        ("max_value", largest.limit, itsLargest.limit),
        ("threshold", "\(threshold)", "\(itsThreshold)"),
      ]
    case (.map(let ours)?, .map(let its)?):
      pairs = [("function", ours.name, its.name), ("function", "\(ours)", "\(its)")]
    case (.pad(let ours, let mode)?, .pad(let its, let other)?):
      pairs = [("padding", text(ours), text(its)), ("mode", "\(mode)", "\(other)")]
    case (.softmax(_, let ours)?, .softmax(_, let its)?): pairs = [("axis", "\(ours)", "\(its)")]
    case (.concatenate(let ours)?, .concatenate(let its)?):
      pairs = [("axis", "\(ours)", "\(its)")]
    default: return nil
    }
    return pairs.first { $0.1 != $0.2 }.map { ($0.0, $0.1, $0.2) }
  }

  private static func windows(
    _ ours: Windows, _ its: Windows, size: String
  ) -> [(String, String, String)] {
    func extents(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: "×") }
    return [
      (size, extents(ours.size), extents(its.size)),
      ("strides", extents(ours.strides), extents(its.strides)),
      ("dilation_rate", extents(ours.dilation), extents(its.dilation)),
      ("padding", text(ours.padding), text(its.padding)),
    ]
  }

  private static func text(_ edges: [Edge]) -> String {
    edges.map { "\($0.before),\($0.after)" }.joined(separator: ",")
  }
}
