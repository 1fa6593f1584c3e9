import Studies
import Synchronization

/// Shows the progress of a study, a line or bar for each part of its work.
final class StudyProgress: Sendable {
  private let things: String
  private let line = Mutex<ProgressLine?>(nil)

  /// Of so many images or other things.
  init(of things: String = "images") { self.things = things }

  /// Takes what a study tells.
  @Sendable func tell(_ event: StudyEvent) {
    switch event {
    case .began(let total, let known):
      line.withLock { $0 = ProgressLine(total: total, known: known, things: things) }
    case .advanced(let done): line.withLock(\.self)?.update(done)
    case .ended, .stopped: line.withLock(\.self)?.finish()
    }
  }
}
