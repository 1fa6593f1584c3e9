extension LabeledImages {
  /// The images of `directory`, flat or with folders of any depth, with the labels of a list.
  ///
  /// Images are in the order of the list, or of their paths where the list has only labels. One that is
  /// listed and not there stays in the list: reading it fails later, and is counted. A name without
  /// extension stands for the image that has it. ``notes`` say what was left out.
  ///
  /// - Throws: ``DatasetError``: with the line for a path that is absolute, leads out of the folder, or
  ///   comes twice; for a list of labels that are not as many as the images; where no image that is
  ///   listed is there.
  public init(
    directory: String, labels file: LabelFile, extensions: ImageExtensions = .all
  ) throws(DatasetError) {
    let root = ImageLocation(path: directory)
    let files = try ImageTree.paths(of: nil, in: root)
    let images = files.filter { extensions.contain($0) }
    guard !files.isEmpty else { throw .noFiles(directory) }
    var notes = ["labels from \(file.path)"]
    let places: [(path: [UInt8], labels: [Int])]
    switch file.assignment {
    case .named(let rows):
      let paths = try file.paths(of: rows, among: files, in: directory)
      let present = Set(files)
      let missing = paths.filter { !present.contains($0) }
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
      let listed = Set(paths)
      let others = images.filter { !listed.contains($0) }
      if !others.isEmpty {
        notes.append(
          "\(others.count) images of the folder are not listed, and left out: "
            + Self.listed(others.map { ImageLocation.text($0) }))
      }
      places = zip(paths, file.labels).map { ($0, $1) }
    case .ordered:
      guard !images.isEmpty else { throw .noFiles(directory) }
      let (ordered, note) = try file.ordered(images, in: directory)
      places = ordered
      if let note { notes.append(note) }
    }
    let empty = places.count { $0.labels.isEmpty }
    if empty > 0 { notes.append("\(empty) images whose set of labels is empty are left out") }
    guard empty < places.count else {
      throw .malformed(file: file.path, reason: "every set of labels is empty")
    }
    self.init(
      directory: directory, vocabulary: file.vocabulary,
      images: places.filter { !$0.labels.isEmpty }.map { place in
        LabeledImage(
          path: ImageLocation.text(place.path), source: .file(root.appending(place.path)),
          labels: place.labels)
      }, notes: notes)
  }
}

extension LabelFile {
  /// The path of each row's image.
  fileprivate func paths(
    of rows: [Row], among files: [[UInt8]], in directory: String
  ) throws(DatasetError) -> [[UInt8]] {
    let known = Set(files)
    let images = files.filter { ImageExtensions.all.contain($0) }
    let byStem = Dictionary(grouping: images) { Array($0[..<($0.lastIndex(of: dot) ?? 0)]) }
    var paths: [[UInt8]] = []
    var lines: [[UInt8]: Int] = [:]
    for row in rows {
      var name = row.name
      while name.starts(with: [dot, slash]) { name.removeFirst(2) }
      if let fault = Self.fault(name) {
        throw .malformed(
          file: path, line: row.line, reason: "\(fault): '\(ImageLocation.text(row.name))'")
      }
      if !known.contains(name), !ImageExtensions.all.contain(name), let found = byStem[name] {
        guard found.count == 1 else {
          throw .malformed(
            file: path, line: row.line,
            reason: "'\(ImageLocation.text(name))' may be \(found.map { ImageLocation.text($0) })")
        }
        name = found[0]
      }
      if let earlier = lines.updateValue(row.line, forKey: name) {
        throw .malformed(
          file: path, line: row.line,
          reason: "'\(ImageLocation.text(name))' is listed on line \(earlier) already")
      }
      paths.append(name)
    }
    return paths
  }

  private static func fault(_ name: [UInt8]) -> String? {
    if name.isEmpty { return "no path of an image" }
    if name.contains(0) { return "a path with a zero byte" }
    if name.first == slash { return "an absolute path; expected one inside the folder" }
    if name.split(separator: slash).contains([dot, dot]) {
      return "a path that leads out of the folder"
    }
    return nil
  }

  /// The images in order with their labels, and a note if some labels are of no image.
  fileprivate func ordered(
    _ images: [[UInt8]], in directory: String
  ) throws(DatasetError) -> (places: [(path: [UInt8], labels: [Int])], note: String?) {
    var images = images.sorted { $0.lexicographicallyPrecedes($1) }
    let numbers = images.compactMap { Self.validationNumber($0) }
    if numbers.count == images.count, Set(numbers).count == numbers.count,
      numbers.allSatisfy({ labels.indices.contains($0 - 1) })
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
    return (zip(images, labels).map { ($0, $1) }, nil)
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
