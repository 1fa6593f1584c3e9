import Archives
import Foundation
import JSON
import KerasConfigs

// A whole model as `save("x.keras")` writes it.
extension CheckpointExport {
  /// Whether the source's config is one that a `.keras` can hold: it tells the module of every class, as those of
  /// whole `.h5` files do not.
  package var hasConfigOfArchive: Bool {
    guard let text = source.modelConfig, let root = try? JSONDocument(text).root else {
      return false
    }
    return root["module"]?.string != nil
  }

  /// Whether the source's config has operators of Keras 3, of which a whole `.h5` loses the modules.
  package var hasOperators: Bool {
    var found = false
    source.config?.model?.forEachLayer { _, layer in found = found || layer.isOperator }
    return found
  }

  /// Writes the archive: the config, the source's own or another, and the weights in the v3 layout.
  package func writeKerasArchive(to path: String) throws {
    // The weights are a file of their own, which libhdf5 writes beside the archive.
    let weights = path + ".weights"
    defer { try? FileManager.default.removeItem(atPath: weights) }
    try writeVariables(to: weights)
    // The date of the archive's members, so that the same weights give the same bytes.
    let metadata =
      #"{"keras_version": "\#(kerasVersion)", "date_saved": "1980-01-01@00:00:00"}"#
    try writing(path) { handle in
      var archive = ZipWriter(to: handle)
      try archive.add(Data(metadata.utf8), named: "metadata.json")
      try archive.add(Data(config.utf8), named: "config.json")
      try archive.add(
        Data(contentsOf: URL(fileURLWithPath: weights), options: .alwaysMapped),
        named: "model.weights.h5")
      try archive.finish()
    }
  }
}

extension Checkpoint {
  /// The version of Keras whose words the config has: as the file says, else one of the right major.
  var versionForConfig: String {
    if let kerasVersion { return kerasVersion }
    guard let text = modelConfig, let root = try? JSONDocument(text).root else { return "2.15.0" }
    // Keras 3 names its modules without the package's old name.
    return root["module"]?.string.map { $0.hasPrefix("keras.src") } == true ? "3.0.0" : "2.15.0"
  }
}
