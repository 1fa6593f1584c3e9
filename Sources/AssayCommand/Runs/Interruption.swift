import Dispatch
import Foundation
import Synchronization

/// SIGINT and SIGTERM: the first asks the run to end after its batches, a second ends the process at once.
final class Interruption: Sendable {
  private let received = Mutex<Int32?>(nil)
  /// They live as long as this value, and nobody touches them again.
  private nonisolated(unsafe) let sources: [any DispatchSourceSignal]

  /// The signal that was received first.
  var caught: Int32? { received.withLock(\.self) }

  /// Listens from now on.
  init() {
    unsafe sources = [SIGINT, SIGTERM].map { number in
      // The process must not die of it before it has been heard.
      signal(number, SIG_IGN)
      return DispatchSource.makeSignalSource(signal: number, queue: .global())
    }
    for (number, source) in unsafe zip([SIGINT, SIGTERM], sources) {
      source.setEventHandler { [weak self] in self?.hear(number) }
      source.resume()
    }
  }

  private func hear(_ number: Int32) {
    let isSecond = received.withLock { received in
      defer { received = received ?? number }
      return received != nil
    }
    if isSecond { _exit(128 + number) }
    StandardError.write("ending after the images at work; once more ends at once")
  }

  /// What the command ends with.
  func failure(_ done: Int, of count: Int, resume: String) -> Failure {
    Failure(
      caught == SIGTERM ? .terminated : .interrupted,
      "ended early: \(done) of \(count) images are done; \(resume)")
  }
}
