import Archives
import JSON

/// The index of weights in several files: which file has the variables of which group.
struct ShardIndex {
  /// The names of the files that have variables of a group, by its path `/layers/conv2d/vars`.
  let shards: [String: [String]]

  private static let largest = 64 << 20
  /// The most files: each is opened and listed on its own.
  private static let mostFiles = 256

  /// Reads the index at `path`; throws `.notACheckpoint` if it is other JSON.
  init(contentsOf path: String) throws {
    let file = try ArchiveFile(reading: path)
    guard file.size <= Self.largest else {
      throw CheckpointError.notACheckpoint(file: path, looksLike: "a large JSON file")
    }
    let bytes = try file.bytes(at: 0, count: file.size)
    let root: JSONValue
    do throws(JSONError) {
      root = try JSONDocument(bytes).root
    } catch {
      // A list cut short, or text that begins like one.
      throw String(decoding: bytes.prefix(4096), as: UTF8.self).contains("\"weight_map\"")
        ? CheckpointError.damaged(
          file: path, object: nil, detail: "its JSON is broken or cut short: \(error)")
        : CheckpointError.notACheckpoint(file: path, looksLike: "a text file")
    }
    guard let shards = Self.shards(root["weight_map"]) else {
      throw CheckpointError.notACheckpoint(
        file: path, looksLike: "a JSON file, but without the weight_map of a .weights.json")
    }
    self.shards = shards
    let names = Set(shards.values.joined())
    guard names.count <= Self.mostFiles else {
      throw CheckpointError.unsupported(
        file: path, object: nil,
        detail: "it names \(names.count) files; weights in up to \(Self.mostFiles) are read")
    }
    for name in names {
      // Nothing but files beside the index is ever opened.
      let isPlain = !name.isEmpty && !name.hasPrefix(".") && !name.contains { "/\\\0".contains($0) }
      guard isPlain else {
        throw CheckpointError.unsupported(
          file: path, object: nil, detail: "its file \(name.debugDescription) is not beside it")
      }
    }
  }

  /// The names of all files, sorted.
  var files: [String] { Set(shards.values.joined()).sorted() }

  /// The files of each group: one name or a list of names.
  private static func shards(_ map: JSONValue?) -> [String: [String]]? {
    guard let members = map?.object else { return nil }
    var shards: [String: [String]] = [:]
    for (group, value) in members {
      if let name = value.string {
        shards[group] = [name]
        continue
      }
      guard let items = value.array else { return nil }
      var names: [String] = []
      for item in items {
        guard let name = item.string else { return nil }
        names.append(name)
      }
      shards[group] = names
    }
    return shards
  }
}
