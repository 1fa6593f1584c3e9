import Documents
import Networks
import Reports
import Tensors

/// A network as text: a line a layer, and the sums.
struct NetworkSummary {
  private let outline: NetworkOutline
  private let rows: [NetworkOutline.Row]

  init(_ outline: NetworkOutline, _ rows: [NetworkOutline.Row]) {
    self.outline = outline
    self.rows = rows
  }

  var text: String {
    let graph = outline.graph
    let reading = readers
    var columns: [TextTable.Column] = [
      .left("layer"), .left("kind"), .left("details"), .right("output"), .right("parameters"),
      .right("MACs"), .right("memory"),
    ]
    if reading != nil { columns.append(.left("reads")) }
    var table = TextTable(columns: columns)
    for (place, row) in rows.enumerated() {
      table.add(
        [
          row.path, row.kind, row.details, row.shape,
          row.parameters == 0 ? "" : "\(row.parameters)",
          row.multiplyAccumulates == 0 ? "" : "\(row.multiplyAccumulates)",
          Magnitude(row.bytes).bytes,
        ] + (reading.map { [$0[place]] } ?? []))
    }
    var lines = [
      table.text, "",
      "parameters  \(graph.parameterCount), of which trainable \(graph.trainableParameterCount); "
        + "\(Magnitude(graph.parameterCount * MemoryLayout<Float>.stride).bytes) as float32",
      "multiply-accumulates for one image  \(graph.multiplyAccumulates)",
    ]
    if let (bytes, layer) = graph.largestMemory {
      lines.append(
        "results of one image kept at once  at most \(Magnitude(bytes).bytes), at \(layer.path.shown)"
      )
    }
    return lines.joined(separator: "\n")
  }

  /// What each row reads, where that is not just the row before it.
  private var readers: [String]? {
    var rowOfLayer: [LayerSpan.ID: Int] = [:]
    for (place, row) in rows.enumerated() { for layer in row.layers { rowOfLayer[layer] = place } }
    let graph = outline.graph
    let sources = rows.enumerated().map { place, row in
      var seen: Set<Int> = []
      return row.layers.flatMap { graph.sources(of: graph.layers[$0]) }
        .compactMap { rowOfLayer[$0] }.filter { $0 != place && seen.insert($0).inserted }
    }
    let isChain = sources.enumerated().allSatisfy { $1 == ($0 == 0 ? [] : [$0 - 1]) }
    guard !isChain else { return nil }
    return sources.map { $0.map { rows[$0].path }.joined(separator: ", ") }
  }
}
