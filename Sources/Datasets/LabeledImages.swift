/// One image file with the class that its folder says.
public struct LabeledImage: Sendable, Hashable {
  /// The path relative to the data set's folder, beginning with the class's; bytes that are not
  /// UTF-8 are shown as `\xNN`.
  public let path: String
  /// Where to open the file.
  public let location: ImageLocation
  /// The index of its class in ``LabeledImages/classNames``.
  public let label: Int
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
  /// The folder as it was given.
  public let directory: String
  /// The names of the classes, in order of their index.
  public let classNames: [String]
  /// The images by class, in the order of Keras.
  public let images: [LabeledImage]

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
            path: ImageLocation.text(path), location: root.appending(path), label: label))
      }
    }
    guard !images.isEmpty else { throw .noImages(directory, classes: classes.count) }
    self.directory = directory
    self.classNames = classes.map { ImageLocation.text($0.name) }
    self.images = images
  }

  /// The first `count` images, in the same classes.
  public func prefix(_ count: Int) -> LabeledImages {
    LabeledImages(
      directory: directory, classNames: classNames, images: Array(images.prefix(count)))
  }

  private init(directory: String, classNames: [String], images: [LabeledImage]) {
    self.directory = directory
    self.classNames = classNames
    self.images = images
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
