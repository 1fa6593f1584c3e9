import Networks
import Tensors

/// A graph on its way to the engine: the same values, fewer and larger steps.
///
/// Passes rewrite programs, data in and data out; weights are touched only when the last program is
/// compiled. A value keeps the number of the graph's node that defines it.
struct Program {
  typealias Value = Node.ID

  struct Step {
    let path: String
    var kind: Kind
    /// The values that it reads; a convolution that adds to its destination reads that one last.
    var inputs: [Value]
    /// The value that it defines.
    var output: Value
    /// A second value that it defines: what a batch norm makes of the first.
    var activation: Activation?
  }

  /// A batch norm, and perhaps a ReLU, of the value that a step defines.
  struct Activation {
    let path: String
    let layer: LayerOperation.BatchNorm
    let node: Node.ID
    let relu: Bool
    let output: Value
  }

  enum Kind {
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
  struct Convolution {
    var layer: LayerOperation.Convolution
    /// The node that owns the kernel and the bias.
    let node: Node.ID
    /// The node of a batch norm that is folded into the kernel and the bias.
    var norm: Node.ID?
    /// Whether it adds to the value that it reads last, in that value's place.
    var adds = false
    /// Whether negative results become 0.
    var relu = false
  }

  let graph: Graph
  var steps: [Step]
  /// The value that is the network's result.
  let output: Value
  /// The values that the caller wants to see, which no pass may fuse away.
  let taps: Set<Value>

  /// Writes a graph down step by step, with nothing fused.
  init(_ graph: Graph, taps: Set<Value> = []) {
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
  func readers(of value: Value) -> [Int] {
    var readers = steps.indices.filter { steps[$0].inputs.contains(value) }
    if value == output || taps.contains(value) { readers.append(steps.count) }
    return readers
  }

  /// The only step that reads `value`, if there is just one.
  func onlyReader(of value: Value) -> Int? {
    let readers = readers(of: value)
    return readers.count == 1 && readers[0] < steps.count ? readers[0] : nil
  }

  /// The step that defines `value`; `nil` for the images.
  func definition(of value: Value) -> Int? {
    steps.firstIndex { $0.output == value || $0.activation?.output == value }
  }
}
