import Foundation
import JSON

/// A folder that TensorFlow Datasets wrote: `<data_dir>/<name>[/<config>]/<version>`.
public struct DatasetFolder: Sendable, Hashable {
  /// The folder of the version.
  public let path: String

  static let infoName = "dataset_info.json"
  static let featuresName = "features.json"

  /// More folders inside one are no configs or data sets, but classes.
  private static let mostFolders = 256
  /// Folders that link to each other would have no end.
  private static let mostVisited = 4096
  /// A data_dir, a name, a config.
  private static let deepest = 3

  /// Looks for a data set at a path that may end at any level: its newest version, its default config.
  ///
  /// What is not there is looked for in TensorFlow Datasets' own folder, `TFDS_DATA_DIR` or
  /// `~/tensorflow_datasets`.
  ///
  /// - Returns: `nil` where no data set is.
  /// - Throws: ``DatasetError`` where there are several, where one was only begun, and for what Hugging Face's
  ///   `save_to_disk` wrote.
  public init?(at path: String) throws(DatasetError) {
    let place = Self.located(path)
    guard DirectoryListing.isFolder(place) else { return nil }
    var found = Found()
    try Self.search(place, depth: 0, &found)
    guard let only = found.folders.first else {
      guard let torn = found.torn else { return nil }
      throw .malformed(
        file: torn, reason: "the beginning of a data set that was never finished; prepare it again")
    }
    guard found.folders.count == 1 else {
      throw .malformed(
        file: path,
        reason: "several data sets; name one of them: "
          + LabeledImages.listed(found.folders, most: 12))
    }
    self.path = only
  }

  /// What a search came upon.
  private struct Found {
    var folders: [String] = []
    var torn: String?
    var visited = 0
  }

  private static func located(_ path: String) -> String {
    guard !DirectoryListing.isThere(path), !path.hasPrefix("/") else { return path }
    let environment = ProcessInfo.processInfo.environment
    let folders = [
      environment["TFDS_DATA_DIR"], environment["HOME"].map { "\($0)/tensorflow_datasets" },
    ].compactMap { $0.map { "\($0)/\(path)" } }
    return folders.first { DirectoryListing.isThere($0) } ?? path
  }

  private static func search(_ path: String, depth: Int, _ found: inout Found) throws(DatasetError)
  {
    if DirectoryListing.isThere("\(path)/\(infoName)") {
      try refuseOthers(path)
      found.folders.append(path)
      return
    }
    found.visited += 1
    guard depth <= deepest, found.visited <= mostVisited else { return }
    let names = try DirectoryListing(ImageLocation(path: path)).entries
      .filter { $0.isDirectory && $0.name.first != UInt8(ascii: ".") }
      .compactMap { String(validating: $0.name, as: UTF8.self) }
    let versions = names.compactMap { Version($0) }.sorted { $0 < $1 }
      .filter { DirectoryListing.isThere("\(path)/\($0.name)/\(infoName)") }
    if let newest = versions.last {
      return try search("\(path)/\(newest.name)", depth: depth + 1, &found)
    }
    if let config = defaultConfig(path), names.contains(config) {
      return try search("\(path)/\(config)", depth: depth + 1, &found)
    }
    if let torn = names.first(where: { $0.hasPrefix("incomplete.") }) {
      found.torn = "\(path)/\(torn)"
    }
    guard names.count <= mostFolders else { return }
    for name in names where !name.hasPrefix("incomplete.") && Version(name) == nil {
      try search("\(path)/\(name)", depth: depth + 1, &found)
    }
  }

  /// The config that is meant where none is named.
  private static func defaultConfig(_ path: String) -> String? {
    let file = "\(path)/.config/metadata.json"
    guard DirectoryListing.isThere(file), let bytes = try? LayoutFile.bytes(file),
      let root = try? JSONDocument(bytes).root
    else { return nil }
    return root["default_config_name"]?.string
  }

  private static func refuseOthers(_ path: String) throws(DatasetError) {
    guard !DirectoryListing.isThere("\(path)/\(featuresName)") else { return }
    if DirectoryListing.isThere("\(path)/state.json") {
      throw .malformed(
        file: path,
        reason: "an Arrow data set of Hugging Face's save_to_disk, which is not read")
    }
    throw .malformed(
      file: path,
      reason: "no \(featuresName) beside \(infoName), as of TensorFlow Datasets up to 3.2.1, which "
        + "itself no longer reads it")
  }
}

/// A version's three numbers, which do not sort as text.
private struct Version {
  let name: String
  private let numbers: [Int]

  init?(_ name: String) {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { UInt32($0).map { Int($0) } }
    guard parts.count == 3, numbers.count == 3 else { return nil }
    self.name = name
    self.numbers = numbers
  }

  static func < (left: Version, right: Version) -> Bool {
    left.numbers.lexicographicallyPrecedes(right.numbers)
  }
}

extension DirectoryListing {
  /// Whether anything is at a path.
  static func isThere(_ path: String) -> Bool { realPath(ImageLocation(path: path)) != nil }

  /// Whether a folder is at a path.
  static func isFolder(_ path: String) -> Bool { isThere("\(path)/.") }
}
