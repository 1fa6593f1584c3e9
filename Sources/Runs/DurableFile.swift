import Datasets
import Foundation

/// Files that are there whole after any death of the process or the machine, or not at all.
enum DurableFile {
  /// Writes a file under another name, makes sure that it is on the disk, and gives it its name.
  static func write(_ data: Data, to path: String) throws(RunError) {
    let temporary = "\(path).partial"
    let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .cannotCreate(path, reason: lastReason()) }
    do throws(RunError) {
      defer { close(descriptor) }
      try append(data, to: descriptor, path)
      guard fsync(descriptor) == 0 else { throw .inputOutput(path, reason: lastReason()) }
    } catch {
      unsafe unlink(temporary)
      throw error
    }
    guard unsafe rename(temporary, path) == 0 else {
      let reason = lastReason()
      unsafe unlink(temporary)
      throw .inputOutput(path, reason: reason)
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
