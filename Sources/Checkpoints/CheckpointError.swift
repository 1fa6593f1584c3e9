package import Archives
package import HDF5

/// Why a checkpoint could not be opened or read.
///
/// Each case begins with the path of the file, as the user gave it.
public enum CheckpointError: Error, Hashable, Sendable {
  /// There is no such file.
  case missing(file: String)
  /// The file is there but may not or cannot be opened.
  case unreadable(file: String, detail: String)
  /// Something else than a checkpoint; `looksLike` says what.
  case notACheckpoint(file: String, looksLike: String)
  /// A checkpoint that is cut short or inconsistent; `object` is the path inside, if known.
  case damaged(file: String, object: String?, detail: String)
  /// A checkpoint with something that is not read, on purpose or not yet.
  case unsupported(file: String, object: String?, detail: String)
  /// No child process with limits could be started to read it; it was not looked into.
  case notIsolated(file: String, detail: String)
}

extension CheckpointError: CustomStringConvertible {
  /// One line for people: the file, what is wrong with it, and what to do.
  public var description: String {
    switch self {
    case .missing(let file): "\(file): no such file"
    case .unreadable(let file, let detail): "\(file): cannot be opened: \(detail)"
    case .notACheckpoint(let file, let looksLike):
      "\(file): not a Keras checkpoint: \(looksLike)"
    case .damaged(let file, let object, let detail):
      "\(Self.place(file, object)): damaged: \(detail); copy or download the file again"
    case .unsupported(let file, let object, let detail):
      "\(Self.place(file, object)): not supported: \(detail)"
    case .notIsolated(let file, let detail):
      "\(file): not read, because that cannot be done in a process with limits here: \(detail)"
    }
  }

  private static func place(_ file: String, _ object: String?) -> String {
    [file, object].compactMap(\.self).joined(separator: ": ")
  }
}

extension CheckpointError {
  /// The error of the room below in the words of this one.
  package init(_ error: HDF5Error) {
    let file = error.file
    let object = error.object == "/" ? nil : error.object
    switch error.reason {
    case .missing: self = .missing(file: file)
    case .unreadable(let detail): self = .unreadable(file: file, detail: detail)
    case .notAFile(let kind):
      self = .notACheckpoint(file: file, looksLike: kind)
    case .notHDF5:
      let content = try? FileContent(of: file)
      self = .notACheckpoint(file: file, looksLike: content?.looksLike ?? "not an HDF5 file")
    case .unexpected(let detail) where object == nil:
      self = .notACheckpoint(file: file, looksLike: detail)
    case .truncated(let detail):
      self = .damaged(file: file, object: object, detail: "the file is cut short (\(detail))")
    case .damaged(let detail), .unexpected(let detail), .notWritten(let detail):
      self = .damaged(file: file, object: object, detail: detail)
    case .notFound:
      self = .damaged(file: file, object: object, detail: "named in a list but not in the file")
    case .refused(let detail): self = .unsupported(file: file, object: object, detail: detail)
    }
  }
}

extension CheckpointError {
  /// The error of the room below in the words of this one.
  package init(_ error: ArchiveError) {
    switch error.reason {
    case .missing: self = .missing(file: error.file)
    case .unreadable(let detail): self = .unreadable(file: error.file, detail: detail)
    case .foreign(let detail): self = .notACheckpoint(file: error.file, looksLike: detail)
    case .damaged(let detail):
      self = .damaged(file: error.file, object: error.member, detail: detail)
    case .refused(let detail):
      self = .unsupported(file: error.file, object: error.member, detail: detail)
    }
  }
}
