/// What happens in a study, for whoever waits for it; told from any thread.
public enum StudyEvent: Sendable, Hashable {
  /// Work begins, on so many images or protocols if their number is known; some were done before.
  case began(total: Int?, known: Int)
  /// So many are done.
  case advanced(to: Int)
  /// It has ended, with so many that were done now and the time that they took.
  case ended(done: Int, in: Duration)
  /// It was asked to end early, and has.
  case stopped
}
