import JSON
import KerasConfigs
import Presets

extension CheckpointListing {
  /// Takes what a file says of its model.
  ///
  /// A config that cannot be read is damage and not no config: the weights would be run as a network of
  /// which nobody knows whether it is the file's.
  mutating func describe(
    config text: String, in place: (file: String, object: String?)
  ) throws(CheckpointError) {
    modelConfig = text
    do throws(KerasConfigError) {
      // A text that is no JSON is refused with the words of the other reader.
      if let root = try? JSONDocument(text).root,
        try describe(
          arguments: root,
          place.object ?? place.file.split(separator: "/").last.map(String.init) ?? "")
      {
        return
      }
      config = try KerasConfig(text)
    } catch {
      throw .damaged(
        file: place.file, object: place.object, detail: "the model's config: \(error)")
    }
  }

  /// Takes a config that holds the arguments of a class in place of layers, if it does: a task of KerasHub.
  private mutating func describe(
    arguments root: JSONValue, _ file: String
  ) throws(KerasConfigError) -> Bool {
    let name = root["class_name"]?.string ?? ""
    if let refusal = Preset.refusal(of: root) {
      config = KerasConfig(name, refusal: refusal)
      return true
    }
    guard Preset.isOfHub(root) else { return false }
    let preset: Preset
    do throws(PresetError) {
      preset = try Preset(task: root, in: file)
    } catch {
      config = KerasConfig(name, refusal: error.description)
      return true
    }
    config = try KerasConfig(preset.network)
    layers = layers.map { $0.renamingOutermost(within: preset.backboneGroup, preset.backboneName) }
    self.preset = preset
    return true
  }

  /// The same for the files of a `.keras` archive, whose weights may name no layer.
  mutating func describe(
    config text: String?, metadata: String?, configPlace: (file: String, object: String?),
    metadataPlace: (file: String, object: String?)
  ) throws(CheckpointError) {
    if let text {
      try describe(config: text, in: configPlace)
      if let model = config?.model { layers = ConfiguredNames(model).naming(layers) }
    }
    if let metadata { kerasVersion = try Self.kerasVersion(metadata, in: metadataPlace) }
  }

  /// The version of Keras that `metadata.json` names, if it does.
  static func kerasVersion(
    _ metadata: String, in place: (file: String, object: String?)
  ) throws(CheckpointError) -> String? {
    let damaged = { (detail: String) in
      CheckpointError.damaged(file: place.file, object: place.object, detail: detail)
    }
    let root: JSONValue
    do throws(JSONError) {
      root = try JSONDocument(metadata).root
    } catch {
      throw damaged(error.description)
    }
    guard root.kind == .object else { throw damaged("it is not the JSON that Keras writes") }
    guard let version = root["keras_version"], !version.isNull else { return nil }
    guard let text = version.string else { throw damaged("its keras_version is no text") }
    return text
  }
}

extension CheckpointLayer {
  /// The same layer with another name for the model around it, if that is the model of the given group: some
  /// configs of KerasHub do not keep it.
  fileprivate func renamingOutermost(within group: String, _ name: String) -> CheckpointLayer {
    guard location.hasPrefix("\(group)/"), !parents.isEmpty else { return self }
    return CheckpointLayer(
      name: self.name, kerasClass: kerasClass, ordinal: ordinal,
      parents: [name] + parents.dropFirst(), location: location, tensors: tensors)
  }
}
