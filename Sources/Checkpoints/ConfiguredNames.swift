import Foundation
import KerasConfigs

/// The layers' names by the groups of a v3 layout, from the config that an archive has beside it.
///
/// tf-keras, and Keras 3 before 3.6, name no layer in the weights: `layers/conv2d_3` is the fourth
/// `Conv2D` in the config's list, and `layers/functional/layers/conv2d` the first in that of the first
/// model inside the model.
package struct ConfiguredNames {
  /// What the config calls the layer of a group.
  private struct Place {
    let name: String
    let parents: [String]
  }

  private var places: [String: Place] = [:]

  /// Names the groups that the layers of `model` have.
  init(_ model: KerasModel) { collect(model, below: "", parents: []) }

  private mutating func collect(_ model: KerasModel, below place: String, parents: [String]) {
    var counters: [String: Int] = [:]
    for layer in model.layers {
      let stem = Self.group(ofClass: layer.className)
      let number = counters[stem, default: 0]
      if layer.group == nil { counters[stem] = number + 1 }
      let own = layer.group ?? "layers/\(number == 0 ? stem : "\(stem)_\(number)")"
      let group = "\(place)/\(own)"
      places[group] = Place(name: layer.name, parents: parents)
      if let inner = layer.model { collect(inner, below: group, parents: parents + [layer.name]) }
    }
  }

  /// The same layers under the names that the config gives to those without.
  ///
  /// All or none: where the config lacks one of them, its counters may mean others too.
  func naming(_ layers: [CheckpointLayer]) -> [CheckpointLayer] {
    let nameless = layers.filter { $0.name == nil && $0.location != "/" }
    guard nameless.allSatisfy({ places[$0.location] != nil || outer(of: $0) != nil }) else {
      return layers
    }
    return layers.map { layer in
      guard layer.name == nil else { return layer }
      if let place = places[layer.location] {
        return CheckpointLayer(
          name: place.name, kerasClass: layer.kerasClass, ordinal: layer.ordinal,
          parents: place.parents, location: layer.location, tensors: layer.tensors)
      }
      guard let (place, part) = outer(of: layer) else { return layer }
      return CheckpointLayer(
        name: part, parents: place.parents + [place.name], location: layer.location,
        tensors: layer.tensors)
    }
  }

  /// The layer inside which another is, which has the name of an attribute: `query_dense` of an attention.
  private func outer(of layer: CheckpointLayer) -> (place: Place, part: String)? {
    var group = layer.location[...]
    while let cut = group.lastIndex(of: "/"), cut > group.startIndex {
      group = group[..<cut]
      guard let place = places[String(group)] else { continue }
      let part = String(layer.location[layer.location.index(after: cut)...])
      // What a model inside the model holds are layers, and should have been in its config.
      return part.hasPrefix("layers/") ? nil : (place, part)
    }
    return nil
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
