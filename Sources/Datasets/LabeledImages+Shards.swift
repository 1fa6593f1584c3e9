import Archives

extension LabeledImages {
  /// Lists the images of WebDataset shards: uncompressed tar archives, of which no image is read yet.
  ///
  /// What has one name up to the first dot belongs together: an image by its extension, and its label in
  /// `.cls`, or in `.json` as `label` or `cls`. Labels that are all whole numbers are the network's own.
  /// The order is that of the shards, and in each that of the archive. See ``ShardNames``.
  ///
  /// - Throws: ``DatasetError`` for a shard that is missing, damaged or cut short, with the byte; for an
  ///   image without label.
  public init(shards: [String]) throws(DatasetError) {
    var images: [(path: String, source: ImageSource)] = []
    var labels: [LabelText] = []
    var others = 0
    for shard in shards {
      let file: ArchiveFile
      do throws(ArchiveError) {
        file = try ArchiveFile(reading: shard)
      } catch {
        throw DatasetError(error)
      }
      let place = ImageLocation(path: shard)
      let name = shard.split(separator: "/").last.map { String($0) } ?? shard
      var samples = SampleReader(.file(file), path: shard, keepsContent: false)
      while let sample = try samples.next() {
        guard let image = try sample.image(shard) else {
          others += 1
          continue
        }
        labels.append(
          try sample.label(shard) { member throws(DatasetError) in
            try Self.content(member.entry, of: file)
          })
        images.append(
          (
            "\(name)/\(ImageLocation.text(image.entry.name))",
            .member(of: place, offset: image.entry.offset, byteCount: image.entry.size)
          ))
      }
    }
    let title =
      shards.count == 1 ? shards[0] : "\(shards.first ?? "no shards") and \(shards.count - 1) more"
    guard !images.isEmpty else {
      throw .malformed(
        file: title, reason: "no images in it; expected members such as 000000.jpg and 000000.cls")
    }
    let (vocabulary, classes) = try LabelMeaning(file: title).of(texts: labels)
    self.init(
      directory: title, vocabulary: vocabulary,
      images: images.enumerated().map { place, image in
        LabeledImage(path: image.path, source: image.source, labels: classes[place])
      },
      notes: others == 0 ? [] : ["\(others) samples have no image, and are left out"])
  }

  private static func content(
    _ entry: TarEntry, of file: ArchiveFile
  ) throws(DatasetError) -> [UInt8] {
    guard entry.size <= SampleReader.largestLabel else {
      throw .malformed(
        file: file.path,
        reason: "\(ImageLocation.text(entry.name)): \(entry.size) bytes for a label")
    }
    do throws(ArchiveError) {
      return try file.bytes(at: entry.offset, count: entry.size)
    } catch {
      throw DatasetError(error)
    }
  }
}
