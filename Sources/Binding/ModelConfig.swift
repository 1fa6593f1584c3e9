import Checkpoints
import Foundation
import Networks
import Tensors

/// The architecture that a checkpoint carries as JSON, as far as it can contradict a graph: what
/// neither names nor shapes of weights show.
struct ModelConfig {
  /// A layer as Keras describes it.
  struct Layer {
    /// Keras's class, `Conv2D`.
    let className: String
    /// The settings, by Keras's own keys.
    let settings: [String: Any]
    /// The paths of the layers that it reads; `nil` where the config does not tell.
    let inputs: [String]?
    /// How often the model calls it; more than once, its weights are shared.
    let calls: Int
  }

  /// All layers by path: those of a model inside the model after its name, `resnet50v2/conv1_conv`.
  private(set) var layers: [String: Layer] = [:]

  /// Reads the config of a functional or sequential model of Keras 2 or 3; `nil` for other text.
  init?(_ json: String?) {
    guard let json, let root = try? JSONSerialization.jsonObject(with: Data(json.utf8)),
      let model = root as? [String: Any], let config = model["config"] as? [String: Any]
    else { return nil }
    collect(config, below: [])
    if layers.isEmpty { return nil }
  }

  private mutating func collect(_ model: [String: Any], below parents: [String]) {
    guard let entries = model["layers"] as? [[String: Any]] else { return }
    var previous: String?
    for entry in entries {
      guard let settings = entry["config"] as? [String: Any],
        let name = settings["name"] as? String ?? entry["name"] as? String
      else { continue }
      let path = (parents + [name]).joined(separator: "/")
      let nodes = entry["inbound_nodes"] as? [Any]
      // A sequential model has no nodes: each layer reads the one before.
      let inputs: [String]? =
        if let nodes { nodes.isEmpty ? [] : Self.names(nodes[0]) } else {
          previous.map { [$0] } ?? []
        }
      layers[path] = Layer(
        className: entry["class_name"] as? String ?? "", settings: settings,
        inputs: inputs?.map { (parents + [$0]).joined(separator: "/") },
        calls: nodes?.count ?? 1)
      collect(settings, below: parents + [name])
      previous = name
    }
  }

  /// The names of the layers that a node reads, as Keras 2 or 3 writes them.
  private static func names(_ node: Any) -> [String]? {
    if let parts = node as? [Any] {
      // Keras 2: `[["conv1", 0, 0, {}], …]`, or one such list for an operation of TensorFlow.
      let tensors = parts.first is String ? [parts] : parts.compactMap { $0 as? [Any] }
      return tensors.compactMap { $0.first as? String }
    }
    guard let arguments = (node as? [String: Any])?["args"] as? [Any] else { return nil }
    // Keras 3: `{"args": [{"config": {"keras_history": ["conv1", 0, 0]}}]}`.
    let tensors = arguments.flatMap { $0 as? [Any] ?? [$0] }
    return tensors.compactMap { tensor in
      let config = (tensor as? [String: Any])?["config"] as? [String: Any]
      return (config?["keras_history"] as? [Any])?.first as? String
    }
  }

  /// The path of a checkpoint's layer, or `nil` if the config has none of its name, or several.
  func path(of layer: CheckpointLayer) -> String? {
    guard let name = layer.name else { return nil }
    if layers[layer.label] != nil { return layer.label }
    // A legacy file names only the outermost of the models around a layer.
    let matches = layers.keys.filter { path in
      path.hasSuffix("/\(name)") && path.hasPrefix(layer.parents.first.map { "\($0)/" } ?? "")
    }
    return matches.count == 1 ? matches.first : nil
  }
}
