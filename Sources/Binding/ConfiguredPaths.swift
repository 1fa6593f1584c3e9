import Checkpoints
import KerasConfigs

/// The paths of a config's layers, and which of them a checkpoint's layer is.
struct ConfiguredPaths {
  private var all: Set<String> = []
  private var byName: [String: [String]] = [:]
  private var models: Set<String> = []

  init(_ model: KerasModel) {
    model.forEachLayer { path, layer in
      let joined = path.joined(separator: "/")
      all.insert(joined)
      if layer.model != nil { models.insert(joined) }
      byName[layer.name, default: []].append(joined)
    }
  }

  /// The path of a layer, or `nil` if the config has none of its name, or several.
  func path(of layer: CheckpointLayer) -> String? {
    guard let name = layer.name else { return nil }
    if let inner = onlyLayer(of: layer) {
      return path(label: "\(layer.label)/\(inner)", name: inner, model: layer.label)
    }
    return path(label: layer.label, name: name, model: layer.parents.first)
  }

  /// The only layer with weights of a model inside the model, for which a legacy file has one group as for a layer: the
  /// weights' names tell it, and what it wraps, `time_distributed/dense`.
  private func onlyLayer(of layer: CheckpointLayer) -> String? {
    models.contains(layer.label) ? layer.folderOfWeights : nil
  }

  /// The path of the layer inside which a checkpoint's layer is, and what it is called there: `query`, or
  /// `layer/query_dense`.
  func part(of layer: CheckpointLayer) -> (path: String, name: String)? {
    let label = onlyLayer(of: layer).map { "\(layer.label)/\($0)" } ?? layer.label
    let names = label.split(separator: "/").map(String.init)
    guard layer.name != nil, names.count > 1 else { return nil }
    for end in names.indices.dropFirst().reversed() {
      let outer = names[..<end].joined(separator: "/")
      if let path = path(label: outer, name: names[end - 1], model: end > 1 ? names[0] : nil) {
        return (path, names[end...].joined(separator: "/"))
      }
    }
    return nil
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

extension CheckpointLayer {
  /// What stands before the variable in the names of all its weights: `dense` in `dense/kernel:0`.
  fileprivate var folderOfWeights: String? {
    let folders = Set(
      tensors.map { $0.name.split(separator: "/").dropLast().joined(separator: "/") })
    return folders.count == 1 ? folders.first.flatMap { $0.isEmpty ? nil : $0 } : nil
  }
}
