import Foundation

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

  /// Reads the config of a checkpoint, if it has one of a functional or sequential model.
  init(_ checkpoint: Checkpoint) {
    guard let json = checkpoint.modelConfig,
      let root = try? JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any],
      let model = root["config"] as? [String: Any],
      let layers = model["layers"] as? [[String: Any]]
    else { return }
    for (place, layer) in layers.enumerated() {
      let settings = layer["config"] as? [String: Any]
      guard let name = settings?["name"] as? String ?? layer["name"] as? String,
        let className = layer["class_name"] as? String
      else { continue }
      entries[name] = Entry(
        place: place,
        group: ConfiguredNames.group(
          ofClass: className.split(separator: ">").last.map(String.init) ?? ""),
        hasScale: settings?["scale"] as? Bool ?? true,
        hasCenter: settings?["center"] as? Bool ?? true)
    }
  }

  /// What the config tells of a layer of the file; `nil` for one inside another.
  func entry(of layer: CheckpointLayer) -> Entry? {
    layer.parents.isEmpty ? layer.name.flatMap { entries[$0] } : nil
  }
}
