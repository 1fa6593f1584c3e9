import Foundation

/// Colours for people who read on a terminal: verdicts, and the number that everybody looks for.
///
/// Off where nobody reads on one, where `NO_COLOR` has any value (no-color.org), and on a `dumb` terminal. Text gets
/// its colours last, when nothing in it can be taken for an escape sequence any more.
struct TerminalColours {
  /// Whether there are any.
  let isOn: Bool

  /// Those of a stream of this process.
  init(descriptor: Int32) {
    let environment = ProcessInfo.processInfo.environment
    isOn =
      isatty(descriptor) == 1 && (environment["NO_COLOR"] ?? "").isEmpty
      && environment["TERM"] != "dumb"
  }

  private enum Style: String {
    case bold = "1"
    case good = "32"
    case bad = "1;31"
  }

  /// Words at the beginning of a line.
  private static let beginnings: [(word: String, style: Style)] = [
    ("passed", .good), ("failed", .bad), ("fault:", .bad), ("fits:", .good),
    ("first suspicious:", .bad),
  ]

  /// What stands before the verdict on a number that was expected.
  private static let gate = "gate    "

  /// Words at the end of a line of a table.
  private static let ends: [(word: String, style: Style)] = [
    (" fits", .good), (" differs", .bad), (" suspicious", .bad),
  ]

  /// Lines with their colours.
  func marked(_ text: String) -> String {
    guard isOn else { return text }
    return text.split(separator: "\n", omittingEmptySubsequences: false).map(Self.marked)
      .joined(separator: "\n")
  }

  private static func marked(_ line: Substring) -> String {
    if line.hasPrefix(gate) { return gate + marked(line.dropFirst(gate.count)) }
    if let (word, style) = beginnings.first(where: { line.hasPrefix($0.word) }) {
      return styled(word, style) + line.dropFirst(word.count)
    }
    if let (word, style) = ends.first(where: { line.hasSuffix($0.word) }) {
      return line.dropLast(word.count) + styled(word, style)
    }
    // "top-1    98.89 %  (356 of 360, …)"
    if line.hasPrefix("top-1 "), let percent = line.firstIndex(of: "%") {
      return styled(String(line[...percent]), .bold) + line[line.index(after: percent)...]
    }
    return String(line)
  }

  private static func styled(_ text: String, _ style: Style) -> String {
    "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m"
  }
}
