import Documents

/// Columns of text, as wide as their widest entry.
struct TextTable {
  /// A column's title, and the side on which its entries end.
  enum Column {
    case left(String)
    case right(String)

    var title: String {
      switch self {
      case .left(let title), .right(let title): title
      }
    }
  }

  let columns: [Column]
  private var rows: [[String]] = []

  init(columns: [Column]) { self.columns = columns }

  mutating func add(_ row: [String]) {
    precondition(row.count == columns.count, "\(row.count) entries for \(columns.count) columns")
    // A name from outside must not make a row of its own, nor columns of a million characters.
    rows.append(row.map(\.shown))
  }

  var text: String {
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
    }.joined(separator: "\n")
  }
}
