import Foundation

/// Where messages and progress go; results alone go to standard output.
enum StandardError {
  /// Whether a person may be watching.
  static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// Writes a message as a line of its own, after the command's name.
  static func write(_ message: String) { raw("assay: \(message)\n") }

  /// Writes text as it is; where that fails, on a full disk say, nobody can be told, and the run goes on.
  static func raw(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}

/// Shows how far a long run has come: a bar on a terminal, else a line every ten seconds.
final class ProgressLine: Sendable {
  private let total: Int?
  private let known: Int
  private let isTerminal = StandardError.isTerminal
  private let start = ContinuousClock.now
  private let state = ProgressState()

  /// Of so many images, if their number is known, of which some were done before.
  init(total: Int?, known: Int = 0) {
    self.total = total
    self.known = known
  }

  /// Shows that `done` images are done.
  func update(_ done: Int) {
    let elapsed = start.duration(to: .now)
    guard state.shouldShow(done, at: elapsed, every: isTerminal ? .milliseconds(100) : .seconds(10))
    else { return }
    let seconds = elapsed / .seconds(1)
    let rate = seconds > 0 ? Double(done - known) / seconds : 0
    guard let total else {
      // A stream has no end in sight.
      let numbers = "\(done) images, \(String(format: "%.1f", rate))/s"
      StandardError.raw(isTerminal ? "\r\u{1B}[K\(numbers)" : numbers + "\n")
      return
    }
    let left = rate > 0 ? Int((Double(total - done) / rate).rounded(.up)) : 0
    let numbers =
      "\(done)/\(total) images, \(String(format: "%.1f", rate))/s, "
      + "\(left / 60):\(String(format: "%02d", left % 60)) left"
    if isTerminal {
      let width = 30
      let full = total > 0 ? done * width / total : width
      let bar = String(repeating: "█", count: full) + String(repeating: "░", count: width - full)
      StandardError.raw("\r\u{1B}[K\(bar) \(numbers)")
    } else {
      StandardError.raw(numbers + "\n")
    }
  }

  /// Removes the bar.
  func finish() { if isTerminal { StandardError.raw("\r\u{1B}[K") } }
}
