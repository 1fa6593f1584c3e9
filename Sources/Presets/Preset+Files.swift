package import JSON
import KerasConfigs

// The files of a preset, which say some things twice: all that they say must be the same.
extension Preset {
  /// Why a class whose arguments are all that a config has is not run; `nil` for what may be run all the same.
  package static func refusal(of root: JSONValue) -> String? {
    guard let package = package(of: root), package == "kimm" else { return nil }
    let name = root["class_name"]?.string ?? ""
    return
      "its config holds the arguments of \(name), a class of kimm's, in place of layers; "
      + "keras.Model(model.input, model.output).save('model.keras') saves its layers, which Assay runs"
  }

  /// Whether `config.json` in a folder is a preset's: a backbone of KerasHub's.
  package static func isBackbone(_ root: JSONValue) -> Bool {
    isOfHub(root) && root["config"]?["backbone"] == nil
  }

  /// Compares what a file of its own says with a part of `task.json`, which is what KerasHub builds.
  ///
  /// - Throws: ``PresetError`` with the first argument that is another.
  package static func check(
    _ own: JSONValue, in file: String, against part: JSONValue?
  ) throws(PresetError) {
    let (name, other) = (own["class_name"]?.string ?? "nothing", part?["class_name"]?.string)
    guard name == other else {
      throw PresetError("\(file) describes \(name), but task.json \(other ?? "nothing")")
    }
    let (mine, its) = (own["config"], part?["config"])
    var names: [String] = []
    for member in (mine?.object.map(Array.init) ?? []) + (its?.object.map(Array.init) ?? [])
    where !LayerSettings.irrelevant.contains(member.name) && !names.contains(member.name) {
      names.append(member.name)
    }
    for key in names where !isSame(mine?[key], its?[key]) {
      throw PresetError(
        "\(name) has \(key) \(words(mine?[key])) in \(file), but \(words(its?[key])) in task.json")
    }
  }

  private static func words(_ value: JSONValue?) -> String {
    value.map { "\($0.text.prefix(80))" } ?? "nothing"
  }

  /// Whether two values say the same, bookkeeping aside.
  private static func isSame(_ one: JSONValue?, _ other: JSONValue?) -> Bool {
    guard let one, let other else { return one?.isNull ?? true && other?.isNull ?? true }
    if let items = one.array.map(Array.init), let others = other.array.map(Array.init) {
      return items.count == others.count && zip(items, others).allSatisfy(isSame)
    }
    if let members = one.object.map(Array.init), let others = other.object.map(Array.init) {
      let names = Set((members + others).map(\.name)).subtracting(LayerSettings.irrelevant)
      return names.allSatisfy { isSame(one[$0], other[$0]) }
    }
    if let number = one.number, let another = other.number { return number == another }
    return one.kind == other.kind && one.string == other.string && one.text == other.text
  }
}
