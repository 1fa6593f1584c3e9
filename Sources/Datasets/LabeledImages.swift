/// One image with its class, or the set of classes that are right for it.
public struct LabeledImage: Sendable, Hashable {
  /// The path relative to the data set's folder, or the name inside an archive; bytes that are not
  /// UTF-8 are shown as `\xNN`.
  public let path: String
  /// Where it is.
  public let source: ImageSource
  /// The classes that are right: indices of ``LabeledImages/classNames``, or the network's own where
  /// the data set has only numbers. One, but for label sets as those of ReaL.
  public let labels: [Int]

  /// An image somewhere.
  public init(path: String, source: ImageSource, labels: [Int]) {
    precondition(!labels.isEmpty, "an image without a label cannot be judged")
    self.path = path
    self.source = source
    self.labels = labels
  }
}

/// The images of a folder with one sub-folder per class, in the order of Keras's
/// `image_dataset_from_directory(shuffle=False)`.
///
/// Classes are the sub-folders in order of their UTF-8 bytes, but for those that begin with a dot.
/// A class without images keeps its index. Inside a class the search is recursive, sorted by folder
/// and then by name, and takes `.bmp .gif .jpeg .jpg .png` in any case; links to folders inside a
/// class are not followed. Listing opens no image: a link to nothing, a pipe or a device is
/// listed, and reading it later fails with a reason.
public struct LabeledImages: Sendable, Hashable {
  /// The folder, or the file, as it was given.
  public let directory: String
  /// What the labels are.
  public let vocabulary: LabelVocabulary
  /// The images; of a folder per class by class, in the order of Keras.
  public let images: [LabeledImage]
  /// What a reader of the result must know of how it was listed, a line each: where the labels came
  /// from, what was left out.
  public let notes: [String]

  /// The names of the classes, in order of their index; none where labels are the network's numbers.
  public var classNames: [String] { vocabulary.names }

  /// Lists the images of `directory`.
  ///
  /// - Throws: ``DatasetError`` where the folder is missing, is no folder, cannot be read, or has
  ///   no classes or no images.
  public init(directory: String) throws(DatasetError) {
    let root = ImageLocation(path: directory)
    let classes = try DirectoryListing(root).entries.filter {
      $0.isDirectory && $0.name.first != UInt8(ascii: ".")
    }
    guard !classes.isEmpty else { throw .noClasses(directory) }
    var images: [LabeledImage] = []
    for (label, entry) in classes.enumerated() {
      for path in try Self.files(of: entry.name, in: root) {
        images.append(
          LabeledImage(
            path: ImageLocation.text(path), source: .file(root.appending(path)), labels: [label]))
      }
    }
    guard !images.isEmpty else { throw .noImages(directory, classes: classes.count) }
    self.init(
      directory: directory, vocabulary: .names(classes.map { ImageLocation.text($0.name) }),
      images: images)
  }

  /// The first `count` images, in the same classes.
  public func prefix(_ count: Int) -> LabeledImages {
    LabeledImages(
      directory: directory, vocabulary: vocabulary, images: Array(images.prefix(count)),
      notes: notes)
  }

  /// `count` images spread evenly over all, in their order.
  public func spread(_ count: Int) -> LabeledImages {
    guard count < images.count else { return self }
    return LabeledImages(
      directory: directory, vocabulary: vocabulary,
      images: (0..<count).map { images[$0 * images.count / count] }, notes: notes)
  }

  /// Images from anywhere.
  public init(
    directory: String, vocabulary: LabelVocabulary, images: [LabeledImage], notes: [String] = []
  ) {
    self.directory = directory
    self.vocabulary = vocabulary
    self.images = images
    self.notes = notes
  }

  /// The paths relative to `root` of the images of one class.
  private static func files(
    of name: [UInt8], in root: ImageLocation
  ) throws(DatasetError) -> [[UInt8]] {
    var found: [(folder: [UInt8], names: [[UInt8]])] = []
    var waiting = [name]
    while let folder = waiting.popLast() {
      var names: [[UInt8]] = []
      for entry in try DirectoryListing(root.appending(folder)).entries {
        if entry.isDirectory {
          if !entry.isLink { waiting.append(folder + [UInt8(ascii: "/")] + entry.name) }
        } else if hasImageExtension(entry.name) {
          names.append(entry.name)
        }
      }
      found.append((folder, names))
    }
    // Keras sorts whole folder paths, so that `a-b` comes before `a/c`: `-` is less than `/`.
    found.sort { $0.folder.lexicographicallyPrecedes($1.folder) }
    return found.flatMap { part in
      part.names.map { part.folder + [UInt8(ascii: "/")] + $0 }
    }
  }

  /// Keras's `ALLOWLIST_FORMATS`.
  private static let extensions = [".bmp", ".gif", ".jpeg", ".jpg", ".png"].map { Array($0.utf8) }

  private static func hasImageExtension(_ name: [UInt8]) -> Bool {
    extensions.contains { suffix in
      name.count >= suffix.count
        && zip(name.suffix(suffix.count), suffix).allSatisfy { byte, wanted in
          byte == wanted || ((0x41...0x5A).contains(byte) && byte | 0x20 == wanted)
        }
    }
  }
}

/// What the labels of a data set are.
public enum LabelVocabulary: Sendable, Hashable {
  /// Indices of these names.
  case names([String])
  /// The network's own indices.
  case networkIndices

  /// The names, where there are any.
  public var names: [String] {
    if case .names(let names) = self { names } else { [] }
  }
}
