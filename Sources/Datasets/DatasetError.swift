/// Why a set of images, or what says their labels, could not be read.
public enum DatasetError: Error, Hashable, CustomStringConvertible {
  /// Nothing is at this path.
  case missingDirectory(String)
  /// A file is at this path, not a folder.
  case notADirectory(String)
  /// A folder exists and cannot be listed; the reason is the system's.
  case unreadableDirectory(String, reason: String)
  /// The folder holds no sub-folder, so there are no classes.
  case noClasses(String)
  /// There are classes, but no file with an extension of an image in any of them.
  ///
  /// `passedOver` counts what is there instead: `3 .tif`.
  case noImages(String, classes: Int, ImageExtensions = .keras, passedOver: String = "")
  /// No image is in a folder whose images a list labels.
  case noFiles(String)
  /// A folder has a name that the given list of classes has not.
  case unlistedClass(String, name: String, listed: Int)
  /// A given list has a class twice.
  case duplicateClass(String)
  /// Nothing is at this path, where a file should be.
  case missingFile(String)
  /// A file exists and cannot be read; the reason is the system's.
  case unreadableFile(String, reason: String)
  /// A file of labels, of classes, of images is not what it should be; the line counts from 1.
  case malformed(file: String, line: Int? = nil, reason: String)
  /// A file can be read in several ways, or in none, until somebody says what is meant.
  case undecided(file: String, Choice, reason: String)

  /// What somebody has to say of a set of images.
  public enum Choice: Hashable, Sendable {
    /// Which split of a set.
    case split
    /// The feature that holds an image.
    case imageKey
    /// The feature that holds the label.
    case labelKey
    /// That an image has a set of labels.
    case labelSets
  }

  /// What is wrong, with the path, and the line where there is one.
  public var description: String {
    switch self {
    case .missingDirectory(let path):
      "\(path): no such folder"
    case .notADirectory(let path):
      "\(path): not a folder; expected a folder with one sub-folder per class"
    case .unreadableDirectory(let path, let reason):
      "\(path): the folder cannot be read: \(reason)"
    case .noClasses(let path):
      "\(path): no class folders; expected one sub-folder per class, with its images inside, or a "
        + "file of labels"
    case .noImages(let path, let classes, let extensions, let passedOver):
      "\(path): no images in its \(classes) class \(classes == 1 ? "folder" : "folders"); "
        + "expected files ending in \(extensions.listed)"
        + (passedOver.isEmpty ? "" : "; there are \(passedOver)")
    case .noFiles(let path):
      "\(path): no images in it, at any depth"
    case .unlistedClass(let path, let name, let listed):
      "\(path): the class folder '\(name)' is not among the \(listed) classes that are listed"
    case .duplicateClass(let name):
      "the class '\(name)' is listed twice"
    case .missingFile(let path):
      "\(path): no such file"
    case .unreadableFile(let path, let reason):
      "\(path): cannot be read: \(reason)"
    case .malformed(let file, let line, let reason):
      "\(file):\(line.map { "\($0):" } ?? "") \(reason)"
    case .undecided(let file, _, let reason):
      "\(file): \(reason)"
    }
  }

  /// Whether an input is not there or cannot be read, rather than not what it should be.
  public var isMissingInput: Bool {
    switch self {
    case .missingDirectory, .missingFile, .unreadableDirectory, .unreadableFile: true
    case .notADirectory, .noClasses, .noImages, .noFiles, .unlistedClass, .duplicateClass,
      .malformed, .undecided:
      false
    }
  }
}
