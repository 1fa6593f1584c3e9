package import Checkpoints

extension NameMap {
  /// Whether a checkpoint may have the layer at `path`: false only where every layer has a name and none is the one that
  /// the map gives.
  ///
  /// It looks at names alone, so that a map of another network is told without tracing that network.
  package func mayFind(_ path: String, in checkpoint: Checkpoint) -> Bool {
    guard case .exact(let wanted)? = name(for: path) else { return true }
    let weighted = checkpoint.layers.filter { !$0.tensors.isEmpty }
    guard weighted.allSatisfy({ $0.name != nil }) else { return true }
    return weighted.contains { $0.label == wanted || $0.label.hasSuffix("/" + wanted) }
  }
}
