extension String {
  /// The text as it may stand in an attribute or between tags of XML and HTML.
  ///
  /// Line breaks become spaces. What XML cannot hold becomes U+FFFD. Characters that turn the direction
  /// of the text around them, with which a name can be made to look like another, are spelled out:
  /// `\u{202E}`.
  package var escapedForXML: String {
    var result = ""
    result.reserveCapacity(utf8.count)
    for scalar in unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\n", "\t": result += " "
      case _ where scalar.isForbiddenInXML: result += "\u{FFFD}"
      case _ where scalar.turnsText: result += scalar.spelled
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// The text between tags of HTML, kept apart from its neighbours where it runs from right to left.
  package var isolatedForHTML: String { "<bdi>\(escapedForXML)</bdi>" }

  /// The text if it has no more than `count` characters; else its beginning and its end, which in file
  /// names tell the most, around an ellipsis.
  package func shortened(to count: Int) -> String {
    let characters = Array(self)
    guard characters.count > count, count > 2 else { return self }
    let tail = (count - 1) / 2
    return String(characters.prefix(count - 1 - tail)) + "…" + String(characters.suffix(tail))
  }
}

extension Unicode.Scalar {
  /// Control characters, and the two that are no characters.
  fileprivate var isForbiddenInXML: Bool {
    value < 0x20 || (0x7F...0x9F).contains(value) || value == 0xFFFE || value == 0xFFFF
  }

  /// Marks, embeddings, overrides and isolates of the bidirectional algorithm (Unicode, annex 9).
  var turnsText: Bool {
    switch value {
    case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
  }

  /// The scalar as Swift writes it in a string.
  var spelled: String { "\\u{\(String(value, radix: 16, uppercase: true))}" }
}
