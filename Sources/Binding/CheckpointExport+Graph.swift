package import Checkpoints
package import Networks
import Tensors

extension CheckpointExport {
  /// The weights of a checkpoint under the names and in the order that Keras gives `graph`'s layers.
  ///
  /// Layers of a model inside the model stay there.
  ///
  /// - Throws: ``BindingError`` with everything that does not fit.
  package init(
    _ checkpoint: Checkpoint, as graph: Graph, using map: NameMap
  ) throws(BindingError) {
    _ = try graph.bound(to: checkpoint, using: map)
    let assignment = LayerAssignment(graph, checkpoint, map)
    let names = map.layerNames(of: graph)
    let layers = graph.kerasLayerOrder().map { node in
      guard let layer = assignment[node.path] else {
        preconditionFailure("\(node.path) is bound and has no layer")
      }
      let (parents, name) = assignment.place(of: layer)
      return Layer(
        name: name ?? names[node.path] ?? node.path, parents: parents,
        group: layer.kerasClass == nil ? nil : layer.location,
        kerasClass: node.operation.kerasGroup,
        variables: node.parameters.enumerated().compactMap { index, parameter in
          layer.tensor(parameter.role, at: index).map { (parameter.role, $0) }
        })
    }
    self.init(layers: layers, source: checkpoint)
  }
}

extension NameMap {
  /// What Keras would call each layer of `graph` in a process that builds nothing else.
  func layerNames(of graph: Graph) -> [String: String] {
    var names: [String: String] = [:]
    var counters: [String: Int] = [:]
    for node in graph.nodes where !node.parameters.isEmpty {
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
