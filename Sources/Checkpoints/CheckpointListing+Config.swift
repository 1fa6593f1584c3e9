import JSON
import KerasConfigs

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
      config = try KerasConfig(text)
    } catch {
      throw .damaged(
        file: place.file, object: place.object, detail: "the model's config: \(error)")
    }
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
  private static func kerasVersion(
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
