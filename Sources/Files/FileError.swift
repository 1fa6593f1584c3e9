import Glibc

/// Why a file could not be written.
package struct FileError: Error, Hashable, CustomStringConvertible {
  /// The path as the user wrote it.
  package let path: String
  /// The system's number for it.
  package let code: Int32
  /// Whether the file could not even be begun.
  package let isCreation: Bool

  init(_ path: String, _ code: Int32, isCreation: Bool = false) {
    (self.path, self.code, self.isCreation) = (path, code, isCreation)
  }

  /// A file or a folder that could not be made.
  package init(creating path: String, _ code: Int32) {
    self.init(path, code, isCreation: true)
  }

  /// Whether the place is none for this file.
  ///
  /// Otherwise the machine has failed, and another time it may work.
  package var isWrongPlace: Bool {
    isCreation
      && [
        EACCES, EPERM, EROFS, ENOTDIR, EEXIST, EISDIR, ENOENT, ENAMETOOLONG, ELOOP, EINVAL, EBADF,
        ENXIO,
      ].contains(code)
  }

  /// The system's words.
  package var reason: String { SystemReason.words(code) }

  package var description: String {
    "\(path): cannot be \(isCreation ? "created" : "written"): \(reason)"
  }
}
