import Binding
package import JSON
import Layers
import Networks

extension ExportedNetwork {
  /// What a config is written into, which tells some words of it.
  package enum Container: Sendable {
    /// `.keras`, which tells the module of each class.
    case archive
    /// `.h5`, which does not.
    case wholeModel
  }

  /// The version of Keras whose words a config has.
  package static let kerasVersion = "2.15.0"

  /// The config of the network as Keras 2 writes it, all of which Keras 3 reads too.
  ///
  /// Layers stand in the order in which Keras lists them: its counters of groups follow that.
  package func config(named name: String, for container: Container) -> JSONTree {
    let calls = Calls(graph)
    let config: [String: JSONTree] = [
      "name": .string(name), "trainable": .truth(true),
      "layers": .list(layers.map { entry($0, calls, container) }),
      "input_layers": .list(graph.inputs.map { reference(to: $0.value, calls) }),
      "output_layers": .list(graph.ends.map { reference(to: $0.value, calls) }),
    ]
    switch container {
    case .wholeModel:
      return .object(["class_name": .string("Functional"), "config": .object(config)])
    case .archive:
      // The name under which both generations export what is functional inside.
      return .object([
        "class_name": .string("Model"), "module": .string("keras"), "registered_name": .null,
        "config": .object(config),
      ])
    }
  }

  /// The layers as Keras lists them; inputs that nothing reads are last.
  var layers: [LayerSpan] {
    let read = graph.kerasModelOrder()
    let known = Set(read.map(\.id))
    return read + graph.layers.filter { $0.layer is InputLayer && !known.contains($0.id) }
  }

  /// The calls of each layer, which all have its path, and which of them each one is.
  private struct Calls {
    let ofPath: [String: [LayerSpan]]
    let number: [LayerSpan.ID: Int]

    init(_ graph: Graph) {
      ofPath = Dictionary(grouping: graph.layers, by: \.path)
      number = Dictionary(
        uniqueKeysWithValues: ofPath.values.flatMap { calls in
          calls.enumerated().map { ($1.id, $0) }
        })
    }
  }

  private func entry(_ layer: LayerSpan, _ calls: Calls, _ container: Container) -> JSONTree {
    guard let common = layer.layer as? any CommonLayer, var settings = common.settings else {
      preconditionFailure("\(layer.path) (\(layer.kerasClass)) has no settings")
    }
    settings["name"] = .string(layer.path)
    settings["dtype"] = .string("float32")
    if !(layer.layer is InputLayer) { settings["trainable"] = .truth(true) }
    let own = layer.layer is InputLayer ? [] : calls.ofPath[layer.path] ?? []
    var entry: [String: JSONTree] = [
      "class_name": .string(layer.kerasClass), "name": .string(layer.path),
      "config": .object(settings), "inbound_nodes": .list(own.map { arguments(of: $0, calls) }),
    ]
    if container == .archive {
      entry["module"] = .string("keras.layers")
      entry["registered_name"] = .null
    }
    return .object(entry)
  }

  /// What one call of a layer reads.
  private func arguments(of call: LayerSpan, _ calls: Calls) -> JSONTree {
    .list(
      zip(call.inputs, call.sources).map { value, source in
        guard case .list(let parts) = reference(to: value, from: source, calls) else {
          return .null
        }
        return .list(parts + [.object([:])])
      })
  }

  /// The layer that gives a value, which of its calls, and which of the results of that.
  private func reference(
    to value: Node.ID, from source: LayerSpan.ID? = nil, _ calls: Calls
  ) -> JSONTree {
    guard let layer = source.map({ graph.layers[$0] }) ?? graph.layer(defining: value) else {
      preconditionFailure("no layer gives value \(value)")
    }
    let call = calls.number[layer.id] ?? 0
    let place = layer.outputs.firstIndex(of: value) ?? 0
    return .list([.string(layer.path), .integer(call), .integer(place)])
  }
}
