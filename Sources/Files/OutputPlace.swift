import Foundation

/// What a path for an output leads to, which says how it is written.
package enum OutputPlace: Hashable, Sendable {
  /// A file, there or not yet: links are followed, and it is replaced as a whole.
  case file(String)
  /// A pipe, a terminal or another device: written in place, as the bytes come.
  case device(String)
  /// What this process was given open, as a shell's `>(…)` or `/dev/stdout` is: written through.
  case descriptor(Int32)

  /// Follows a path; `-` is standard output.
  package init(_ path: String) throws(FileError) {
    if path == "-" {
      self = .descriptor(STDOUT_FILENO)
      return
    }
    let target = try Self.followed(path)
    if let number = Self.descriptor(target) {
      self = .descriptor(number)
      return
    }
    var status = stat()
    guard unsafe stat(target, &status) == 0 else {
      // What another process holds open may have no name of its own.
      self = unsafe stat(path, &status) == 0 ? .device(path) : .file(target)
      return
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: self = .file(target)
    case S_IFDIR: throw FileError(path, EISDIR, isCreation: true)
    default: self = .device(target)
    }
  }

  /// The path behind the links at the end of a path; of a descriptor's, the path of the descriptor.
  static func followed(_ path: String) throws(FileError) -> String {
    var path = path
    // As many as the kernel follows.
    for _ in 0..<40 {
      // The link of a descriptor leads to a name that need not be one, or be another's by now.
      guard descriptor(path) == nil, let link = try? destination(of: path) else { return path }
      path = link.hasPrefix("/") ? link : "\(FileIdentity.split(path).folder)/\(link)"
    }
    throw FileError(path, ELOOP, isCreation: true)
  }

  private static func destination(of link: String) throws -> String {
    try FileManager.default.destinationOfSymbolicLink(atPath: link)
  }

  /// The number of a descriptor of this process by its path: `/dev/fd/63`, `/proc/self/fd/1`.
  private static func descriptor(_ path: String) -> Int32? {
    let (folder, name) = FileIdentity.split(path)
    guard let number = Int32(name), number >= 0, let own = FileIdentity.resolved("/proc/self/fd"),
      FileIdentity.resolved(folder) == own
    else { return nil }
    return number
  }

  /// Fails if it cannot be written, without any change to it.
  package func check(_ path: String) throws(FileError) {
    switch self {
    case .file(let target):
      let folder = FileIdentity.split(target).folder
      var status = stat()
      guard unsafe stat(folder, &status) == 0 else {
        throw FileError(path, errno, isCreation: true)
      }
      guard status.st_mode & S_IFMT == S_IFDIR else {
        throw FileError(path, ENOTDIR, isCreation: true)
      }
      guard unsafe access(folder, W_OK | X_OK) == 0 else {
        throw FileError(path, errno, isCreation: true)
      }
    case .device(let target):
      guard unsafe access(target, W_OK) == 0 else {
        throw FileError(path, errno, isCreation: true)
      }
    case .descriptor(let number):
      let flags = fcntl(number, F_GETFL)
      guard flags >= 0, flags & O_ACCMODE != O_RDONLY else {
        throw FileError(path, EBADF, isCreation: true)
      }
    }
  }
}
