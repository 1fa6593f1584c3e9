import Datasets
import Foundation

/// Files that are there whole after any death of the process or the machine, or not at all.
enum DurableFile {
  /// Writes a file under another name, makes sure that it is on the disk, and gives it its name.
  ///
  /// Several processes may do so at once, also on several machines; the last one's stays.
  static func write(_ data: Data, to path: String) throws(RunError) {
    try place(data, at: path) { temporary throws(RunError) in
      guard unsafe rename(temporary, path) == 0 else {
        throw .inputOutput(path, reason: lastReason())
      }
    }
  }

  /// The same, but a file that is there already stays.
  static func create(_ data: Data, at path: String) throws(RunError) {
    var status = stat()
    guard unsafe stat(path, &status) != 0 else { return }
    try place(data, at: path) { temporary throws(RunError) in
      // Unlike a rename it does not replace what another process made meanwhile.
      guard unsafe link(temporary, path) == 0 || errno == EEXIST else {
        throw [EPERM, EOPNOTSUPP, ENOSYS].contains(errno)
          ? .cannotCreate(path, reason: "no hard links here, by which a run is pinned")
          : .inputOutput(path, reason: lastReason())
      }
      unsafe unlink(temporary)
    }
  }

  private static func place(
    _ data: Data, at path: String, by giveName: (String) throws(RunError) -> Void
  ) throws(RunError) {
    let temporary = "\(path).\(String(UInt64.random(in: 0 ... .max), radix: 16)).partial"
    let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw creationFailure(path) }
    do throws(RunError) {
      defer { close(descriptor) }
      try append(data, to: descriptor, path)
      guard fsync(descriptor) == 0 else { throw .inputOutput(path, reason: lastReason()) }
      try giveName(temporary)
    } catch {
      unsafe unlink(temporary)
      throw error
    }
    try synchronize(folder: (path as NSString).deletingLastPathComponent)
  }

  /// Writes all bytes.
  static func append(_ data: Data, to descriptor: Int32, _ path: String) throws(RunError) {
    var written = 0
    let bytes = [UInt8](data)
    while written < bytes.count {
      let step = unsafe bytes.withUnsafeBytes { buffer in
        guard let start = buffer.baseAddress else { return 0 }
        return unsafe Foundation.write(descriptor, start + written, bytes.count - written)
      }
      if step > 0 {
        written += step
      } else if errno != EINTR {
        throw .inputOutput(path, reason: lastReason())
      }
    }
  }

  /// The bytes of a file; `nil` where there is none.
  static func read(_ path: String) throws(RunError) -> Data? {
    do {
      return try Data(contentsOf: URL(fileURLWithPath: path))
    } catch CocoaError.fileReadNoSuchFile {
      return nil
    } catch {
      throw .inputOutput(path, reason: error.localizedDescription)
    }
  }

  /// Makes a folder, and those above it.
  static func createFolder(_ path: String) throws(RunError) {
    guard unsafe mkdir(path, 0o755) != 0 else { return }
    if errno == ENOENT, case let above = (path as NSString).deletingLastPathComponent,
      !above.isEmpty,
      above != path
    {
      try createFolder(above)
      guard unsafe mkdir(path, 0o755) != 0 else { return }
    }
    let code = errno
    var status = stat()
    // Another process may have made it meanwhile.
    if code == EEXIST, unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      return
    }
    errno = code
    throw creationFailure(path)
  }

  /// Why a file or a folder could not be made: its place is none, or the machine has failed, and another time it
  /// may work.
  static func creationFailure(_ path: String) -> RunError {
    let reason = lastReason()
    return [EACCES, EPERM, EROFS, ENOTDIR, EEXIST, EISDIR, ENOENT, ENAMETOOLONG, ELOOP, EINVAL]
      .contains(errno)
      ? .cannotCreate(path, reason: reason) : .inputOutput(path, reason: reason)
  }

  /// Makes sure that the names in a folder are on the disk.
  static func synchronize(folder: String) throws(RunError) {
    let descriptor = unsafe open(folder.isEmpty ? "." : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .inputOutput(folder, reason: lastReason()) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw .inputOutput(folder, reason: lastReason()) }
  }

  /// The system's words for what went wrong last.
  static func lastReason() -> String { SystemReason.words(errno) }
}
