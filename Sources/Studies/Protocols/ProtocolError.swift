/// Why there is no protocol where one was named.
public enum ProtocolError: Error, Hashable, CustomStringConvertible {
  /// There is no such file, and no published protocol of that name.
  case missing(String)
  /// A file of more bytes than a protocol has.
  case tooLarge(file: String, bytes: Int, limit: Int)
  /// The text is not UTF-8, or no YAML at this line and column, which count from 1.
  case notYAML(file: String, line: Int, column: Int, reason: String)
  /// Text with anchors or aliases, of which a few hundred bytes can stand for any number of values.
  case alias(file: String, line: Int)
  /// What should have settings in it has none; `key` is empty for the whole file.
  case noSettings(file: String, key: String, known: [String])
  /// A key that nobody reads: a mistake that would change numbers.
  case unknownSetting(file: String, key: String, known: [String])
  /// A value that is not of the kind that its setting needs, in words.
  case wrongKind(file: String, key: String, value: String, expected: String)
  /// A value that is none of those that its setting knows.
  case unknownValue(file: String, key: String, value: String, known: [String])
  /// A number outside of what is possible.
  case impossible(file: String, key: String, value: String, range: ClosedRange<Int>)

  /// What is wrong and what would be right, in a line.
  public var description: String {
    switch self {
    case .missing(let name):
      "\(name): no such file, and no protocol of that name; there are "
        + EvaluationProtocol.published.map(\.name).joined(separator: ", ")
    case .tooLarge(let file, let bytes, let limit):
      "\(file): \(bytes) bytes are no protocol, which has at most \(limit)"
    case .notYAML(let file, let line, let column, let reason):
      "\(file): no protocol in YAML: line \(line), column \(column): \(reason)"
    case .alias(let file, let line):
      "\(file): line \(line): a protocol has no anchors (&name) and no aliases (*name); text that begins so "
        + "stands in the middle of a word or behind another sign"
    case .noSettings(let file, let key, let known):
      "\(file): \(key.isEmpty ? "a protocol" : key) has keys and values: "
        + known.joined(separator: ", ")
    case .unknownSetting(let file, let key, let known):
      "\(file): no setting is called '\(key)'; there are " + known.joined(separator: ", ")
    case .wrongKind(let file, let key, let value, let expected):
      "\(file): \(key) '\(value)' is not possible; it is \(expected)"
    case .unknownValue(let file, let key, let value, let known):
      "\(file): \(key) '\(value)' does not exist; there are " + known.joined(separator: ", ")
    case .impossible(let file, let key, let value, let range):
      "\(file): \(key) \(value) is not possible; it is from \(range.lowerBound) to "
        + "\(range.upperBound)"
    }
  }

  /// Whether what was named is not there, rather than not right.
  public var isMissing: Bool {
    if case .missing = self { true } else { false }
  }
}
