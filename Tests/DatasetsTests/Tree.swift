import Foundation

/// A folder of empty files that is removed with this value.
final class Tree {
  let path: String

  init(_ files: [String]) throws {
    path = FileManager.default.temporaryDirectory
      .appending(path: "datasets-\(UUID().uuidString)").path(percentEncoded: false)
    for file in files {
      let place = URL(fileURLWithPath: path).appending(path: file)
      try FileManager.default.createDirectory(
        at: file.hasSuffix("/") ? place : place.deletingLastPathComponent(),
        withIntermediateDirectories: true)
      if !file.hasSuffix("/") { try Data().write(to: place) }
    }
  }

  /// Writes a file of text, and returns its path, outside of the folder.
  func list(_ text: String, _ name: String = "labels") throws -> String {
    try FileManager.default.createDirectory(
      atPath: path + ".lists", withIntermediateDirectories: true)
    let place = path + ".lists/" + name
    try Data(text.utf8).write(to: URL(fileURLWithPath: place))
    return place
  }

  func makeFolder(_ name: String) throws {
    try FileManager.default.createDirectory(
      atPath: "\(path)/\(name)", withIntermediateDirectories: true)
  }

  /// Makes `name` a link to `target`, a path in this folder.
  func link(_ target: String, to name: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: "\(path)/\(name)", withDestinationPath: "\(path)/\(target)")
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
    try? FileManager.default.removeItem(atPath: path + ".lists")
  }
}
