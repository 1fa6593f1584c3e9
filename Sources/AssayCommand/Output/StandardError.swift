import Documents
import Foundation

/// Where results are printed.
///
/// All that people read goes through here or through ``StandardError``, so that no name in a stranger's file
/// does more to a terminal than to be read.
enum StandardOutput {
  /// Prints lines.
  static func show(_ text: String) {
    print(TerminalColours(descriptor: STDOUT_FILENO).marked(text.shownLines))
  }
}

/// Where messages and progress go; results alone go to standard output.
enum StandardError {
  /// Whether a person may be watching.
  static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// How wide the terminal is; 80 where it does not tell.
  static var columns: Int {
    var size = winsize()
    guard unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return 80
    }
    return Int(size.ws_col)
  }

  /// Writes a message as a line of its own, after the command's name, and what belongs to it in further lines.
  static func write(_ message: String, details: [String] = []) {
    raw("assay: \(message.shown)\n")
    for line in details.prefix(mostDetails) { raw("\(line.shown)\n") }
    if details.count > mostDetails { raw("… and \(details.count - mostDetails) more lines\n") }
  }

  /// More than the weights of any network that a person reads through.
  private static let mostDetails = 2000

  /// Shows lines that would otherwise be on standard output.
  static func show(_ text: String) {
    raw(TerminalColours(descriptor: STDERR_FILENO).marked(text.shownLines) + "\n")
  }

  /// Writes text as it is; where that fails, on a full disk say, nobody can be told, and the run goes on.
  static func raw(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}

/// Shows how far a long run has come: a bar on a terminal, else a line every ten seconds.
final class ProgressLine: Sendable {
  private let total: Int?
  private let known: Int
  private let things: String
  private let isTerminal = StandardError.isTerminal
  private let start = ContinuousClock.now
  private let state = ProgressState()

  /// Of so many images or other things, if their number is known, of which some were done before.
  init(total: Int?, known: Int = 0, things: String = "images") {
    self.things = things
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
      let numbers = "\(done) \(things), \(String(format: "%.1f", rate))/s"
      StandardError.raw(
        isTerminal ? "\r\u{1B}[K\(numbers.prefix(StandardError.columns - 1))" : numbers + "\n")
      return
    }
    let left = rate > 0 ? Int((Double(total - done) / rate).rounded(.up)) : 0
    let numbers =
      "\(done)/\(total) \(things), \(String(format: "%.1f", rate))/s, "
      + "\(left / 60):\(String(format: "%02d", left % 60)) left"
    if isTerminal {
      let line = ProgressBar.line(done, of: total, numbers, columns: StandardError.columns)
      StandardError.raw("\r\u{1B}[K\(line)")
    } else {
      StandardError.raw(numbers + "\n")
    }
  }

  /// Removes the bar.
  func finish() { if isTerminal { StandardError.raw("\r\u{1B}[K") } }
}
