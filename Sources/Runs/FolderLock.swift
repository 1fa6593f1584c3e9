import Foundation

/// A folder that only one process works in.
final class FolderLock: Sendable {
  private let descriptor: Int32

  /// Locks a folder until this value or the process ends.
  ///
  /// Some file systems of clusters have no locks, or none between machines. There two processes may work
  /// at once, which costs time and harms nothing: each writes a journal of its own, and the same result.
  init(_ folder: String) throws(RunError) {
    let path = "\(folder)/lock"
    // From here on `deinit` closes it, also where this throws.
    descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw RunFile.creationFailure(path) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) != 0 else { return }
    let code = errno
    guard ![ENOLCK, ENOSYS, EOPNOTSUPP, EINVAL].contains(code) else { return }
    throw code == EWOULDBLOCK
      ? .busy(folder) : .inputOutput(path, reason: RunFile.lastReason())
  }

  // The lock goes with the last descriptor of the file.
  deinit { if descriptor >= 0 { close(descriptor) } }
}
