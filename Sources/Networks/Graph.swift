public import Tensors

/// A network as plain data: what is computed, in an order in which it can be, and whose layers these are.
///
/// Two views of one thing. ``nodes`` are what executors run: closed ``Primitive``s on arrays of any rank. ``layers``
/// are what people talk about: spans of nodes with the settings and weights of one Keras layer. Shapes are
/// those of one image; the batch is implicit, and nothing looks across it.
public struct Graph: Sendable, Hashable {
  /// What is computed, every node after those that it reads.
  public let nodes: [Node]
  /// The arrays that come from outside.
  public let inputs: [Port]
  /// The network's results.
  public let outputs: [Port]
  /// What the model behind it gives: its results, or what the file's model makes of them.
  ///
  /// A classifier's results are its logits, and its ends the probabilities, where it has those.
  package let ends: [Port]
  /// Every weight that the nodes need, in order of creation.
  public let parameters: [Parameter]
  /// Arrays that belong to the network itself.
  public let constants: [Tensor]
  /// The layers, every one after those that it reads; the first are the inputs.
  public let layers: [LayerSpan]
  /// The models inside the model, or the blocks of an architecture, each before those inside it.
  public let groups: [LayerGroup]
  /// How the tensors of images lie, and the result if it is a map.
  public let dataFormat: DataFormat
  private let definingLayers: [LayerSpan.ID?]

  /// The node that computes the value with the given number.
  public subscript(id: Node.ID) -> Node { nodes[id] }

  package init(
    _ tracer: Tracer, inputs: [Port], outputs: [Port], ends: [Port]? = nil, dataFormat: DataFormat
  ) {
    nodes = tracer.nodes
    parameters = tracer.parameters
    constants = tracer.constants
    layers = tracer.layers
    groups = tracer.groups
    self.inputs = inputs
    self.outputs = outputs
    self.ends = ends ?? outputs
    self.dataFormat = dataFormat
    var defining: [LayerSpan.ID?] = Array(repeating: nil, count: nodes.count)
    for layer in layers { for node in layer.nodes { defining[node] = layer.id } }
    definingLayers = defining
  }

  /// Traces `block` on a symbolic image of shape `input`.
  ///
  /// Its maps are H·W·C throughout; in channels_first the image, and a result that is a map, are permuted.
  ///
  /// - Throws: ``GraphError`` when the image is too small for the network, naming the layer.
  public init(
    tracing block: some Block, input: ImageShape, dataFormat: DataFormat = .channelsLast
  ) throws(GraphError) {
    guard input.height > 0, input.width > 0, input.channels > 0 else {
      throw GraphError(layer: "input", problem: "an image of \(input) has no pixels")
    }
    let tracer = Tracer()
    let (port, image) = tracer.image(named: "input", input, dataFormat)
    var result = block(image)
    if dataFormat == .channelsFirst, result.shape.rank == 3 {
      result = result.applying(.permute([2, 0, 1]))
    }
    if let failure = tracer.failure { throw failure }
    self.init(
      tracer, inputs: [port], outputs: [Port(name: "output", value: tracer.value(of: result))],
      dataFormat: dataFormat)
  }
}

extension Graph {
  /// The network up to a value, which becomes its only result.
  ///
  /// Its weights are still all of them, and its layers those that are computed until then.
  package func ending(in value: Node.ID) -> Graph { Graph(self, endingIn: value) }

  private init(_ whole: Graph, endingIn value: Node.ID) {
    nodes = Array(whole.nodes[...value])
    inputs = whole.inputs.filter { $0.value <= value }
    outputs = [Port(name: whole.path(of: value), value: value)]
    ends = outputs
    parameters = whole.parameters
    constants = whole.constants
    let computed = Array(whole.layers.prefix { $0.nodes.upperBound <= value + 1 })
    layers = computed
    groups = []
    dataFormat = whole.dataFormat
    definingLayers = whole.definingLayers[...value].map { id in
      id.flatMap { computed.indices.contains($0) ? $0 : nil }
    }
  }
}

