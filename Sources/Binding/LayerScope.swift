import Checkpoints
import Networks

/// The part of a checkpoint in which a network's layers stand together.
///
/// A model that was built around another one holds it as a single layer: a model inside the model.
/// In the file its layers have that model's name before their own, `resnet50v2/conv1_conv`, and the
/// new head stands outside. Name maps say what comes after the prefix.
struct LayerScope {
  /// A layer with weights, and what it is called below the prefix; `nil` where the file has no names.
  typealias Member = (name: String?, layer: CheckpointLayer)

  /// The names of the models around the network, outermost first; empty for the file's own model.
  let prefix: [String]
  /// The layers below the prefix, in the file's order.
  let members: [Member]
  /// The layers elsewhere, under their own names.
  let others: [Member]

  /// What the file calls the layer that the network's names call `name`.
  func path(_ name: String) -> String { (prefix + [name]).joined(separator: "/") }

  /// The scopes of a checkpoint that may hold `graph`: the whole of it as it is named, each model
  /// inside the model that is large enough, and last all layers under their innermost names.
  static func candidates(for graph: Graph, in weighted: [CheckpointLayer]) -> [LayerScope] {
    let least = max(1, graph.weightedLayers.count / 4)
    var prefixes: [[String]] = []
    var counts: [[String]: Int] = [:]
    let components = weighted.map(\.components)
    for components in components {
      for end in components.indices.dropFirst().prefix(deepest) {
        let prefix = Array(components[..<end])
        if counts.updateValue(counts[prefix, default: 0] + 1, forKey: prefix) == nil {
          prefixes.append(prefix)
        }
      }
    }
    let large = prefixes.filter { counts[$0, default: 0] >= least }
    // Each costs a pass over the file; of many small ones none is the network's.
    let smallest = large.map { counts[$0, default: 0] }.sorted(by: >).prefix(most).last ?? 0
    let inner = large.filter { counts[$0, default: 0] >= smallest }.prefix(most)
    var scopes = ([[]] + inner).map { prefix in
      let isInside = components.map { $0.count > prefix.count && $0.starts(with: prefix) }
      let pairs = zip(isInside, zip(components, weighted))
      return LayerScope(
        prefix: prefix,
        members: pairs.filter(\.0).map { _, pair in
          (
            name: pair.1.name.map { _ in pair.0[prefix.count...].joined(separator: "/") },
            layer: pair.1
          )
        },
        others: pairs.filter { !$0.0 }.map { _, pair in (name: pair.1.name, layer: pair.1) })
    }
    if !inner.isEmpty {
      scopes.append(
        LayerScope(prefix: [], members: weighted.map { ($0.name, $0) }, others: []))
    }
    return scopes
  }

  /// How many models around a network are looked through.
  private static let deepest = 8
  /// How many models inside the model are tried, the largest of them.
  private static let most = 16
}

extension CheckpointLayer {
  /// The names of the models around it and its own, which may be a path itself; a layer that the file
  /// does not name ends in nothing.
  fileprivate var components: [String] {
    parents + (name?.split(separator: "/").map(String.init) ?? [""])
  }
}
