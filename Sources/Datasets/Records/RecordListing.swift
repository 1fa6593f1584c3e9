import Archives
import Records
import Wire

/// The records of shards, listed one shard after the other; no image is kept.
struct RecordListing {
  /// A shard, and what is known of it beforehand.
  struct Shard {
    /// Where it is.
    let path: String
    /// What predictions call it.
    let title: String
    /// Its container, and how many records it has, where another file says so.
    var format: RecordFormat?
    var count: Int?
    /// Which of them are wanted; all without it.
    var wanted: Range<Int>?
  }

  /// What was listed: an image, or a record that cannot be read in its place.
  struct Entry {
    let path: String
    let source: ImageSource
    /// `nil` where the record cannot be read.
    let label: RecordLabel?
  }

  private(set) var entries: [Entry] = []
  /// How the records hold what is needed: known beforehand, or found in the first that can be read.
  private(set) var layout: RecordLayout?
  private let keys: RecordKeys
  private let cursors = InflatedCursors()

  /// More records than a list is made of.
  static let most = 1 << 24

  init(_ layout: RecordLayout?, keys: RecordKeys = RecordKeys()) {
    self.layout = layout
    self.keys = keys
  }

  /// Lists the records of a shard.
  ///
  /// - Throws: ``DatasetError`` for a file that is not there or no container of records, and for a record
  ///   that is whole and holds another kind of label.
  mutating func add(_ shard: Shard) throws(DatasetError) {
    let file: RecordFile
    var records: RecordSequence
    do throws(ArchiveError) {
      file = try RecordFile(shard.path, cursors: cursors, expecting: shard.format)
      records = try file.records()
    } catch {
      throw DatasetError(error)
    }
    let wanted = shard.wanted ?? 0..<(shard.count ?? .max)
    var number = 0
    var open: RecordShard?
    while number < wanted.upperBound {
      guard let record = records.next(skipping: number < wanted.lowerBound) else { break }
      if number >= wanted.lowerBound { try list(record, number, of: shard, in: file, &open) }
      number += 1
    }
    if let count = shard.count {
      try listMissing(from: number, wanted, of: shard, count)
      if wanted.upperBound == count, number == count, let more = records.next() {
        guard case .failure(let fault) = more.content else {
          throw .malformed(
            file: shard.path, reason: "more records than the \(count) that dataset_info.json counts"
          )
        }
        try append(nil, .unreadable(ImageError(fault)), number, of: shard)
      }
    }
  }

  /// What a file lacks stands in the list as images that cannot be read, so that none is lost in silence.
  private mutating func listMissing(
    from number: Int, _ wanted: Range<Int>, of shard: Shard, _ count: Int
  ) throws(DatasetError) {
    for missing in max(number, wanted.lowerBound)..<max(number, wanted.upperBound) {
      let error = ImageError(
        .truncated, "missing: \(number) of \(count) records can be found in the file")
      try append(nil, .unreadable(error), missing, of: shard)
    }
  }

  private mutating func list(
    _ record: StoredRecord, _ number: Int, of shard: Shard, in file: RecordFile,
    _ open: inout RecordShard?
  ) throws(DatasetError) {
    let bytes: [UInt8]
    switch record.content {
    case .success(let content): bytes = content
    case .failure(let fault):
      return try append(nil, .unreadable(ImageError(fault)), number, of: shard)
    }
    let example: Example
    switch Example.read(bytes) {
    case .success(let whole): example = whole
    case .failure(let error): return try append(nil, .unreadable(error), number, of: shard)
    }
    let layout = if let layout { layout } else { try found(example, in: shard) }
    let source = open ?? RecordShard(file, layout)
    open = source
    let name: String?
    let label: RecordLabel
    do throws(FormatFault) {
      name = try Self.text(layout.name.flatMap { example.features[$0] })
      label = try RecordLabel(example.features[layout.label], layout.meaning)
    } catch {
      throw .malformed(file: shard.path, reason: "record \(number): \(error.detail)")
    }
    try append(
      label,
      .record(
        of: source, offset: record.place.offset, item: record.place.item,
        byteCount: record.byteCount),
      number, name, of: shard)
  }

  /// The layout of records such as this one.
  private mutating func found(
    _ example: Example, in shard: Shard
  ) throws(DatasetError) -> RecordLayout {
    let keys = try keys.resolved(for: example, in: shard.path)
    let layout = RecordLayout(
      image: keys.image, pixels: .found, label: keys.label, meaning: .single, name: keys.name)
    self.layout = layout
    return layout
  }

  private mutating func append(
    _ label: RecordLabel?, _ source: ImageSource, _ number: Int, _ name: String? = nil,
    of shard: Shard
  ) throws(DatasetError) {
    guard entries.count < Self.most else {
      throw .malformed(file: shard.path, reason: "over \(Self.most) records are to be listed")
    }
    let place = Self.path(shard.title, number)
    entries.append(
      Entry(path: name.map { "\(place)/\($0)" } ?? place, source: source, label: label))
  }

  /// What a record is called, as TensorFlow Datasets does in `tfds_id`.
  static func path(_ title: String, _ number: Int) -> String { "\(title)__\(number)" }

  /// The first text of a feature, or its number.
  private static func text(_ feature: Feature?) throws(FormatFault) -> String? {
    switch try feature?.values(atMost: 1).first {
    case .bytes(let bytes)?: bytes.isEmpty ? nil : ImageLocation.text(bytes.prefix(1024))
    case .integer(let number)?: "\(number)"
    case .float?, nil: nil
    }
  }
}
