/// Why a study cannot be made.
public enum StudyError: Error, Sendable, Hashable, CustomStringConvertible {
  /// A stream is read once, and the checkpoints up to this one do not fit into memory together.
  case streamIsReadOnce(checkpoint: String)
  /// A run that is to be resumed needs its images again, which a stream does not give.
  case streamCannotBeResumed
  /// The checkpoint is not the one that it was when the run was planned.
  case changed(checkpoint: String)
  /// The images were preprocessed before, which leaves no protocol to search.
  case preprocessedAlready(directory: String)
  /// The study was asked to end early; so many of its images are done.
  case interrupted(done: Int, of: Int)

  /// What is wrong, in a sentence that names the file.
  public var description: String {
    switch self {
    case .streamIsReadOnce(let checkpoint):
      "\(checkpoint): a stream is read once, and not all checkpoints fit into memory together"
    case .streamCannotBeResumed: "a stream cannot be gone on with; its shards on disk can"
    case .changed(let checkpoint): "\(checkpoint): has changed since the run began"
    case .preprocessedAlready(let directory):
      "\(directory): arrays that are preprocessed already leave no protocol to try"
    case .interrupted(let done, let count): "ended early: \(done) of \(count) images are done"
    }
  }
}
