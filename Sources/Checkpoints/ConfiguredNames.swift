import Foundation
import KerasConfigs

/// The layers' names by the groups of a v3 layout, from the config that an archive has beside it.
///
/// tf-keras, and Keras 3 before 3.6, name no layer in the weights: `layers/conv2d_3` is the fourth
/// `Conv2D` in the config's list, and `layers/functional/layers/conv2d` the first in that of the first
/// model inside the model.
package struct ConfiguredNames {
  private var names: [String: String] = [:]

  /// Names the groups that the layers of `model` have.
  init(_ model: KerasModel) { collect(model, below: "") }

  private mutating func collect(_ model: KerasModel, below place: String) {
    var counters: [String: Int] = [:]
    for layer in model.layers {
      let stem = Self.group(ofClass: layer.className)
      let number = counters[stem, default: 0]
      counters[stem] = number + 1
      let group = "\(place)/layers/\(number == 0 ? stem : "\(stem)_\(number)")"
      names[group] = layer.name
      if let inner = layer.model { collect(inner, below: group) }
    }
  }

  /// The same layers under the names that the config gives to those without.
  ///
  /// All or none: where the config lacks one of them, its counters may mean others too.
  func naming(_ layers: [CheckpointLayer]) -> [CheckpointLayer] {
    let nameless = layers.filter { $0.name == nil && $0.location != "/" }
    guard nameless.allSatisfy({ names[$0.location] != nil || outer(of: $0) != nil }) else {
      return layers
    }
    return layers.map { layer in
      if layer.name == nil, names[layer.location] == nil, let outer = outer(of: layer) {
        return CheckpointLayer(
          name: outer.part, parents: (parents(ofGroup: outer.group) ?? []) + [outer.name],
          location: layer.location, tensors: layer.tensors)
      }
      guard layer.name == nil, let name = names[layer.location] else { return layer }
      return CheckpointLayer(
        name: name, kerasClass: layer.kerasClass, ordinal: layer.ordinal,
        parents: parents(ofGroup: layer.location) ?? layer.parents, location: layer.location,
        tensors: layer.tensors)
    }
  }

  /// The layer inside which another is, which has the name of an attribute: `query_dense` of an attention.
  private func outer(of layer: CheckpointLayer) -> (group: String, name: String, part: String)? {
    var place = layer.location[...]
    while let cut = place.lastIndex(of: "/"), cut > place.startIndex {
      place = place[..<cut]
      guard let name = names[String(place)] else { continue }
      let part = String(layer.location[layer.location.index(after: cut)...])
      // What a model inside the model holds are layers, and should have been in its config.
      return part.hasPrefix("layers/") ? nil : (String(place), name, part)
    }
    return nil
  }

  /// The names of the models around a layer's group.
  private func parents(ofGroup group: String) -> [String]? {
    var parents: [String] = []
    var place = group
    while let cut = place.range(of: "/layers/", options: .backwards),
      cut.lowerBound > place.startIndex
    {
      place = String(place[..<cut.lowerBound])
      guard let name = names[place] else { return nil }
      parents.insert(name, at: 0)
    }
    return parents
  }

  /// The group of a class, as Keras's `to_snake_case` spells it: `PReLU` is `p_re_lu`.
  package static func group(ofClass name: String) -> String {
    let letters = Array(name.filter { $0.isLetter || $0.isNumber || $0 == "_" })
    var group = ""
    for (place, letter) in letters.enumerated() {
      let startsWord =
        letter.isUppercase && place > 0
        && (letters[place - 1].isLowercase
          || (place + 1 < letters.count && letters[place + 1].isLowercase))
      if startsWord { group += "_" }
      group += letter.lowercased()
    }
    return group
  }
}
