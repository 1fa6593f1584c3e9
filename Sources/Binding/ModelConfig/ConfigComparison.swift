import KerasConfigs
import Networks
import Tensors

/// A network beside the one that the file's config describes, value by value.
///
/// Names and shapes of weights do not show what a network does between them: a rescaling before it, another
/// activation, another ε. Where the file tells, its network must be ours, in all that its result is made of.
struct ConfigComparison {
  private var table = TermTable()
  private let graph: Graph
  private let configured: ConfiguredNetwork
  /// The number of each node's value.
  private var numbers: [Int] = []
  /// The node that takes the weights of each layer of the config.
  private var takers: [String: Node] = [:]

  /// Compares `graph`, whose layers were assigned by names, with the model of the file.
  init(_ graph: Graph, _ assignment: LayerAssignment, _ model: KerasModel) {
    self.graph = graph
    let paths = ConfiguredPaths(model)
    for node in graph.nodes {
      var weights: String?
      if !node.parameters.isEmpty {
        // A layer that the file lacks and may lack is still the one that the config names so.
        let path =
          assignment[node.path].flatMap(paths.path)
          ?? assignment.wanted[node.path].flatMap(paths.path(labelled:))
        weights = path ?? "no layer of the config: \(node.path)"
        if let path { takers[path] = node }
      }
      numbers.append(
        table.value(
          node.operation, of: node.inputs.map { [numbers] in numbers[$0] },
          shape: node.inputs.first.map { graph[$0].shape }, weights: weights))
    }
    configured = ConfiguredNetwork(model, image: graph.input, in: &table)
  }

  /// The first value in which the file's network differs; `nil` where the two are the same.
  mutating func firstDifference() -> BindingError.Disagreement? {
    let result = table.logits(of: numbers[graph.output])
    let results = configured.results.map(table.logits)
    if results.contains(result) { return nil }
    // A file without its head may end in the map that our features are the mean of.
    let means = results.map { table.value(.globalAveragePool, of: [$0], shape: nil) }
    if means.contains(result) { return nil }

    let known = Set(numbers)
    let needed = table.values(below: results)
    let steps = configured.steps.filter {
      needed.contains($0.result) && !known.contains($0.result)
    }
    if let step = steps.first(where: { $0.problem?.isRoot == true }) ?? steps.first {
      return difference(at: step)
    }
    let end = results.first.map(source) ?? "nothing"
    return BindingError.Disagreement(
      layer: graph[graph.output].path, layerName: end,
      words: "the file's model ends with \(end), the network with \(graph[graph.output].path)")
  }

  /// The activation with which the file's model ends behind the logits, if it has one.
  var lastActivation: String? {
    let logits = table.logits(of: numbers[graph.output])
    for result in configured.results where table.logits(of: result) == logits && result != logits {
      if case .activation(let name) = table[result].operation { return name }
      return "softmax"
    }
    return nil
  }

  private func difference(at step: ConfiguredNetwork.Step) -> BindingError.Disagreement {
    let name = "\(step.path) (\(step.layer.className))"
    if let problem = step.problem {
      return BindingError.Disagreement(
        layer: nil, layerName: step.path, words: "\(name) \(problem.reason)")
    }
    // A layer's own activation stands behind what it computes with its weights.
    var term = table[step.result]
    if term.weights == nil, let input = term.inputs.first, table[input].weights == step.path {
      guard let node = takers[step.path] else { return without(step, name) }
      if numbers[node.id] == input {
        return setting("activation", "linear", activation(term), at: node, step)
      }
      term = table[input]
    }
    guard term.weights != nil else { return weightless(step, term, name) }
    guard let node = takers[step.path] else { return without(step, name) }
    if let (setting, network, file) = Self.settings(of: table[numbers[node.id]], and: term) {
      return self.setting(setting, network, file, at: node, step)
    }
    return BindingError.Disagreement(
      layer: node.path, layerName: step.path,
      words: "\(name) reads \(sources(term)), \(node.path) reads \(networkSources(of: node))")
  }

