/// Why a folder of images could not be listed.
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
  case noImages(String, classes: Int)

  /// What is wrong and what to do, with the folder's path.
  public var description: String {
    switch self {
    case .missingDirectory(let path):
      "\(path): no such folder"
    case .notADirectory(let path):
      "\(path): not a folder; expected a folder with one sub-folder per class"
    case .unreadableDirectory(let path, let reason):
      "\(path): the folder cannot be read: \(reason)"
    case .noClasses(let path):
      "\(path): no class folders; expected one sub-folder per class, with its images inside"
    case .noImages(let path, let classes):
      "\(path): no images in its \(classes) class \(classes == 1 ? "folder" : "folders"); "
        + "expected files ending in .bmp, .gif, .jpeg, .jpg or .png"
    }
  }
}
