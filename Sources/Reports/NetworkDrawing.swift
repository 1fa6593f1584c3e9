import Documents
import Networks

/// A network in Graphviz's language: boxes of layers, arrows of what they read.
package struct NetworkDrawing {
  /// The text, for `dot -Tsvg`.
  package let dot: String

  /// Draws a network; models inside it, or blocks, are one box each unless they are to be expanded.
  package init(_ outline: NetworkOutline, expanding: Bool) {
    var lines = [
      "digraph \(Self.quoted(outline.title)) {", "  rankdir=TB;",
      "  node [shape=box, style=rounded, fontname=\"Helvetica\", fontsize=11];",
      "  edge [arrowsize=0.6];",
    ]
    if expanding {
      Self.add(outline.rows, to: &lines, indent: "  ")
      for layer in outline.graph.layers {
        for before in outline.graph.sources(of: layer) {
          lines.append("  n\(before) -> n\(layer.id);")
        }
      }
    } else {
      for row in outline.rows { lines.append("  " + Self.box(row)) }
      for row in outline.rows {
        for source in row.sources {
          lines.append(
            "  n\(outline.rows[source].layers.lowerBound) -> n\(row.layers.lowerBound);")
        }
      }
    }
    dot = (lines + ["}"]).joined(separator: "\n") + "\n"
  }

  private static func add(
    _ rows: [NetworkOutline.Row], to lines: inout [String], indent: String
  ) {
    for row in rows {
      guard !row.inner.isEmpty else {
        lines.append(indent + box(row))
        continue
      }
      lines.append("\(indent)subgraph cluster_\(row.layers.lowerBound)_\(row.layers.upperBound) {")
      lines.append("\(indent)  label=\(quoted(row.path)); color=gray; fontname=\"Helvetica\";")
      add(row.inner, to: &lines, indent: indent + "  ")
      lines.append("\(indent)}")
    }
  }

  private static func box(_ row: NetworkOutline.Row) -> String {
    let kind = [row.kind, row.details].filter { !$0.isEmpty }.joined(separator: " ")
    let shape = row.inner.isEmpty ? "" : ", peripheries=2"
    return
      "n\(row.layers.lowerBound) [label=\(quoted([row.path, kind, row.shape].joined(separator: "\n")))\(shape)];"
  }

  /// A text as Graphviz reads it, whatever a stranger called a layer.
  private static func quoted(_ text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map {
      String($0).shown.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    }
    return "\"\(lines.joined(separator: "\\n"))\""
  }
}
