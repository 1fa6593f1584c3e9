/// Columns of text, as wide as their widest entry.
package struct TextTable {
  /// A column's title, and the side on which its entries end.
  package enum Column {
    /// Entries begin at the same place, as names do.
    case left(String)
    /// Entries end at the same place, as numbers do.
    case right(String)

    var title: String {
      switch self {
      case .left(let title), .right(let title): title
      }
    }
  }

  private let columns: [Column]
  private var rows: [[String]] = []

  /// A table without rows.
  package init(columns: [Column]) { self.columns = columns }

  /// Adds a row, which must have an entry for every column.
  package mutating func add(_ row: [String]) {
    precondition(row.count == columns.count, "\(row.count) entries for \(columns.count) columns")
    // A name from outside must not make a row of its own, nor columns of a million characters.
    rows.append(row.map(\.shown))
  }

  /// The titles and the rows, a line each.
  package var text: String { lines.joined(separator: "\n") }

  /// The lines of ``text``.
  package var lines: [String] {
    let all = [columns.map(\.title)] + rows
    let widths = columns.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    return all.map { row in
      let cells = row.indices.map { index in
        let space = String(repeating: " ", count: widths[index] - row[index].count)
        return switch columns[index] {
        case .left: row[index] + space
        case .right: space + row[index]
        }
      }
      let line = cells.joined(separator: "  ")
      guard let end = line.utf8.lastIndex(where: { $0 != UInt8(ascii: " ") }) else { return "" }
      return String(line[...end])
    }
  }
}
