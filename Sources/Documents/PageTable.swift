/// A table of a page: side by side on a desk; on a phone each row becomes a block, its name above and every other
/// value behind the title of its column, so that nothing lies beyond the edge of the screen.
package struct PageTable {
  /// What a column holds.
  package enum Kind {
    /// A name, which may be long; the first of them names the row.
    case name
    /// A number.
    case number
    /// A few words.
    case words
    /// A bar, without words.
    case bar
  }

  /// A column.
  package struct Column {
    fileprivate let title: String
    fileprivate let kind: Kind

    /// A column under a title, which is plain text.
    package init(_ title: String, _ kind: Kind) { (self.title, self.kind) = (title, kind) }
  }

  private let columns: [Column]
  private let kind: String
  /// What stands in the tag of every cell of a column.
  private let attributes: [String]
  private var rows: [String] = []

  /// A table without rows.
  ///
  /// - Parameter kind: Further classes of the table, for the page's own style.
  package init(_ columns: [Column], kind: String = "") {
    (self.columns, self.kind) = (columns, kind)
    let naming = columns.firstIndex { $0.kind == .name }
    attributes = columns.enumerated().map { index, column in
      let isPlain = index == naming || column.title.isEmpty
      return column.kind.attribute
        + (isPlain ? "" : " data-is=\"\(column.title.escapedForXML)\"")
    }
  }

  /// Whether there are no rows.
  package var isEmpty: Bool { rows.isEmpty }

  /// Adds a row of cells, which are HTML already.
  ///
  /// - Parameter titles: What is shown of a cell that is pointed at, as plain text, by its column.
  package mutating func append(_ cells: [String], kind: String = "", titles: [Int: String] = [:]) {
    precondition(cells.count == columns.count, "\(cells.count) cells in \(columns.count) columns")
    let row = columns.indices.map { index -> String in
      let title = titles[index].map { " title=\"\($0.escapedForXML)\"" } ?? ""
      return "<td\(attributes[index])\(title)>\(cells[index])</td>"
    }
    rows.append("<tr\(kind.isEmpty ? "" : " class=\"\(kind)\"")>\(row.joined())</tr>")
  }

  /// The table in its box.
  package var html: String {
    let head = columns.map {
      "<th\($0.kind == .number ? " class=\"number\"" : "")>\($0.title.escapedForXML)</th>"
    }
    return """
      <div class="wide"><table class="rows\(kind.isEmpty ? "" : " \(kind)")">
      <thead><tr>\(head.joined())</tr></thead>
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody></table></div>
      """
  }
}

extension PageTable.Kind {
  fileprivate var attribute: String {
    switch self {
    case .name: " class=\"name\""
    case .number: " class=\"number\""
    case .words: ""
    case .bar: " class=\"bar\""
    }
  }
}
