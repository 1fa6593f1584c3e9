/// Why a run in a folder cannot begin, go on or end.
public enum RunError: Error, Hashable, CustomStringConvertible {
  /// Another process works on the same part.
  case busy(String)
  /// The folder has a run, and nobody asked to go on with it.
  case exists(String)
  /// The folder has no run.
  case noRun(String)
  /// The run in the folder is of something else; each part with what it has and what was asked for.
  case another(String, parts: [String])
  /// This machine computes otherwise than those that have worked on the run.
  case otherEngines(String, [String])
  /// A file of the run is not what was written.
  case damaged(String, reason: String)
  /// Nobody says which part is to be done.
  case noShard(ShardUncertainty)
  /// Parts are missing or bad; a line each, and whether any is worse than missing.
  case incomplete(String, lines: [String], isBad: Bool)
  /// The run is of one process, which ends it itself.
  case notSharded(String)
  /// The folder or a file in it cannot be made.
  case cannotCreate(String, reason: String)
  /// Writing or reading failed.
  case inputOutput(String, reason: String)

  /// What is wrong.
  public var description: String {
    switch self {
    case .busy(let folder):
      "\(folder): another process is at work here; wait for it, or choose another folder"
    case .exists(let folder):
      "\(folder): has a run already"
    case .noRun(let folder): "\(folder): there is no run in it"
    case .another(let folder, let parts):
      "\(folder): the run there is another: " + parts.joined(separator: "; ")
    case .otherEngines(let folder, let engines):
      "\(folder): computed by " + engines.joined(separator: " and by ")
        + ", which differ in the last digits"
    case .damaged(let file, let reason): "\(file): damaged: \(reason)"
    case .noShard(let reason): reason.description
    case .incomplete(let folder, let lines, _):
      "\(folder): cannot be merged:\n" + lines.map { "  \($0)" }.joined(separator: "\n")
    case .notSharded(let folder):
      "\(folder): the run of one process, which writes its result itself at its end"
    case .cannotCreate(let path, let reason): "\(path): cannot be created: \(reason)"
    case .inputOutput(let path, let reason): "\(path): \(reason)"
    }
  }
}
