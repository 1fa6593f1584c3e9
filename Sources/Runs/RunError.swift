/// Why a run in a folder cannot begin, go on or end.
public enum RunError: Error, Hashable, CustomStringConvertible {
  /// Another process works in the folder.
  case busy(String)
  /// The folder has a run, and nobody asked to go on with it.
  case exists(String)
  /// The folder has no run to go on with.
  case nothingToResume(String)
  /// The run in the folder is of something else; each part with what it has and what was asked for.
  case another(String, parts: [String])
  /// A file of the run is not what was written.
  case damaged(String, reason: String)
  /// The folder or a file in it cannot be made.
  case cannotCreate(String, reason: String)
  /// Writing or reading failed.
  case inputOutput(String, reason: String)

  /// What is wrong, and what to do.
  public var description: String {
    switch self {
    case .busy(let folder):
      "\(folder): another run is at work here; wait for it, or choose another folder"
    case .exists(let folder):
      "\(folder): has a run already; --resume goes on with it"
    case .nothingToResume(let folder):
      "\(folder): no run to resume; without --resume one begins"
    case .another(let folder, let parts):
      "\(folder): the run there is another: " + parts.joined(separator: "; ")
    case .damaged(let file, let reason): "\(file): damaged: \(reason)"
    case .cannotCreate(let path, let reason): "\(path): cannot be created: \(reason)"
    case .inputOutput(let path, let reason): "\(path): \(reason)"
    }
  }
}
