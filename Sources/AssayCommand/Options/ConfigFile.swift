import Foundation

/// A file that holds the config of a model, as `model.to_json()` writes it.
enum ConfigFile {
  /// The text of the file at `path`; `nil` where there is none, so that it is a model's name.
  static func text(at path: String) throws -> String? {
    var isFolder: ObjCBool = false
    guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
      !isFolder.boolValue
    else { return nil }
    let limit = 1 << 28
    guard let data = FileManager.default.contents(atPath: path), data.count <= limit else {
      throw Failure(.badData, "\(path): cannot be read, or is no config of a model")
    }
    return String(decoding: data, as: UTF8.self)
  }
}
