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
    /// The path of the layer that it was.
    package let path: String
    /// The graph's node that it was, whose weights it has; `nil` for one that no node is.
    package var node: Node.ID?
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
    package let layer: Planar.BatchNorm
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
    case batchNorm(Planar.BatchNorm, node: Node.ID, relu: Bool)
    case relu
    case layerNorm(LayerNorm)
    /// Of queries, keys and values, in rows.
    case attention(Attention)
    case zeroPadding(EdgePadding)
    /// With `zeros`, its padding counts as 0, as that of a map with zeros around it, else as −∞.
    case maxPool(Planar.Pooling, zeros: Bool)
    case averagePool(Planar.Pooling)
    /// The same numbers, a map in the given order, under other extents.
    case flatten(DataFormat)
    case dense(Dense)
    case add
    case concatenate
    case softmax
    /// Any other primitive; the values among its operands are places in the step's inputs.
    case primitive(Primitive, [Operand])
  }

  /// A convolution with what was fused into it, in the order in which it applies.
  package struct Convolution: Hashable, Sendable {
    /// Its extents.
    package var layer: Planar.Convolution
    /// The node that owns the kernel and the bias.
    package let node: Node.ID
    /// The node of a batch norm of its input that is folded into the kernel and the bias.
    package var inputNorm: Node.ID?
    /// The node of a batch norm that is folded into the kernel and the bias.
    package var norm: Node.ID?
    /// Whether it adds to the value that it reads last, in that value's place.
    package var adds = false
    /// From each row and column of that value that is added to the next; only of 1 the sum lies in its place.
    package var addendStride = 1
    /// A weight, one number a filter, that the results are multiplied by.
    package var scale: Operand?
    /// What is made of each result.
    package var function: Function?

    /// Whether negative results become 0, and nothing else is made of them.
    package var relu: Bool { function == .relu }

    /// Whether the sum lies where the value lay that it adds to.
    package var addsInPlace: Bool { adds && addendStride == 1 }
  }

  /// A normalisation by the moments of a pixel's channels, then `· gamma + beta` (Keras's LayerNormalization over
  /// the last axis).
  package struct LayerNorm: Hashable, Sendable {
    /// ε, and whether the mean is taken off.
    package let settings: Normalize
    /// The weights, one number a channel.
    package var gamma, beta: Operand?
  }

  /// `softmax(scale · q · kᵀ) · v` for each head (Vaswani and others 2017).
  package struct Attention: Hashable, Sendable {
    /// The heads, and the features of each, which lie side by side in the rows.
    package let heads, features: Int
    /// What the products of queries and keys are multiplied by.
    package let scale: Float
  }

  /// A row times a matrix.
  package struct Dense: Hashable, Sendable {
    /// The number of outputs.
    package var units: Int
    /// Whether a bias is added.
    package var hasBias: Bool
    /// The node that owns the kernel and the bias.
    package let node: Node.ID

    /// The same as a 1×1 convolution of one pixel.
    package var convolution: Planar.Convolution {
      Planar.Convolution(
        filters: units, kernel: 1, strides: 1, padding: .none, dilation: 1, groups: 1,
        hasBias: hasBias)
    }
  }

  /// A value that comes in or goes out, and how a map lies then.
  package struct Port: Hashable, Sendable {
    /// The value.
    package var value: Value
    /// Whether the tensor outside has the channels first.
    package var format = DataFormat.channelsLast
  }

  /// The network.
  package let graph: Graph
  /// What is computed, in this order.
  package var steps: [Step]
  /// The values that come from outside.
  package var inputs: [Port]
  /// The values that are the network's results.
  package var outputs: [Port]
  /// The values that the caller wants to see, which no pass may fuse away.
  package let taps: Set<Value>
  /// The shapes of values that are not as large as their nodes, or have none.
  package var extents: [Value: Shape] = [:]

  /// Writes a graph down step by step, with nothing fused.
  package init(_ graph: Graph, taps: Set<Value> = []) {
    self.graph = graph
    self.taps = taps
    inputs = graph.inputs.map { Port(value: $0.value) }
    outputs = graph.outputs.map { Port(value: $0.value) }
    let given = Set(graph.inputs.map(\.value))
    steps = graph.nodes.filter { !given.contains($0.id) }.map { node in
      var inputs: [Value] = []
      let operands = node.operands.map { operand -> Operand in
        guard case .value(let value) = operand else { return operand }
        inputs.append(value)
        return .value(inputs.count - 1)
      }
      return Step(
        path: graph.path(of: node.id), node: node.id, kind: .primitive(node.primitive, operands),
        inputs: inputs,
        output: node.id)
    }
    let planar = movingPermutations().withPlanarKinds()
    (steps, inputs, outputs, extents) = (
      planar.steps, planar.inputs, planar.outputs, planar.extents
    )
  }

  /// The steps that read `value`, by their place; a result of the network and what is tapped count as
  /// read at the end.
  package func readers(of value: Value) -> [Int] {
    var readers = steps.indices.filter { steps[$0].inputs.contains(value) }
    if isOutput(value) || taps.contains(value) { readers.append(steps.count) }
    return readers
  }

  /// Whether a value is a result of the network.
  package func isOutput(_ value: Value) -> Bool { outputs.contains { $0.value == value } }

  /// The only step that reads `value`, if there is just one.
  package func onlyReader(of value: Value) -> Int? {
    let readers = readers(of: value)
    return readers.count == 1 && readers[0] < steps.count ? readers[0] : nil
  }

  /// The step that defines `value`; `nil` for what comes from outside.
  package func definition(of value: Value) -> Int? {
    steps.firstIndex { $0.output == value || $0.activation?.output == value }
  }

  /// The shape of `value` for one image.
  package func shape(of value: Value) -> Shape { extents[value] ?? graph[value].shape }

  /// How `value` lies for the fast kernels.
  package func form(of value: Value) -> Planar.Form { Planar.Form(shape(of: value)) }

  /// Whether `value` is a map of several rows or columns.
  func isMap(_ value: Value) -> Bool {
    let shape = shape(of: value)
    return shape.rank == 3 && shape.elementCount > shape[2]
  }

  /// The number of a value that no node defines, of the given shape.
  package mutating func newValue(_ shape: Shape) -> Value {
    let value = max(graph.nodes.count, (extents.keys.max() ?? 0) + 1)
    extents[value] = shape
    return value
  }
}