extension Graph {
  /// One call of a layer on inputs of the given shapes, for one image.
  ///
  /// - Throws: ``GraphError`` where they do not fit.
  package init(calling layer: any Layer, on shapes: [Shape]) throws(GraphError) {
    let tracer = Tracer()
    let inputs = shapes.enumerated().map { tracer.input(named: "input\($0)", $1) }
    let results = tracer.call(layer, at: layer.kerasClass, inputs.map(\.1))
    let outputs = results.map { Port(name: layer.kerasClass, value: tracer.value(of: $0)) }
    if let failure = tracer.failure { throw failure }
    self.init(tracer, inputs: inputs.map(\.0), outputs: outputs, dataFormat: .channelsLast)
  }
}

/// A value that goes into a network or comes out of it, under its name.
public struct Port: Sendable, Hashable {
  /// The name: that of an input layer, or of the layer that gives the result.
  public let name: String
  /// The value.
  public let value: Node.ID

  package init(name: String, value: Node.ID) {
    self.name = name
    self.value = value
  }
}

/// One thing that is computed, and the value that it gives.
public struct Node: Sendable, Hashable, Identifiable {
  /// Its place in the order of execution, by which its value is called.
  public let id: Int
  /// What is computed.
  public let primitive: Primitive
  /// What it reads, in the primitive's order.
  public let operands: [Operand]
  /// The shape of its value, for one image.
  public let shape: Shape

  /// The values among its operands.
  public var inputs: [ID] {
    operands.compactMap { if case .value(let id) = $0 { id } else { nil } }
  }
}

/// What a node reads.
public enum Operand: Sendable, Hashable {
  /// What another node computes.
  case value(Node.ID)
  /// A weight, by its place among the graph's, its numbers under the given extents.
  case parameter(Int, Shape)
  /// An array of the network's own, by its place among them, its numbers under the given extents.
  case constant(Int, Shape)
}

extension Graph {
  /// The layer that computes a value; `nil` for what no layer does.
  public func layer(defining value: Node.ID) -> LayerSpan? {
    definingLayers[value].map { layers[$0] }
  }

  /// The layers with weights, each once, however often it is called.
  public var weightedLayers: [LayerSpan] {
    var seen: Set<String> = []
    return layers.filter { !$0.parameters.isEmpty && seen.insert($0.path).inserted }
  }

  /// The layers whose values a layer reads, each as often as it reads one.
  public func layers(before layer: LayerSpan) -> [LayerSpan] {
    layer.inputs.compactMap { self.layer(defining: $0) }
  }

  /// The layers that a layer reads, each once, those among them that do nothing.
  public func sources(of layer: LayerSpan) -> [LayerSpan.ID] {
    var seen: Set<LayerSpan.ID> = []
    return zip(layer.sources, layer.inputs).compactMap { source, value in
      source ?? self.layer(defining: value)?.id
    }.filter { seen.insert($0).inserted }
  }

  /// What a value is called: by its layer where it is what that gives, else by a place within it.
  public func path(of value: Node.ID) -> String {
    guard let layer = layer(defining: value) else { return "value \(value)" }
    if layer.outputs.first == value { return layer.path }
    return "\(layer.path)#\(value - layer.nodes.lowerBound)"
  }

  /// The value that is the network's first result.
  public var output: Node.ID { outputs[0].value }

  /// The image that the network reads first: of two axes a grey one, of any other number one pixel.
  public var input: ImageShape {
    let extents = nodes[inputs[0].value].shape.dimensions
    switch extents.count {
    case 3 where dataFormat == .channelsLast:
      return ImageShape(height: extents[0], width: extents[1], channels: extents[2])
    case 3: return ImageShape(height: extents[1], width: extents[2], channels: extents[0])
    case 2: return ImageShape(height: extents[0], width: extents[1], channels: 1)
    default: return ImageShape(height: 1, width: 1, channels: extents.reduce(1, *))
    }
  }

  /// The number of values in the result for one image: for a classifier, its classes.
  public var outputCount: Int { nodes[output].shape.elementCount }
}

/// Why a network cannot take an image of the given size.
public struct GraphError: Error, Hashable, CustomStringConvertible {
  /// The path of the layer at which something does not fit.
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
