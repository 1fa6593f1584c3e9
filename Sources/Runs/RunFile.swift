import Files
import Foundation

/// The files of a run, with the errors of a run.
enum RunFile {
  /// Writes a file that is there whole, or not at all; the last one's of several processes stays.
  static func write(_ data: Data, to path: String) throws(RunError) {
    try translating { () throws(FileError) in try DurableFile.write(data, to: path) }
  }

  /// The same of a file that is handed over in pieces.
  static func write(
    _ path: String, _ body: (inout PieceFile) throws -> Void
  ) throws {
    do {
      try DurableFile.replace(path) { temporary in try PieceFile.write(temporary, body) }
    } catch let error as FileError {
      throw failure(error)
    }
  }

  /// The same, but a file that is there already stays.
  static func create(_ data: Data, at path: String) throws(RunError) {
    do throws(FileError) {
      try DurableFile.create(data, at: path)
    } catch {
      throw [EPERM, EOPNOTSUPP, ENOSYS].contains(error.code) && error.isCreation
        ? .cannotCreate(path, reason: "no hard links here, by which a run is pinned")
        : failure(error)
    }
  }

  /// Writes all bytes.
  static func append(_ data: Data, to descriptor: Int32, _ path: String) throws(RunError) {
    try translating { () throws(FileError) in try DurableFile.append(data, to: descriptor, path) }
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
    if errno == ENOENT, case let above = FilePath.folder(of: path),
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
    throw failure(FileError(creating: path, code))
  }

  /// Why a file or a folder could not be made.
  static func creationFailure(_ path: String) -> RunError {
    failure(FileError(creating: path, errno))
  }

  /// Makes sure that the names in a folder are on the disk.
  static func synchronize(folder: String) throws(RunError) {
    try translating { () throws(FileError) in try DurableFile.synchronize(folder: folder) }
  }

  /// The system's words for what went wrong last.
  static func lastReason() -> String { SystemReason.words(errno) }

  private static func translating(_ body: () throws(FileError) -> Void) throws(RunError) {
    do throws(FileError) { try body() } catch { throw failure(error) }
  }

  private static func failure(_ error: FileError) -> RunError {
    error.isWrongPlace
      ? .cannotCreate(error.path, reason: error.reason)
      : .inputOutput(error.path, reason: error.reason)
  }
}
