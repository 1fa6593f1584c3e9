package import Checkpoints
import Networks

extension CheckpointExport {
  /// The weights of a plan under the names and in the order that Keras gives `graph`'s layers.
  ///
  /// Layers of a model inside the model stay there.
  ///
  /// - Throws: ``Incomplete/weight(_:)`` for one that the plan was allowed to lack.
  package init(
    _ plan: BindingPlan, of checkpoint: Checkpoint, using map: NameMap
  ) throws(Incomplete) {
    let graph = plan.boundGraph.graph
    let names = plan.layerNames(using: map)
    let steps = Dictionary(
      plan.steps.map { ($0.parameter, $0) }, uniquingKeysWith: { first, _ in first })
    var layers: [Layer] = []
    for node in graph.kerasLayerOrder() {
      var variables: [Variable] = []
      for parameter in node.parameters {
        guard let step = steps[parameter] else { throw .weight(parameter.path) }
        variables.append(
          Variable(role: parameter.role, tensor: step.tensor, transforms: step.transforms))
      }
      let place = node.parameters.first.flatMap { steps[$0]?.place }
      layers.append(
        Layer(
          name: names[node.path] ?? node.path, parents: place?.parents ?? [],
          group: place?.group, kerasClass: node.kerasGroup, variables: variables))
    }
    self.init(layers: layers, source: checkpoint)
  }
}

extension BindingPlan {
  /// What the layers with weights are called by their paths: as in the file, or where it does not tell as Keras
  /// would call them.
  package func layerNames(using map: NameMap) -> [String: String] {
    var names = map.layerNames(of: boundGraph.graph)
    for step in steps {
      if let name = step.place.name { names[step.parameter.layer] = name }
    }
    return names
  }
}

extension NameMap {
  /// What Keras would call each layer of `graph` in a process that builds nothing else.
  fileprivate func layerNames(of graph: Graph) -> [String: String] {
    var names: [String: String] = [:]
    var counters: [String: Int] = [:]
    for node in graph.weightedLayers {
      switch name(for: node.path) {
      case .exact(let name): names[node.path] = name
      case .numbered(let base):
        let number = counters[base, default: 0]
        counters[base] = number + 1
        names[node.path] = number == 0 ? base : "\(base)_\(number)"
      case nil: break
      }
    }
    return names
  }
}
