import JSON

extension KerasModel {
  /// The height and the width of the images for which the model was built; `nil` where the config leaves
  /// one open, or tells of no images.
  package var imageExtent: (height: Int?, width: Int?)? {
    guard let shape = inputShape, shape.count == 4 else { return nil }
    // Behind a permutation of axes the layers' format is no longer the image's.
    let isFirst = formats == ["channels_first"] && !layers.contains { $0.className == "Permute" }
    let (height, width) = isFirst ? (shape[2], shape[3]) : (shape[1], shape[2])
    return height == nil && width == nil ? nil : (height, width)
  }

  /// The shape of the first input, the batch's extent too; an open extent is `nil`.
  private var inputShape: [Int?]? {
    // A Sequential of Keras 2 may have no input layer: then its first layer knows the shape.
    guard let first = inputs.first.flatMap({ self[$0.layer] }) else { return nil }
    for name in ["batch_shape", "batch_input_shape", "input_shape"] {
      guard let extents = first.settings[name]?.list else { continue }
      let shape = extents.map(\.integer)
      return name == "input_shape" ? [nil] + shape : shape
    }
    return first.model?.inputShape
  }

  /// The data formats of all layers that have one.
  private var formats: Set<String> {
    var found: Set<String> = []
    forEachLayer { _, layer in
      if let format = layer.settings["data_format"]?.string { found.insert(format) }
    }
    return found
  }
}
