public import Tensors

/// A network as plain data: nodes in execution order, and the exact list of weights they need.
///
/// Shapes say what a map is, never how it lies: the data format is a property of the tensors that go
/// in and come out, and of nothing else.
public struct Graph: Sendable, Hashable {
  /// The shape of one input image.
  public let input: ImageShape
  /// How the input tensor lies in memory, and the result if it is a map.
  public let dataFormat: DataFormat
  /// All nodes, every one after the nodes that it reads.
  public let nodes: [Node]
  /// The node whose value is the network's result.
  public let output: Node.ID
  /// Every weight that the nodes need, in order of creation.
  public let parameters: [Parameter]

  /// The node with the given number.
  public subscript(id: Node.ID) -> Node { nodes[id] }

  /// Traces `layer` on a symbolic image of shape `input`.
  ///
  /// - Throws: ``GraphError`` when the image is too small for the network, naming the layer.
  public init(
    tracing layer: some Layer, input: ImageShape, dataFormat: DataFormat = .channelsLast
  ) throws(GraphError) {
    guard input.height > 0, input.width > 0, input.channels > 0 else {
      throw GraphError(layer: "input", problem: "an image of \(input) has no pixels")
    }
    let tracer = Tracer(input: input)
    let result = layer(tracer.inputSignal)
    if let failure = tracer.failure { throw failure }
    self.input = input
    self.dataFormat = dataFormat
    nodes = tracer.nodes
    output = result.node
    parameters = tracer.nodes.flatMap(\.parameters)
  }
}

/// One step of a ``Graph``.
public struct Node: Sendable, Hashable, Identifiable {
  /// Its place in the execution order.
  public let id: Int
  /// Its role in the network, unique within it: `stage2/block1/reduce`.
  public let path: String
  /// What it computes.
  public let operation: LayerOperation
  /// The nodes that it reads, in order.
  public let inputs: [ID]
  /// The shape of its value, for one image.
  public let shape: FeatureShape
  /// The weights that it needs, in Keras's order of variables.
  public let parameters: [Parameter]
}

/// The shape of the value of a node, for one image.
public enum FeatureShape: Sendable, Hashable, CustomStringConvertible {
  /// A feature map.
  case map(ImageShape)
  /// A row of numbers, as after pooling over the whole map.
  case vector(Int)

  /// The number of channels of a map, or the length of a row.
  public var channels: Int {
    switch self {
    case .map(let image): image.channels
    case .vector(let length): length
    }
  }

  /// The number of values for one image.
  public var elementCount: Int {
    switch self {
    case .map(let image): image.elementCount
    case .vector(let length): length
    }
  }

  /// `56×56×256` for a map, `1000` for a row.
  public var description: String {
    switch self {
    case .map(let image): image.description
    case .vector(let length): "\(length)"
    }
  }
}

/// Why a network cannot take an image of the given size.
public struct GraphError: Error, Hashable, CustomStringConvertible {
  /// The path of the layer at which the map vanishes.
  public let layer: String
  /// What is wrong there.
  public let problem: String

  package init(layer: String, problem: String) {
    self.layer = layer
    self.problem = problem
  }

  /// The layer and the problem in one line.
  public var description: String { "\(layer): \(problem)" }
}
