import Archives
import Records

/// Records at a path, if there are any: shards, or a folder of TensorFlow Datasets.
public enum RecordSource: Sendable, Hashable {
  /// Files of records.
  case shards([String])
  /// A folder that describes its files.
  case dataset(DatasetFolder)

  /// Looks at what is at `path`: a folder of TensorFlow Datasets at any of its levels, a file or a pattern of
  /// files, or a folder with shards and no folders of classes.
  ///
  /// - Returns: `nil` for what holds no records.
  /// - Throws: ``DatasetError`` for a container that is known and not read, and where it stays open which
  ///   files are meant.
  public init?(at path: String) throws(DatasetError) {
    if let folder = try DatasetFolder(at: path) {
      self = .dataset(folder)
      return
    }
    if DirectoryListing.isFolder(path) {
      guard let shards = try Self.shards(in: path) else { return nil }
      self = .shards(shards)
      return
    }
    let paths = try ShardNames.expand(path)
    guard let first = paths.first, DirectoryListing.isThere(first),
      try Self.isRecords(first) || Self.isShardName(first)
    else { return nil }
    self = .shards(paths)
  }

  /// The shards in a folder without other folders, in the order of their names.
  private static func shards(in folder: String) throws(DatasetError) -> [String]? {
    let entries = try DirectoryListing(ImageLocation(path: folder)).entries
      .filter { $0.name.first != UInt8(ascii: ".") }
    guard !entries.contains(where: \.isDirectory) else { return nil }
    let names = entries.compactMap { String(validating: $0.name, as: UTF8.self) }
    let shards = names.filter { isShardName($0) }
    // Names of one set differ in numbers alone; all others may be train and validation side by side.
    let kinds = Dictionary(grouping: shards) { $0.filter { !$0.isNumber } }
    guard kinds.count <= 1 else {
      let examples = kinds.values.map { $0[0] }.sorted()
      throw .malformed(
        file: folder,
        reason:
          "shards of several kinds, \(LabeledImages.listed(examples)); a pattern names those that are "
          + "meant, as '\(folder)/validation*'")
    }
    return shards.isEmpty ? nil : shards.map { "\(folder)/\($0)" }
  }

  /// Whether a name is one that shards have.
  private static func isShardName(_ path: String) -> Bool {
    let name = path.split(separator: "/").last.map { $0.lowercased() } ?? ""
    return NumberedShard(name) != nil
      || [
        ".tfrecord", ".tfrec", ".record", ".array_record", ".arrayrecord", ".riegeli", ".parquet",
      ]
      .contains { name.contains($0) } || name.hasSuffix(".arrow")
  }

  /// Whether a file begins as one of records.
  private static func isRecords(_ path: String) throws(DatasetError) -> Bool {
    do throws(ArchiveError) {
      let file = try ArchiveFile(reading: path)
      guard file.size > 0 else { return false }
      return try RecordFormat.of(file) != nil
    } catch {
      throw DatasetError(error)
    }
  }
}

/// A name such as `validation-00003-of-00128`.
struct NumberedShard {
  /// What stands before the numbers.
  let prefix: String
  /// How many shards there are in all.
  let count: Int

  init?(_ name: String) {
    guard let of = name.ranges(of: "-of-").last else { return nil }
    let number = name[..<of.lowerBound].reversed().prefix { $0.isASCII && $0.isNumber }
    let total = name[of.upperBound...].prefix { $0.isASCII && $0.isNumber }
    guard number.count >= 1, let count = Int(total) else { return nil }
    prefix = String(name[..<of.lowerBound].dropLast(number.count))
    self.count = count
  }

  /// A line on shards that are not there, if any are missing by their own names.
  static func note(on shards: [String]) -> String? {
    let numbered = shards.compactMap { NumberedShard($0) }
    guard let first = numbered.first, numbered.count == shards.count,
      numbered.allSatisfy({ $0.prefix == first.prefix && $0.count == first.count }),
      shards.count < first.count
    else { return nil }
    return "\(shards.count) of the \(first.count) shards that their names count are here"
  }
}
