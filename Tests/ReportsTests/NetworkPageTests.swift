import Architectures
import Networks
import Reports
import Tensors
import Testing

@Suite("A network as a drawing")
struct NetworkPageTests {
  private func outline() throws -> NetworkOutline {
    let graph = try Graph(
      tracing: PreActivationResNet(
        blocksPerStage: [1, 1], block: .regular, filters: 4, classes: 3),
      input: ImageShape(height: 32, width: 32, channels: 1))
    return NetworkOutline(graph, title: "a \"small\" <net>")
  }

  @Test("Blocks are one row each, and hold all their layers")
  func outlined() throws {
    let outline = try outline()
    #expect(outline.rows.count < outline.allLayers.count)
    #expect(outline.allLayers.map(\.path) == outline.graph.layers.map(\.path))
    #expect(outline.rows.reduce(0) { $0 + $1.parameters } == outline.graph.parameterCount)
    #expect(
      outline.rows.reduce(0) { $0 + $1.multiplyAccumulates } == outline.graph.multiplyAccumulates)
    let block = try #require(outline.rows.first { $0.path.contains("block1") })
    #expect(block.inner.contains { $0.sources.count == 2 }, "no sum of two in a residual block")
    for row in outline.rows.dropFirst() { #expect(!row.sources.isEmpty) }
  }

  @Test("Every value that is read later runs in a lane of its own until then")
  func rails() {
    // 0 → 1 → 3 and 0 → 2 → 3, then 4 reads 3 and 0.
    let rails = NetworkRails([[], [0], [0], [1, 2], [3, 0]])
    #expect(rails.rows[0] == .init(lane: 0, sources: [], passing: [], goesOn: true))
    #expect(rails.rows[1] == .init(lane: 1, sources: [0], passing: [0], goesOn: true))
    #expect(rails.rows[2] == .init(lane: 2, sources: [0], passing: [0, 1], goesOn: true))
    #expect(rails.rows[3] == .init(lane: 1, sources: [1, 2], passing: [0], goesOn: true))
    #expect(rails.rows[4] == .init(lane: 1, sources: [1, 0], passing: [], goesOn: false))
    #expect(rails.lanes == 3)
  }

  @Test("Graphviz reads names that hold its own signs")
  func dot() throws {
    let folded = NetworkDrawing(try outline(), expanding: false).dot
    #expect(folded.hasPrefix("digraph \"a \\\"small\\\" <net>\" {"))
    #expect(!folded.contains("subgraph"))
    let expanded = NetworkDrawing(try outline(), expanding: true).dot
    #expect(expanded.contains("subgraph cluster_"))
    #expect(expanded.split(separator: "\n").count > folded.split(separator: "\n").count)
  }

  @Test("The page shows every layer, and no name of it is markup")
  func page() throws {
    let outline = try outline()
    let html = NetworkPage(outline).html
    #expect(!html.contains("<net>"))
    #expect(html.contains("&lt;net&gt;"))
    #expect(html.contains("<details>"))
    for layer in outline.allLayers { #expect(html.contains(layer.name)) }
  }
}
