import Checkpoints
import Foundation
import Networks

/// The architecture that a checkpoint carries as JSON, as far as it can contradict a graph: what
/// neither names nor shapes of weights show.
struct ModelConfig {
  /// The settings of a layer, by Keras's own keys.
  private let settings: [String: [String: Any]]

  /// Reads the config of a functional or sequential model of Keras 2 or 3; `nil` for other text.
  init?(_ json: String?) {
    guard let json, let root = try? JSONSerialization.jsonObject(with: Data(json.utf8)),
      let model = root as? [String: Any], let config = model["config"] as? [String: Any],
      let layers = config["layers"] as? [[String: Any]]
    else { return nil }
    var settings: [String: [String: Any]] = [:]
    for layer in layers {
      guard let config = layer["config"] as? [String: Any],
        let name = config["name"] as? String ?? layer["name"] as? String
      else { continue }
      settings[name] = config
    }
    self.settings = settings
  }

  /// Where the layer called `name` is set up otherwise than `node`; empty if the config has no such
  /// layer.
  func disagreements(
    of node: Node, in graph: Graph, named name: String
  ) -> [BindingError.Disagreement] {
    guard let config = settings[name] else { return [] }
    var pairs: [(setting: String, network: String, file: String?)] = []
    switch node.operation {
    case .batchNorm(let layer):
      pairs.append(("epsilon", "\(layer.epsilon)", Self.float(config["epsilon"]).map { "\($0)" }))
    case .convolution(let layer):
      pairs.append(("strides", "\(layer.strides)", Self.extent(config["strides"])))
      pairs.append(("dilation_rate", "\(layer.dilation)", Self.extent(config["dilation_rate"])))
      pairs.append(("groups", "\(layer.groups)", (config["groups"] as? Int).map { "\($0)" }))
      // Our ReLU is a layer of its own; Keras may have it in the convolution.
      let activation = config["activation"] as? String
      let readers = graph.nodes.filter { $0.inputs.contains(node.id) }
      if activation != "relu" || !readers.allSatisfy({ $0.operation == .relu }) {
        pairs.append(("activation", "linear", activation))
      }
    default: break
    }
    return pairs.compactMap { pair in
      guard let file = pair.file, file != pair.network else { return nil }
      return BindingError.Disagreement(
        layer: node.path, layerName: name, setting: pair.setting, network: pair.network,
        file: file)
    }
  }

  /// A number as float32, in which the network computes.
  private static func float(_ value: Any?) -> Float? { (value as? Double).map { Float($0) } }

  /// A pair of numbers as the network writes it.
  private static func extent(_ value: Any?) -> String? {
    guard let pair = value as? [Int], pair.count == 2 else { return nil }
    return "\(Extent(height: pair[0], width: pair[1]))"
  }
}
