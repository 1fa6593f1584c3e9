// Text from outside on its way to a terminal: names of files, layers and classes, attributes, arguments.
extension String {
  /// The text as one line for people, which no name in it can break, colour or overwrite.
  ///
  /// Control characters, line and paragraph separators, and characters that turn the direction of the text
  /// around them are spelled out, `\n`, `\u{1B}`; and of a text without end so much is left out of the
  /// middle that a terminal can take it.
  package var shown: String { bounded.spelledOut(keepingLines: false) }

  /// The same of a text that is laid out in lines already: its line feeds stay, and nothing is left out.
  package var shownLines: String { spelledOut(keepingLines: true) }

  /// The text with all that is no plain character in it spelled out, line feeds as well.
  package var spelledOut: String { spelledOut(keepingLines: false) }

  private func spelledOut(keepingLines: Bool) -> String {
    // Nearly always there is nothing to do.
    guard utf8.contains(where: { Self.mayNeedSpelling($0, keepingLines) }) else { return self }
    var result = ""
    result.reserveCapacity(utf8.count)
    for scalar in unicodeScalars {
      if scalar.isPlain || keepingLines && scalar == "\n" {
        result.unicodeScalars.append(scalar)
      } else {
        result += scalar.escape
      }
    }
    return result
  }

  /// Control characters by themselves, and the first bytes of those scalars that are not plain.
  private static func mayNeedSpelling(_ byte: UInt8, _ keepingLines: Bool) -> Bool {
    switch byte {
    case 0x0A: !keepingLines
    case 0..<0x20, 0x7F, 0xC2, 0xD8, 0xE2: true
    default: false
    }
  }

  /// The text with the middle left out of it where it is longer than a person reads, and out of each word of
  /// it that is longer than a name: what stands before and behind a name says what is wrong with it.
  private var bounded: String {
    guard utf8.count > Self.longestWord else { return self }
    let line = cut(to: 6000, tail: 1500)
    var words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    for index in words.indices where words[index].utf8.count > Self.longestWord {
      words[index] = words[index].cut(to: Self.longestWord, tail: 80)
    }
    return words.joined(separator: " ")
  }

  private static let longestWord = 300

  /// The text in at most about `limit` bytes, of which `tail` are its end, around the count of what is left out.
  private func cut(to limit: Int, tail: Int) -> String {
    guard utf8.count > limit else { return self }
    // A step by bytes is quick, however long the text is; then back to the beginning of a scalar.
    let head = utf8.index(startIndex, offsetBy: limit - tail)
    let rest = utf8.index(endIndex, offsetBy: -tail)
    let first = unicodeScalars[..<scalarStart(at: head)]
    let last = unicodeScalars[scalarStart(at: rest)...]
    let left = utf8.count - first.utf8Count - last.utf8Count
    return "\(Self(first))…(\(left) bytes left out)…\(Self(last))"
  }

  private func scalarStart(at index: Index) -> Index {
    var index = index
    while index > startIndex, index < endIndex, utf8[index] & 0xC0 == 0x80 {
      index = utf8.index(before: index)
    }
    return index
  }
}

extension Substring.UnicodeScalarView {
  fileprivate var utf8Count: Int { Substring(self).utf8.count }
}

extension Unicode.Scalar {
  /// Whether a terminal shows it, and does nothing else.
  private var isPlainText: Bool { value >= 0x20 && !(0x7F...0x9F).contains(value) }

  /// The same, and it neither ends a line nor turns the text around it.
  package var isPlain: Bool {
    isPlainText && !turnsText && value != 0x2028 && value != 0x2029
  }

  /// It in letters, as Swift writes it in a string.
  fileprivate var escape: String {
    switch self {
    case "\n": "\\n"
    case "\r": "\\r"
    case "\t": "\\t"
    default: spelled
    }
  }
}
