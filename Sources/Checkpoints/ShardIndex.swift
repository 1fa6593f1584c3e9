import Archives
import Foundation

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
    let data = Data(try file.bytes(at: 0, count: file.size))
    let isJSON = (try? JSONSerialization.jsonObject(with: data)) is [String: Any]
    guard isJSON else {
      // A list cut short, or text that begins like one.
      throw String(decoding: data.prefix(4096), as: UTF8.self).contains("\"weight_map\"")
        ? CheckpointError.damaged(
          file: path, object: nil, detail: "its JSON is broken or cut short")
        : CheckpointError.notACheckpoint(file: path, looksLike: "a text file")
    }
    guard let content = try? JSONDecoder().decode(Content.self, from: data) else {
      throw CheckpointError.notACheckpoint(
        file: path, looksLike: "a JSON file, but without the weight_map of a .weights.json")
    }
    shards = content.weightMap.mapValues(\.names)
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

  private struct Content: Decodable {
    let weightMap: [String: Files]

    enum CodingKeys: String, CodingKey {
      case weightMap = "weight_map"
    }
  }

  /// One name or a list of names.
  private struct Files: Decodable {
    let names: [String]

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let name = try? container.decode(String.self) {
        names = [name]
      } else {
        names = try container.decode([String].self)
      }
    }
  }
}
