// A head reads features that were pooled over the whole map; by the mean or the maximum, their shape is
// the same.
extension ModelConfig {
  /// How the file's model makes the features that the dense layer at `path` reads, where that is not
  /// by the mean; `nil` where it is, or where it is not known.
  func otherPooling(beforeHead path: String) -> String? {
    var place = path
    for _ in layers.indices {
      guard let inputs = layers[place]?.inputs, inputs.count == 1 else { return nil }
      place = inputs[0]
      // The result of a model inside the model is that of its last layer.
      while let last = lastLayer(of: place) { place = last }
      switch layers[place]?.className {
      case "Dropout", "Activation": continue
      case "GlobalMaxPooling2D": return "GlobalMaxPooling2D"
      default: return nil
      }
    }
    return nil
  }

  /// The layer that gives the result of the model at `path`; `nil` if that is no model, or has several.
  private func lastLayer(of path: String) -> String? {
    guard let model = layers[path], let entries = model.settings["layers"] as? [[String: Any]]
    else {
      return nil
    }
    let name: String?
    if let outputs = model.settings["output_layers"] as? [Any] {
      // Keras 3 writes the only output by itself, Keras 2 in a list.
      let output =
        outputs.first is String ? outputs : outputs.count == 1 ? outputs[0] as? [Any] : nil
      name = output?.first as? String
    } else {
      name = (entries.last?["config"] as? [String: Any])?["name"] as? String
    }
    guard let name, layers["\(path)/\(name)"] != nil else { return nil }
    return "\(path)/\(name)"
  }
}
