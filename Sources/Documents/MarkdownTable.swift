extension String {
  /// The text as it may stand anywhere in Markdown, in the cell of a table as well.
  ///
  /// What could be markup becomes an entity, which Markdown never takes for any: there is no name that
  /// makes a link, a tag, a mention of a person or another column of it.
  package var escapedForMarkdown: String {
    var result = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "\n", "\r", "\t": result += " "
      case _ where Self.markup.contains(scalar): result += "&#\(scalar.value);"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F: result += "\u{FFFD}"
      // An entity at the beginning: a backslash before it would be markup.
      case _ where scalar.turnsText: result += "&#92;" + scalar.spelled.dropFirst()
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result.replacing("www.", with: "www&#46;")
  }

  /// The text as code: of one width, and no mention of anybody.
  ///
  /// As a tag, for between backticks a text with backticks would need longer ones, and a bar in a table
  /// ends the cell nevertheless.
  package var codeForMarkdown: String { "<code>\(escapedForMarkdown)</code>" }

  private static let markup = Set("&<>\"'\\`*_{}[]()#+!|~@:$^=".unicodeScalars)
}

/// A table as GitHub's Markdown has it.
package struct MarkdownTable {
  /// On which side of its column a text stands.
  package enum Alignment: String {
    case left = "---"
    case right = "---:"
  }

  private var lines: [String]
  private let columns: Int

  /// A table of these columns, without rows.
  package init(_ columns: [(title: String, alignment: Alignment)]) {
    self.columns = columns.count
    lines = [
      Self.line(columns.map(\.title)), "|" + columns.map { $0.alignment.rawValue + "|" }.joined(),
    ]
  }

  /// Adds a row of cells, which are Markdown already.
  package mutating func append(_ cells: [String]) {
    precondition(cells.count == columns, "\(cells.count) cells in a table of \(columns) columns")
    lines.append(Self.line(cells))
  }

  /// The table, without a line break at its end.
  package var text: String { lines.joined(separator: "\n") }

  private static func line(_ cells: [String]) -> String {
    "| " + cells.joined(separator: " | ") + " |"
  }
}
