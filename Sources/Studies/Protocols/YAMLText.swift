import Foundation
import Yams

/// YAML of a stranger as a tree of nodes, which is no larger than its text.
struct YAMLText {
  /// The tree; `nil` where the text holds nothing.
  let root: Node?

  /// Reads text of one document.
  ///
  /// - Throws: ``ProtocolError``.
  init(_ data: Data, file: String) throws(ProtocolError) {
    guard let text = String(validating: data, as: UTF8.self) else {
      throw .notYAML(file: file, line: 1, column: 1, reason: "the text is not UTF-8")
    }
    // Before anything is read: comparing two keys of aliases may take for ever.
    if let line = Self.lineOfAlias(text) { throw .alias(file: file, line: line) }
    do {
      root = try Yams.compose(yaml: text)
    } catch let error as YamlError {
      let (reason, line, column) = Self.words(error)
      throw .notYAML(file: file, line: line, column: column, reason: reason)
    } catch {
      throw .notYAML(file: file, line: 1, column: 1, reason: "\(error)")
    }
  }

  /// The first line with something that may be an anchor or an alias.
  ///
  /// Each begins where a token can, with a sign and a letter, a digit, `_` or `-`. Text in quotes may look so
  /// too, which is refused as well; a line that is a comment is nothing else.
  private static func lineOfAlias(_ text: String) -> Int? {
    var (line, isComment, isAtStart) = (1, false, true)
    var previous: Unicode.Scalar = "\n"
    var sign = false
    for scalar in text.unicodeScalars {
      if sign, !isComment,
        scalar.properties.isAlphabetic || "0123456789_-".unicodeScalars.contains(scalar)
      {
        return line
      }
      let isBreak = breaks.contains(scalar)
      sign = (scalar == "&" || scalar == "*") && openers.contains(previous)
      if isBreak {
        if scalar != "\r" { line += 1 }
        (isComment, isAtStart) = (false, true)
      } else if isAtStart, scalar != " ", scalar != "\t" {
        isComment = scalar == "#"
        isAtStart = false
      }
      previous = scalar
    }
    return nil
  }

  /// What ends a line, of YAML 1.1.
  private static let breaks: Set<Unicode.Scalar> = ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"]

  /// What can stand before the first sign of a token.
  private static let openers = breaks.union([
    " ", "\t", "\u{FEFF}", "[", "]", "{", "}", ",", ":", "?", "\"", "'", "!", ">", "|",
  ])

  private static func words(_ error: YamlError) -> (reason: String, line: Int, column: Int) {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return (problem, mark.line, mark.column)
    case .duplicatedKeysInMapping(let keys, let context):
      return (
        "twice the same: \(keys.joined(separator: ", "))", context.mark.line, context.mark.column
      )
    case .reader(let problem, _, _, _): return (problem, 1, 1)
    default: return ("no text that can be read", 1, 1)
    }
  }
}
