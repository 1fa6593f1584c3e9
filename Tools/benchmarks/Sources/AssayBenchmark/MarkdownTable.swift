/// A table that reads the same on a terminal and as Markdown.
struct MarkdownTable {
  let titles: [String]
  private var rows: [[String]] = []

  /// The first column is of words, all others of numbers.
  init(_ titles: [String]) { self.titles = titles }

  mutating func add(_ row: [String]) {
    precondition(row.count == titles.count, "\(row.count) entries for \(titles.count) columns")
    rows.append(row)
  }

  var text: String {
    let widths = titles.indices.map { column in
      ([titles] + rows).map { $0[column].count }.max() ?? 0
    }
    func line(_ cells: [String]) -> String {
      let padded = zip(cells, widths).enumerated().map { column, cell in
        let space = String(repeating: " ", count: cell.1 - cell.0.count)
        return column == 0 ? cell.0 + space : space + cell.0
      }
      return "| " + padded.joined(separator: " | ") + " |"
    }
    let rule = widths.enumerated().map { column, width in
      column == 0
        ? String(repeating: "-", count: width) : String(repeating: "-", count: width - 1) + ":"
    }
    return ([line(titles), line(rule)] + rows.map(line)).joined(separator: "\n")
  }
}
