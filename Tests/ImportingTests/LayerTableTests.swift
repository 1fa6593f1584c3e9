import Foundation
import Layers
import TestSupport
import Testing

/// The table of what of Keras runs (`Tools/fixtures/layer_table.py`) against what the reader knows.
@Suite("The table of Keras's layers and operators says what runs")
struct LayerTableTests {
  /// The cells of each row below a heading, without the table's own head.
  private static func rows(below heading: String) throws -> [[String]] {
    let text = String(decoding: try Fixtures.data("layers.md"), as: UTF8.self)
    let lines = text.split(separator: "\n").map(String.init)
    let start = try #require(lines.firstIndex(of: "## \(heading)"))
    let own = lines[(start + 1)...].prefix { !$0.hasPrefix("## ") }
    return own.filter { $0.hasPrefix("| `") }.map { line in
      line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast()
        .map { $0.trimmingCharacters(in: CharacterSet(charactersIn: " `")) }
    }
  }

  @Test("A layer runs where the table says so, and is refused where it gives a reason")
  func layers() throws {
    let rows = try Self.rows(below: "keras.layers")
    #expect(rows.count > 150)
    for row in rows {
      let runs = row[1] == "runs"
      #expect(runs || row[1].hasPrefix("refused: "), "\(row)")
      // An input is no call of a layer; the importer makes it.
      let isKnown = LayerCatalog.has(row[0]) || row[0] == "InputLayer"
      #expect(isKnown == runs, "\(row)")
    }
  }

  @Test("An operator runs where the table says so")
  func operators() throws {
    let rows = try Self.rows(below: "keras.ops")
    #expect(rows.count > 300)
    for row in rows where !row[1].isEmpty {
      #expect(Operator.has(row[1]) == (row[2] == "runs"), "\(row)")
    }
  }
}
