import Synchronization

/// Which progress was shown last, and when.
final class ProgressState: Sendable {
  private struct Shown {
    var done = 0
    var time = Duration.zero
  }

  private let shown = Mutex(Shown())

  /// Whether it is time to show `done`; threads may report out of order.
  func shouldShow(_ done: Int, at time: Duration, every interval: Duration) -> Bool {
    shown.withLock { shown in
      guard done > shown.done, time - shown.time >= interval else { return false }
      shown = Shown(done: done, time: time)
      return true
    }
  }
}
