package import Networks
package import Tensors

/// A graph on its way to the engine: the same values, fewer and larger steps.
///
/// Passes rewrite programs, data in and data out; weights are touched only when the last program is
/// compiled. A value keeps the number of the graph's node that defines it; one that no node defines
/// has a number beyond theirs.
package struct Program: Hashable, Sendable {
  package typealias Value = Node.ID

  /// One thing that is computed.
  package struct Step: Hashable, Sendable {
    /// The path of the node that it was.
    package let path: String
    /// What is computed.
    package var kind: Kind
    /// The values that it reads; a convolution that adds to its destination reads that one last.
    package var inputs: [Value]
    /// The value that it defines.
    package var output: Value
    /// A second value that it defines: what a batch norm makes of the first.
    package var activation: Activation?
  }

  /// A batch norm, and perhaps a ReLU, of the value that a step defines.
  package struct Activation: Hashable, Sendable {
    /// The path of the batch norm.
    package let path: String
    /// Its parameters.
    package let layer: LayerOperation.BatchNorm
    /// The node that owns its weights.
    package let node: Node.ID
    /// Whether negative results become 0.
    package let relu: Bool
    /// The value that it defines.
    package let output: Value
  }

  /// What a step computes.
  package enum Kind: Hashable, Sendable {
    case convolution(Convolution)
    case batchNorm(LayerOperation.BatchNorm, node: Node.ID, relu: Bool)
    case relu
    case zeroPadding(EdgePadding)
    /// With `zeros`, its padding counts as 0, as that of a map with zeros around it, else as −∞.
    case maxPool(LayerOperation.Pooling, zeros: Bool)
    case averagePool(LayerOperation.Pooling)
    case flatten(DataFormat)
    case dense(Node.ID)
    case add
    case concatenate
    case softmax
  }

  /// A convolution with what was fused into it, in the order in which it applies.
  package struct Convolution: Hashable, Sendable {
    /// Its extents.
    package var layer: LayerOperation.Convolution
    /// The node that owns the kernel and the bias.
    package let node: Node.ID
    /// The node of a batch norm of its input that is folded into the kernel and the bias.
    package var inputNorm: Node.ID?
    /// The node of a batch norm that is folded into the kernel and the bias.
    package var norm: Node.ID?
    /// Whether it adds to the value that it reads last, in that value's place.
    package var adds = false
    /// Whether negative results become 0.
    package var relu = false
  }

  /// The network.
  package let graph: Graph
  /// What is computed, in this order.
  package var steps: [Step]
  /// The value that is the network's result.
  package let output: Value
  /// The values that the caller wants to see, which no pass may fuse away.
  package let taps: Set<Value>
  /// The maps that are not as large as their nodes, or have none.
  package var extents: [Value: ImageShape] = [:]

  /// Writes a graph down step by step, with nothing fused.
  package init(_ graph: Graph, taps: Set<Value> = []) {
    self.graph = graph
    self.taps = taps
    output = graph.output
    steps = graph.nodes.compactMap { node in
      let kind: Kind
      switch node.operation {
      case .input: return nil
      case .convolution(let layer): kind = .convolution(Convolution(layer: layer, node: node.id))
      case .batchNorm(let layer): kind = .batchNorm(layer, node: node.id, relu: false)
      case .relu: kind = .relu
      case .zeroPadding(let edges): kind = .zeroPadding(edges)
      case .maxPool(let layer): kind = .maxPool(layer, zeros: false)
      case .averagePool(let layer): kind = .averagePool(layer)
      case .globalAveragePool:
        guard case .map(let map) = graph[node.inputs[0]].shape else {
          preconditionFailure("\(node.path): pools a row")
        }
        let window = Extent(height: map.height, width: map.width)
        kind = .averagePool(
          LayerOperation.Pooling(window: window, strides: 1, padding: .none))
      case .flatten(let order): kind = .flatten(order)
      case .dense: kind = .dense(node.id)
      case .add: kind = .add
      case .concatenate: kind = .concatenate
      case .softmax: kind = .softmax
      }
      return Step(path: node.path, kind: kind, inputs: node.inputs, output: node.id)
    }
  }

  /// The steps that read `value`, by their place; the network's result and what is tapped count as
  /// read at the end.
  package func readers(of value: Value) -> [Int] {
    var readers = steps.indices.filter { steps[$0].inputs.contains(value) }
    if value == output || taps.contains(value) { readers.append(steps.count) }
    return readers
  }

  /// The only step that reads `value`, if there is just one.
  package func onlyReader(of value: Value) -> Int? {
    let readers = readers(of: value)
    return readers.count == 1 && readers[0] < steps.count ? readers[0] : nil
  }

  /// The step that defines `value`; `nil` for the images.
  package func definition(of value: Value) -> Int? {
    steps.firstIndex { $0.output == value || $0.activation?.output == value }
  }

  /// The shape of `value` for one image.
  package func shape(of value: Value) -> FeatureShape {
    extents[value].map(FeatureShape.map) ?? graph[value].shape
  }
}
