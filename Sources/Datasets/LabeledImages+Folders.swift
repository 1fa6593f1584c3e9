extension LabeledImages {
  /// Lists the images of `directory`, a folder with one sub-folder per class.
  ///
  /// Classes are the sub-folders but for those that begin with a dot. Inside a class the search is
  /// recursive, sorted by folder and then by name, as Keras's `image_dataset_from_directory` with
  /// `shuffle=False`; links to folders inside a class are not followed. Listing opens no image: a link
  /// to nothing, a pipe or a device is listed, and reading it later fails with a reason.
  ///
  /// - Parameters:
  ///   - order: Which folder is class 0, 1, 2, …, and with timm's order, that of the images too.
  ///   - extensions: Which files are images.
  /// - Throws: ``DatasetError`` where the folder is missing, is no folder, cannot be read, or has
  ///   no classes or no images, or a class that `order` does not list.
  public init(
    directory: String, order: ClassOrder = .codePoint, extensions: ImageExtensions = .keras
  ) throws(DatasetError) {
    let root = ImageLocation(path: directory)
    let entries = try DirectoryListing(root).entries
    let folders =
      entries
      .filter { $0.isDirectory && $0.name.first != UInt8(ascii: ".") }.map(\.name)
    let loose = entries.count { !$0.isDirectory && ImageExtensions.isImageName($0.name) }
    guard !folders.isEmpty else { throw .noClasses(directory) }
    var classes: [(name: String, paths: [[UInt8]])] = []
    var others = PassedOver(by: extensions)
    for folder in folders {
      let files = try ImageTree.paths(of: folder, in: root)
      others.add(files)
      classes.append((ImageLocation.text(folder), files.filter { extensions.contain($0) }))
    }
    guard classes.contains(where: { !$0.paths.isEmpty }) else {
      throw .noImages(
        directory, classes: classes.count, extensions, passedOver: others.listed)
    }
    let empty = classes.filter { $0.paths.isEmpty }.map(\.name)
    var notes: [String] = []
    switch order {
    case .codePoint:
      if !empty.isEmpty { notes = ["classes without images: \(Self.listed(empty))"] }
    case .natural:
      if !empty.isEmpty {
        notes = ["class folders without images have no index, as in timm: \(Self.listed(empty))"]
      }
      // Keys that are alike, as of `1` and `01`, stay in the order of their bytes.
      classes = Self.sorted(classes.filter { !$0.paths.isEmpty }) { Array($0.name.utf8) }
    case .given(let names):
      classes = try Self.ordered(classes, as: names, directory)
      let missing = classes.filter { $0.paths.isEmpty }.map(\.name)
      if !missing.isEmpty { notes = ["classes without images: \(Self.listed(missing))"] }
    }
    if let note = others.note { notes.append(note) }
    if loose > 0 {
      notes.append("\(loose) images lie beside the class folders, in no class, and are left out")
    }
    var images = classes.enumerated().flatMap { label, part in
      part.paths.map { (path: $0, label: label) }
    }
    if order == .natural { images = Self.sorted(images) { $0.path } }
    self.init(
      directory: directory, vocabulary: .names(classes.map(\.name)),
      images: images.map { image in
        LabeledImage(
          path: ImageLocation.text(image.path), source: .file(root.appending(image.path)),
          labels: [image.label])
      }, notes: notes)
  }

  /// The classes in the order of `names`, of which some may have no folder.
  private static func ordered(
    _ classes: [(name: String, paths: [[UInt8]])], as names: [String], _ directory: String
  ) throws(DatasetError) -> [(name: String, paths: [[UInt8]])] {
    var seen = Set<String>()
    for name in names where !seen.insert(name).inserted {
      throw .duplicateClass(name)
    }
    if let extra = classes.first(where: { !seen.contains($0.name) }) {
      throw .unlistedClass(directory, name: extra.name, listed: names.count)
    }
    // Two folders may be called alike but for how an accent is written; no list tells them apart.
    var paths: [String: [[UInt8]]] = [:]
    for part in classes where paths.updateValue(part.paths, forKey: part.name) != nil {
      throw .duplicateClass(part.name)
    }
    return names.map { ($0, paths[$0] ?? []) }
  }

  private static func sorted<Value>(_ values: [Value], by key: (Value) -> [UInt8]) -> [Value] {
    // The sort of the library is stable.
    values.map { (key: NaturalKey(key($0)), value: $0) }.sorted { $0.key < $1.key }.map(\.value)
  }

  /// The first of some names.
  static func listed(_ names: [String], most: Int = 5) -> String {
    names.prefix(most).joined(separator: ", ")
      + (names.count > most ? " and \(names.count - most) more" : "")
  }
}
