extension LabeledImages {
  /// The images of `directory`, flat or with folders of any depth, with the labels of a list.
  ///
  /// Images are in the order of the list, or of their paths where the list has only labels. One that is
  /// listed and not there stays in the list: reading it fails later, and is counted. How paths may be
  /// written, see `ListedPaths`. ``notes`` say what was left out.
  ///
  /// - Parameter extensions: Which files are images, for a list of labels alone.
  /// - Throws: ``DatasetError``: with the line for a path that leads out of the folder, or comes twice with
  ///   two labels; for a list of labels that are not as many as the images; where no image that is listed is
  ///   there.
  public init(
    directory: String, labels file: LabelFile, extensions: ImageExtensions = .all
  ) throws(DatasetError) {
    let root = ImageLocation(path: directory)
    let files = try ImageTree.paths(of: nil, in: root)
    let images = files.filter { extensions.contain($0) }
    guard !files.isEmpty else { throw .noFiles(directory) }
    var notes = ["labels from \(file.path)"] + file.notes
    let places: [(path: [UInt8], labels: [Int])]
    switch file.assignment {
    case .named(let rows):
      let listed = try ListedPaths(rows, of: file, among: files, in: directory)
      let paths = listed.places.map(\.path)
      let present = Set(files)
      let missing = paths.filter { !present.contains($0) }
      notes += listed.notes
      guard missing.count < paths.count else {
        throw .malformed(
          file: file.path, line: rows[0].line,
          reason:
            "none of the \(paths.count) images that are listed is in \(directory); the first is "
            + ImageLocation.text(paths[0]))
      }
      if !missing.isEmpty {
        notes.append(
          "\(missing.count) of the images that are listed are not there: "
            + Self.listed(missing.map { ImageLocation.text($0) }))
      }
      let named = Set(paths)
      let others = files.filter { ImageExtensions.isImageName($0) && !named.contains($0) }
      if !others.isEmpty {
        notes.append(
          "\(others.count) images of the folder are not listed, and left out: "
            + Self.listed(others.map { ImageLocation.text($0) }))
      }
      places = listed.places.map { ($0.path, file.labels[$0.row]) }
    case .ordered:
      guard !images.isEmpty else { throw .noFiles(directory) }
      let (ordered, note) = try file.ordered(images, in: directory)
      places = ordered
      if let note { notes.append(note) }
      if let note = PassedOver(files, by: extensions).note { notes.append(note) }
    }
    // Of questions that are all answered with no, there is still something to get wrong.
    let empty = file.isMultiLabel ? 0 : places.count { $0.labels.isEmpty }
    if empty > 0 { notes.append("\(empty) images whose set of labels is empty are left out") }
    guard empty < places.count else {
      throw .malformed(file: file.path, reason: "every set of labels is empty")
    }
    self.init(
      directory: directory, vocabulary: file.vocabulary,
      images: places.filter { file.isMultiLabel || !$0.labels.isEmpty }.map { place in
        LabeledImage(
          path: ImageLocation.text(place.path), source: .file(root.appending(place.path)),
          labels: place.labels)
      }, notes: notes, isMultiLabel: file.isMultiLabel)
  }
}

extension LabelFile {
  /// The images in order with their labels, and a note if some labels are of no image.
  fileprivate func ordered(
    _ images: [[UInt8]], in directory: String
  ) throws(DatasetError) -> (places: [(path: [UInt8], labels: [Int])], note: String?) {
    var images = images.sorted { $0.lexicographicallyPrecedes($1) }
    let numbers = images.compactMap { Self.validationNumber($0) }
    if numbers.count == images.count, Set(numbers).count == numbers.count,
      numbers.allSatisfy({ (1...labels.count).contains($0) })
    {
      images = zip(numbers, images).sorted { $0.0 < $1.0 }.map(\.1)
      let places = zip(images, numbers.sorted()).map { ($0, labels[$1 - 1]) }
      return (
        places,
        places.count == labels.count
          ? nil
          : "\(places.count) of \(labels.count) labels are used, by the number in the images' names"
      )
    }
    guard images.count == labels.count else {
      throw .malformed(
        file: path,
        reason: "\(labels.count) labels, but \(directory) has \(images.count) images")
    }
    return (images.enumerated().map { ($1, labels[$0]) }, nil)
  }

  /// The number in a name such as `ILSVRC2012_val_00000001.JPEG`, in whatever folder.
  private static func validationNumber(_ path: [UInt8]) -> Int? {
    let name = path.suffix(from: path.lastIndex(of: slash).map { $0 + 1 } ?? 0)
    let opening = Array("ILSVRC2012_val_".utf8)
    guard name.starts(with: opening) else { return nil }
    let digits = name.dropFirst(opening.count).prefix { $0 != dot }
    guard digits.count == 8, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int(String(decoding: digits, as: UTF8.self))
  }
}

private let dot = UInt8(ascii: ".")
private let slash = UInt8(ascii: "/")
