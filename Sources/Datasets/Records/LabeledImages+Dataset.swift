import Records

extension LabeledImages {
  /// Lists the examples of a TensorFlow Datasets folder, in the order of its files.
  ///
  /// `tfds.load` itself mixes the records of several files, so that its order is another. Names of classes
  /// come from the folder. Each record is checked as in ``init(records:keys:)``; one that a file lacks, by
  /// the number that the folder tells, is listed as an image that cannot be read.
  ///
  /// - Parameters:
  ///   - split: What `tfds.load` takes: `validation[:10%]`; the only split without it.
  ///   - keys: Which features hold image, label and name, where it is not the folder's own choice.
  /// - Throws: ``DatasetError`` for a folder that does not describe itself, a split or a file that is not
  ///   there, and labels that are no class.
  public init(
    dataset folder: DatasetFolder, split: String? = nil, keys: RecordKeys = RecordKeys()
  ) throws(DatasetError) {
    let file = "\(folder.path)/\(DatasetFolder.infoName)"
    let info = try DatasetInfo(LayoutFile.text(file), path: file)
    let formats: [String: RecordFormat] = ["tfrecord": .tfRecord, "array_record": .arrayRecord]
    guard let format = formats[info.fileFormat] else {
      throw .malformed(
        file: file,
        reason: "its files are \(info.fileFormat), which is not read; tfrecord and array_record are"
      )
    }
    let featuresFile = "\(folder.path)/\(DatasetFolder.featuresName)"
    let layout = try DatasetLayout(
      info, DatasetFeatures(LayoutFile.text(featuresFile), path: featuresFile), keys: keys,
      in: folder.path)
    let selection = try Self.selection(split, of: info, file)
    var listing = RecordListing(layout.records, keys: keys)
    for part in try selection.shards(of: info.splits) {
      let name = try info.file(of: part.split, shard: part.shard, in: file)
      try listing.add(
        RecordListing.Shard(
          path: "\(folder.path)/\(name)",
          title: name.split(separator: "/").last.map { String($0) } ?? name,
          format: format, count: part.split.shardLengths[part.shard], wanted: part.wanted))
    }
    let classes = try RecordClasses(
      listing.entries, names: layout.names, classes: layout.classes, in: folder.path)
    self.init(
      directory: folder.path, vocabulary: classes.vocabulary, images: classes.images,
      notes: [
        "the split \(split ?? info.splits[0].name) in the order of its files; images are in "
          + "'\(layout.records.image)', labels in '\(layout.records.label)'"
      ] + classes.notes)
  }

  private static func selection(
    _ split: String?, of info: DatasetInfo, _ file: String
  ) throws(DatasetError) -> SplitSelection {
    if let split { return try SplitSelection(split) }
    guard info.splits.count == 1 else {
      guard !info.splits.isEmpty else { throw .malformed(file: file, reason: "no split in it") }
      throw .undecided(
        file: file, .split,
        reason: "several splits: "
          + listed(info.splits.map { "\($0.name) (\($0.count))" }, most: 20))
    }
    return try SplitSelection(info.splits[0].name)
  }
}
