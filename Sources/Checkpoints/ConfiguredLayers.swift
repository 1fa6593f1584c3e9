import JSON
import KerasConfigs

/// What a model's config tells of its own layers: order and classes.
///
/// Layers inside a model or another layer are not among them.
struct ConfiguredLayers {
  /// A layer of the config.
  struct Entry {
    /// Its place among the layers, in the order of `model.layers`.
    let place: Int
    /// Its class as Keras 3 spells it in groups, `depthwise_conv2d`.
    let group: String
    /// Whether a normalisation scales, as the config says.
    let hasScale: Bool
    /// Whether a normalisation shifts, as the config says.
    let hasCenter: Bool
  }

  private var entries: [String: Entry] = [:]

  /// Takes the config of a checkpoint, if it has one of a functional or sequential model.
  init(_ checkpoint: Checkpoint) {
    for (place, layer) in (checkpoint.config?.model?.layers ?? []).enumerated() {
      entries[layer.name] = Entry(
        place: place, group: ConfiguredNames.group(ofClass: layer.className),
        hasScale: layer.settings["scale"]?.truth ?? true,
        hasCenter: layer.settings["center"]?.truth ?? true)
    }
  }

  /// What the config tells of a layer of the file; `nil` for one inside another.
  func entry(of layer: CheckpointLayer) -> Entry? {
    layer.parents.isEmpty ? layer.name.flatMap { entries[$0] } : nil
  }
}
