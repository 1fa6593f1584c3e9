import JSON

/// What `dataset_info.json` of TensorFlow Datasets says: JSON of a protobuf message, whose 64-bit numbers are
/// texts, whose names are spelled in two ways, and of which defaults are left out.
struct DatasetInfo: Sendable {
  /// One split, in files of records.
  struct Split: Hashable, Sendable {
    let name: String
    /// How many examples each of its files has.
    let shardLengths: [Int]
    let template: String

    /// How many examples it has.
    var count: Int { shardLengths.reduce(0, +) }
  }

  /// The data set's name; a template without `{DATASET}` can do without.
  let name: String?
  let fileFormat: String
  let splits: [Split]
  /// The features that `as_supervised` gives: image and label.
  let supervised: (image: String, label: String)?

  /// More examples, and more shards, than a folder has.
  private static let most = (examples: 1 << 32, shards: 1 << 20)

  /// Reads the bytes of a file.
  init(_ bytes: [UInt8], path: String) throws(DatasetError) {
    let root: JSONValue
    do throws(JSONError) {
      root = try JSONDocument(bytes).root
    } catch {
      throw DatasetError(error, path)
    }
    guard root.object != nil else { throw .malformed(file: path, reason: "no JSON object") }
    name = root["name"]?.string
    fileFormat = root.member("fileFormat")?.string ?? "tfrecord"
    var splits: [Split] = []
    for item in root["splits"]?.array.map({ Array($0) }) ?? [] {
      splits.append(try Self.split(item, path))
    }
    self.splits = splits
    supervised = Self.supervised(root)
  }

  private static func split(_ item: JSONValue, _ path: String) throws(DatasetError) -> Split {
    guard let name = item["name"]?.string else {
      throw .malformed(file: path, reason: "a split without a name")
    }
    var lengths: [Int] = []
    var sum = 0
    for length in item.member("shardLengths")?.array.map({ Array($0) }) ?? [] {
      guard let count = length.protobufInteger, (0...most.examples).contains(count),
        lengths.count < most.shards, sum <= most.examples
      else {
        throw .malformed(
          file: path, reason: "the split \(name) has the length \(length.text) of a shard")
      }
      lengths.append(count)
      sum += count
    }
    let template =
      item.member("filepathTemplate")?.string ?? "{DATASET}-{SPLIT}.{FILEFORMAT}-{SHARD_X_OF_Y}"
    return Split(name: name, shardLengths: lengths, template: template)
  }

  private static func supervised(_ root: JSONValue) -> (image: String, label: String)? {
    guard let keys = root.member("supervisedKeys") else { return nil }
    let items = keys["tuple"]?["items"]?.array.map { Array($0) } ?? []
    let names = items.compactMap { $0.member("featureKey")?.string }
    if names.count >= 2 { return (names[0], names[1]) }
    if let image = keys["input"]?.string, let label = keys["output"]?.string {
      return (image, label)
    }
    return nil
  }

  /// The file of a shard, relative to the folder.
  func file(of split: Split, shard: Int, in path: String) throws(DatasetError) -> String {
    let count = split.shardLengths.count
    let width = max(5, "\(count)".count, "\(shard)".count)
    let padded = { (number: Int) in
      let digits = "\(number)"
      return String(repeating: "0", count: width - digits.count) + digits
    }
    if name == nil, split.template.contains("{DATASET}") {
      throw .malformed(file: path, reason: "no name, which \(split.template) asks for")
    }
    let values = [
      "DATASET": name ?? "", "SPLIT": split.name, "FILEFORMAT": fileFormat,
      "SHARD_INDEX": padded(shard), "NUM_SHARDS": padded(count),
      "SHARD_X_OF_Y": "\(padded(shard))-of-\(padded(count))",
    ]
    // In one pass: a value may hold braces of its own.
    var result = ""
    var rest = split.template[...]
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      let variable = String(rest[rest.index(after: open)..<close])
      guard let value = values[variable] else {
        throw .malformed(
          file: path, reason: "the file names \(split.template) have the unknown part {\(variable)}"
        )
      }
      result += rest[..<open] + value
      rest = rest[rest.index(after: close)...]
    }
    return result + rest
  }
}

extension JSONValue {
  /// A member by its name in protobuf's JSON, or as the message itself spells it: `shard_lengths`.
  func member(_ name: String) -> JSONValue? {
    self[name]
      ?? self[
        name.reduce(into: "") { text, letter in
          text += letter.isUppercase ? "_\(letter.lowercased())" : "\(letter)"
        }]
  }
}
