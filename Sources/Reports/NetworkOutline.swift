import Layers
package import Networks
import Tensors

/// The layers of a network as rows, with models inside it, or blocks, as one row each that holds its own.
package struct NetworkOutline: Sendable {
  /// A layer, or several that belong together.
  package struct Row: Sendable {
    /// The path of the layer or the group.
    package let path: String
    /// The name within the group around it.
    package let name: String
    /// The class of the layer, or what the group is.
    package let kind: String
    /// What tells the layer from others of its class.
    package let details: String
    /// The shape of its result for one image; of a group, of its last layer's.
    package let shape: String
    /// The weights that no row before it has: a layer that is called again brings none.
    package let parameters: Int
    /// Multiply-accumulates for one image.
    package let multiplyAccumulates: Int
    /// The bytes of its result for one image, as float32.
    package let bytes: Int
    /// The rows beside it that it reads, by their places, each once.
    package let sources: [Int]
    /// Whether it reads what comes from outside the group around it.
    package let readsOutside: Bool
    /// The layers of a group.
    package let inner: [Row]
    /// The layers that it stands for, by their places in the graph.
    package let layers: Range<LayerSpan.ID>
  }

  /// What the network is called.
  package let title: String
  /// The network.
  package let graph: Graph
  /// The rows, in an order in which each follows what it reads.
  package let rows: [Row]

  /// Outlines a network.
  package init(_ graph: Graph, title: String) {
    self.title = title
    self.graph = graph
    var builder = Builder(graph: graph)
    rows = builder.rows(graph.layers.indices, below: "")
  }

  /// All rows, with those of groups after them.
  package var allLayers: [Row] { Self.leaves(rows) }

  private static func leaves(_ rows: [Row]) -> [Row] {
    rows.flatMap { $0.inner.isEmpty ? [$0] : leaves($0.inner) }
  }

  /// Whether each row reads just the one before it.
  package var isChain: Bool {
    rows.enumerated().allSatisfy { $1.sources == ($0 == 0 ? [] : [$0 - 1]) }
  }
}

/// Makes rows of layers, groups first.
private struct Builder {
  let graph: Graph
  var groups: ArraySlice<LayerGroup>
  var counted: Set<Parameter> = []

  init(graph: Graph) {
    self.graph = graph
    groups = graph.groups[...]
  }

  mutating func rows(_ range: Range<LayerSpan.ID>, below path: String) -> [NetworkOutline.Row] {
    var rows: [NetworkOutline.Row] = []
    var rowOfLayer: [LayerSpan.ID: Int] = [:]
    var place = range.lowerBound
    while place < range.upperBound {
      var layers = place..<place + 1
      var inner: [NetworkOutline.Row] = []
      var name = graph.layers[place].path
      // Groups stand in the order of their first layers, each before those inside it.
      if let group = groups.first, group.layers.lowerBound == place,
        group.layers.upperBound <= range.upperBound
      {
        groups.removeFirst()
        layers = group.layers
        name = group.path
        inner = self.rows(layers, below: name)
      }
      let sources = sources(of: layers, rowOfLayer)
      for layer in layers { rowOfLayer[layer] = rows.count }
      rows.append(row(name, layers, inner, sources, below: path))
      place = layers.upperBound
    }
    return rows
  }

  private func sources(
    of layers: Range<LayerSpan.ID>, _ rowOfLayer: [LayerSpan.ID: Int]
  ) -> (rows: [Int], outside: Bool) {
    var rows: [Int] = []
    var outside = false
    for layer in layers {
      for before in graph.sources(of: graph.layers[layer]) where !layers.contains(before) {
        guard let row = rowOfLayer[before] else {
          outside = true
          continue
        }
        if !rows.contains(row) { rows.append(row) }
      }
    }
    return (rows, outside)
  }

  private mutating func row(
    _ path: String, _ layers: Range<LayerSpan.ID>, _ inner: [NetworkOutline.Row],
    _ sources: (rows: [Int], outside: Bool), below outer: String
  ) -> NetworkOutline.Row {
    let last = graph.layers[layers.upperBound - 1]
    let prefix = outer.isEmpty ? "" : outer + "/"
    let own =
      inner.isEmpty
      ? last.parameters.filter { counted.insert($0).inserted }.reduce(0) {
        $0 + $1.shape.elementCount
      } : inner.reduce(0) { $0 + $1.parameters }
    return NetworkOutline.Row(
      path: path, name: path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : path,
      kind: inner.isEmpty ? last.kerasClass : "\(layers.count) layers",
      details: inner.isEmpty ? last.details(in: graph) : "",
      shape: last.outputs.map { "\(graph[$0].shape)" }.joined(separator: ", "),
      parameters: own,
      multiplyAccumulates: layers.reduce(0) {
        $0 + graph.multiplyAccumulates(of: graph.layers[$1])
      },
      bytes: last.outputs.reduce(0) { $0 + graph.bytes(of: $1) },
      sources: sources.rows, readsOutside: sources.outside, inner: inner, layers: layers)
  }
}