  private func without(
    _ step: ConfiguredNetwork.Step, _ name: String
  ) -> BindingError.Disagreement {
    BindingError.Disagreement(
      layer: nil, layerName: step.path, words: "\(name) has no layer of the network to its weights")
  }

  /// A pooling, a ReLU, a sum: other than the network's one in its place, or one more.
  private func weightless(
    _ step: ConfiguredNetwork.Step, _ term: Term, _ name: String
  ) -> BindingError.Disagreement {
    let others = graph.nodes.filter { node in
      let other = table[numbers[node.id]]
      return other.inputs == term.inputs && !term.inputs.isEmpty
    }
    for node in others {
      if let (setting, network, file) = Self.settings(of: table[numbers[node.id]], and: term) {
        return self.setting(setting, network, file, at: node, step)
      }
    }
    let there = others.map(\.path).joined(separator: " and ")
    let words =
      others.isEmpty
      ? "\(name) reads \(sources(term)), which the network does not"
      : "\(name) stands behind \(sources(term)), where the network has \(there)"
    return BindingError.Disagreement(
      layer: others.first?.path, layerName: step.path, words: words)
  }

  private func setting(
    _ setting: String, _ network: String, _ file: String, at node: Node,
    _ step: ConfiguredNetwork.Step
  ) -> BindingError.Disagreement {
    BindingError.Disagreement(
      layer: node.path, layerName: step.path,
      words: "\(node.path) has \(setting) \(network), \(step.path) has \(file)")
  }

  private func activation(_ term: Term) -> String {
    switch term.operation {
    case .activation(let name): name
    case .known(.relu): "relu"
    case .known(.softmax): "softmax"
    default: "another"
    }
  }

  /// What a value of the config is made of, by the names of layers.
  private func sources(_ term: Term) -> String {
    term.inputs.map(source).joined(separator: " and ")
  }

  private func source(_ number: Int) -> String {
    if case .known(.input) = table[number].operation { return "the image" }
    return configured.steps.first { $0.result == number }?.path
      ?? numbers.firstIndex(of: number).map { graph[$0].path } ?? "something else"
  }

  private func networkSources(of node: Node) -> String {
    node.inputs.map { graph[$0].path == "input" ? "the image" : graph[$0].path }
      .joined(separator: " and ")
  }
}

extension ConfigComparison {
  /// The first setting in which two operations of one kind differ, with both values.
  private static func settings(
    of network: Term, and file: Term
  ) -> (setting: String, network: String, file: String)? {
    let pairs: [(String, any Hashable, any Hashable)]
    switch (network.operation, file.operation) {
    case (.known(.convolution(let ours)), .known(.convolution(let its))):
      pairs = [
        ("filters", ours.filters, its.filters), ("kernel_size", ours.kernel, its.kernel),
        ("strides", ours.strides, its.strides), ("dilation_rate", ours.dilation, its.dilation),
        ("groups", ours.groups, its.groups), ("padding", ours.padding, its.padding),
      ]
    case (.known(.batchNorm(let ours)), .known(.batchNorm(let its))):
      pairs = [("epsilon", ours.epsilon, its.epsilon)]
    case (.known(.dense(let ours)), .known(.dense(let its))):
      pairs = [("units", ours.units, its.units)]
    case (.known(.maxPool(let ours)), .known(.maxPool(let its))),
      (.known(.averagePool(let ours)), .known(.averagePool(let its))):
      pairs = [
        ("pool_size", ours.window, its.window), ("strides", ours.strides, its.strides),
        ("padding", ours.padding, its.padding),
      ]
    case (.known(.zeroPadding(let ours)), .known(.zeroPadding(let its))):
      pairs = [("zeros", ours, its)]
    default: return nil
    }
    for (setting, ours, its) in pairs where AnyHashable(ours) != AnyHashable(its) {
      return (setting, "\(ours)", "\(its)")
    }
    return nil
  }
}
