import Archives
import JSON

/// The members of a WebDataset shard that belong together: one after the other, with one key.
struct ShardSample {
  /// A file of the archive.
  struct Member {
    /// What follows the first dot of the name, in lower case.
    let suffix: [UInt8]
    let entry: TarEntry
    /// The content, where it was wanted.
    let bytes: [UInt8]?
  }

  /// The path up to the first dot of its last part.
  let key: [UInt8]
  var members: [Member]

  /// Splits a name as WebDataset does; `nil` for what is not of a sample: without a dot, or hidden, or
  /// data about the archive (`__…__`).
  static func split(_ name: [UInt8]) -> (key: [UInt8], suffix: [UInt8])? {
    let start = name.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
    guard let dot = name[start...].firstIndex(of: UInt8(ascii: ".")), dot > start,
      !name[start...].starts(with: [0x5F, 0x5F])
    else { return nil }
    return (Array(name[..<dot]), name[(dot + 1)...].map { ImageExtensions.lowercased($0) })
  }

  /// Whether a member may be an image, or hold a label.
  static func isWanted(_ suffix: [UInt8]) -> Bool {
    isImage(suffix) || suffix == Array("cls".utf8) || suffix == Array("json".utf8)
  }

  private static func isImage(_ suffix: [UInt8]) -> Bool {
    ImageExtensions.all.contain([UInt8(ascii: ".")] + suffix)
  }

  /// The image, if there is one; of several, that without a second dot.
  func image(_ path: String) throws(DatasetError) -> Member? {
    let images = members.filter { Self.isImage($0.suffix) }
    let plain = images.filter { !$0.suffix.contains(UInt8(ascii: ".")) }
    let candidates = plain.isEmpty ? images : plain
    guard candidates.count <= 1 else {
      throw .malformed(
        file: path,
        reason: "the sample \(ImageLocation.text(key)) has \(candidates.count) images: "
          + candidates.map { ImageLocation.text($0.entry.name) }.joined(separator: ", "))
    }
    return candidates.first
  }

  /// The label: of `.cls`, or of `label` or `cls` in `.json`.
  func label(
    _ path: String, content: (Member) throws(DatasetError) -> [UInt8]
  ) throws(DatasetError) -> LabelText {
    let error = { (reason: String) -> DatasetError in
      .malformed(file: path, reason: "the sample \(ImageLocation.text(key)) \(reason)")
    }
    if let member = members.first(where: { $0.suffix == Array("cls".utf8) }) {
      let bytes = try content(member).filter { $0 != UInt8(ascii: "\n") }
      let text = TextLines.trimmed(bytes[...])
      guard !text.isEmpty else { throw error("has an empty .cls") }
      return LabelText(bytes: text, line: nil)
    }
    guard let member = members.first(where: { $0.suffix == Array("json".utf8) }) else {
      throw error("has no label; expected a .cls, or a .json with 'label'")
    }
    let root: JSONValue
    let bytes = try content(member)
    do throws(JSONError) {
      root = try JSONDocument(bytes).root
    } catch {
      throw DatasetError(error, "\(path): \(ImageLocation.text(member.entry.name))")
    }
    for name in ["label", "cls"] {
      guard let value = root[name], [.number, .string].contains(value.kind), !value.content.isEmpty
      else { continue }
      return LabelText(bytes: value.content, line: nil)
    }
    throw error("has a .json without 'label' or 'cls' that is a number or a text")
  }
}

/// The samples of a shard in its order.
struct SampleReader {
  private var reader: TarReader
  /// A path for errors.
  private let path: String
  /// Whether the content of what is wanted is read on the way, as it must be from a pipe.
  private let keepsContent: Bool
  /// The first member of the next sample; nothing of its content has been read.
  private var pending: TarEntry?

  /// More than a label needs.
  static let largestLabel = 16 << 20

  init(_ source: TarSource, path: String, keepsContent: Bool) {
    reader = TarReader(source)
    self.path = path
    self.keepsContent = keepsContent
  }

  /// The next sample, or `nil` at the end.
  mutating func next() throws(DatasetError) -> ShardSample? {
    do throws(ArchiveError) {
      return try sample()
    } catch {
      throw DatasetError(error)
    }
  }

  private mutating func entry() throws(ArchiveError) -> TarEntry? {
    guard let entry = pending else { return try reader.next() }
    pending = nil
    return entry
  }

  private mutating func sample() throws(ArchiveError) -> ShardSample? {
    var sample: ShardSample?
    while let entry = try entry() {
      guard let (key, suffix) = ShardSample.split(entry.name) else { continue }
      if let sample, sample.key != key {
        pending = entry
        return sample
      }
      var current = sample ?? ShardSample(key: key, members: [])
      guard !current.members.contains(where: { $0.suffix == suffix }) else {
        throw ArchiveError(
          file: path, member: nil,
          reason: .damaged("\(ImageLocation.text(entry.name)) is in one sample twice"))
      }
      let isWanted = keepsContent && ShardSample.isWanted(suffix)
      let limit =
        ImageExtensions.all.contain(entry.name) ? ImageFile.limit : Self.largestLabel
      current.members.append(
        ShardSample.Member(
          suffix: suffix, entry: entry, bytes: isWanted ? try reader.content(limit: limit) : nil))
      sample = current
    }
    return sample
  }
}
