extension LabeledImages {
  /// Lists the images of TFRecord or array_record shards, record by record in the order of the files.
  ///
  /// Every checksum is looked at. A record that cannot be read stands in the list as an image that cannot, and
  /// is counted; what a file holds behind it comes next, where that can be found. An image is called after its
  /// shard and its place there, counted from 0, as TensorFlow Datasets' `tfds_id`, and after its own name.
  /// ``notes`` say which features hold images and labels.
  ///
  /// - Throws: ``DatasetError`` for a file that is not there or no container of records; where the features
  ///   of image and label cannot be told; for a label of another kind, and several labels.
  public init(records shards: [String], keys: RecordKeys = RecordKeys()) throws(DatasetError) {
    let title =
      shards.count == 1 ? shards[0] : "\(shards.first ?? "no shards") and \(shards.count - 1) more"
    var listing = RecordListing(nil, keys: keys)
    let names = Self.titles(of: shards)
    for (path, name) in zip(shards, names) {
      try listing.add(RecordListing.Shard(path: path, title: name))
    }
    let classes = try RecordClasses(listing.entries, names: nil, classes: nil, in: title)
    var notes = classes.notes
    if let note = NumberedShard.note(on: shards) { notes.append(note) }
    if let layout = listing.layout {
      let range = classes.numbers.map { ", \($0.lowerBound) to \($0.upperBound)" } ?? ""
      notes.append(
        "images are in '\(layout.image)', labels in '\(layout.label)'\(range)"
          + (layout.name.map { ", names in '\($0)'" } ?? ""))
    }
    self.init(
      directory: title, vocabulary: classes.vocabulary, images: classes.images, notes: notes,
      numbering: classes.numbers.map {
        LabelNumbering(
          lowest: $0.lowerBound, highest: $0.upperBound,
          isMostlyFromOne: listing.layout?.label == RecordKeys.imageNetLabel)
      })
  }

  /// The last part of each path, or all of it where two would be called alike.
  private static func titles(of shards: [String]) -> [String] {
    let names = shards.map { $0.split(separator: "/").last.map { String($0) } ?? $0 }
    return Set(names).count == names.count ? names : shards
  }
}
