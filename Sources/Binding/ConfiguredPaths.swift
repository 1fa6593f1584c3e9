import Checkpoints
import KerasConfigs

/// The paths of a config's layers, and which of them a checkpoint's layer is.
struct ConfiguredPaths {
  private var all: Set<String> = []
  private var byName: [String: [String]] = [:]

  init(_ model: KerasModel) {
    model.forEachLayer { path, layer in
      let joined = path.joined(separator: "/")
      all.insert(joined)
      byName[layer.name, default: []].append(joined)
    }
  }

  /// The path of a layer, or `nil` if the config has none of its name, or several.
  func path(of layer: CheckpointLayer) -> String? {
    guard let name = layer.name else { return nil }
    return path(label: layer.label, name: name, model: layer.parents.first)
  }

  /// The path that a layer would have which the checkpoint lacks.
  func path(labelled label: String) -> String? { path(label: label, name: label, model: nil) }

  private func path(label: String, name: String, model: String?) -> String? {
    if all.contains(label) { return label }
    // A legacy file names only the outermost of the models around a layer.
    let prefix = model.map { "\($0)/" } ?? ""
    let matches = (byName[name] ?? []).filter { $0.hasPrefix(prefix) }
    return matches.count == 1 ? matches.first : nil
  }
}
