import Checkpoints
import Foundation
import Networks
import Tensors

extension ModelConfig {
  /// A setting with its values in the network and in the file; `nil` where the file has none.
  typealias Comparison = (setting: String, network: String, file: String?)

  /// Where a checkpoint's layer is set up otherwise than `node`; empty if the config does not have it.
  func disagreements(
    of node: Node, in graph: Graph, as layer: CheckpointLayer
  ) -> [BindingError.Disagreement] {
    guard let path = path(of: layer), let described = layers[path] else { return [] }
    let config = described.settings
    var pairs: [Comparison] = [("calls", "1", calls(of: path))]
    switch node.operation {
    case .batchNorm(let norm):
      pairs.append(("epsilon", "\(norm.epsilon)", Self.float(config["epsilon"]).map { "\($0)" }))
      pairs.append(("axis", "that of the channels", misplacedAxis(config["axis"])))
    case .convolution(let convolution):
      pairs.append(("strides", "\(convolution.strides)", Self.extent(config["strides"])))
      pairs.append(
        ("dilation_rate", "\(convolution.dilation)", Self.extent(config["dilation_rate"])))
      pairs.append(
        ("groups", "\(convolution.groups)", (config["groups"] as? Int).map { "\($0)" }))
      // Our ReLU is a layer of its own; Keras may have it in the convolution.
      let activation = config["activation"] as? String
      let readers = graph.nodes.filter { $0.inputs.contains(node.id) }
      if activation != "relu" || !readers.allSatisfy({ $0.operation == .relu }) {
        pairs.append(("activation", "linear", activation))
      }
      pairs.append(padding(of: convolution, at: node, in: graph, path: path))
    case .dense:
      pairs.append(("pooling", "GlobalAveragePooling2D", otherPooling(beforeHead: path)))
      // The network ends in logits, whatever the file's model makes of them.
      let activation = config["activation"] as? String
      if activation != "softmax" && activation != "sigmoid" {
        pairs.append(("activation", "linear", activation))
      }
    default: break
    }
    if let pool = pool(before: node, in: graph, path: path) { pairs.append(pool) }
    return pairs.compactMap { pair in
      guard let file = pair.file, file != pair.network else { return nil }
      return BindingError.Disagreement(
        layer: node.path, layerName: layer.label, setting: pair.setting, network: pair.network,
        file: file)
    }
  }

  /// How often a layer runs for one image: its own calls, and those of the models around it.
  private func calls(of path: String) -> String? {
    var calls = 1
    var names: [String] = []
    for name in path.split(separator: "/") {
      names.append(String(name))
      calls *= max(1, layers[names.joined(separator: "/")]?.calls ?? 1)
    }
    return "\(calls)"
  }

  /// The axis of a normalisation of maps where it is not the channels'; `nil` where it is.
  private func misplacedAxis(_ value: Any?) -> String? {
    guard let axis = value as? Int ?? (value as? [Int])?.first else { return nil }
    let formats = Set(layers.values.compactMap { $0.settings["data_format"] as? String })
    guard formats.count == 1 else { return nil }
    let isRight = formats == ["channels_first"] ? axis == 1 || axis == -3 : axis == 3 || axis == -1
    return isRight ? nil : "\(axis)"
  }

  /// A number as float32, in which the network computes.
  private static func float(_ value: Any?) -> Float? { (value as? Double).map { Float($0) } }

  /// A pair of numbers as the network writes it.
  static func extent(_ value: Any?) -> String? { pair(value).map { "\($0)" } }

  /// A pair of numbers, height and width.
  static func pair(_ value: Any?) -> Extent? {
    guard let pair = value as? [Int], pair.count == 2 else { return nil }
    return Extent(height: pair[0], width: pair[1])
  }
}
