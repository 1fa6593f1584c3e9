/// Where the layers of an export stand in the v3 layout: numbered by class, within each model.
struct VariablesGroups {
  private var counters: [String: Int] = [:]
  private var models: [[String]: String] = [:]

  /// The group of the next layer, and the groups of models around it that no layer had before, with
  /// the models' names.
  mutating func group(
    of layer: CheckpointExport.Layer
  ) -> (group: String, opened: [(group: String, name: String)]) {
    var opened: [(group: String, name: String)] = []
    var place = ""
    for end in layer.parents.indices {
      let parents = Array(layer.parents[...end])
      if let model = models[parents] {
        place = model
        continue
      }
      // Only a v3 layout tells a sequential model from a functional one; most are functional.
      let model = layer.model(at: end) ?? numbered("functional", below: place)
      models[parents] = model
      opened.append((model, layer.parents[end]))
      place = model
    }
    return (layer.group ?? numbered(layer.kerasClass ?? "layer", below: place), opened)
  }

  private mutating func numbered(_ stem: String, below place: String) -> String {
    let base = "\(place)/layers/\(stem)"
    let number = counters[base, default: 0]
    counters[base] = number + 1
    return number == 0 ? base : "\(base)_\(number)"
  }
}

extension CheckpointExport.Layer {
  /// The group of the model around the layer at the given depth, from that of the layer itself.
  fileprivate func model(at depth: Int) -> String? {
    guard let parts = group?.split(separator: "/"), parts.count == 2 * (parents.count + 1) else {
      return nil
    }
    return "/" + parts.prefix(2 * (depth + 1)).joined(separator: "/")
  }
}
