public import Tensors

extension Graph {
  /// The number of all weights, moving statistics included (Keras "Total params").
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.shape.elementCount } }

  /// The number of weights that gradient descent changes (Keras "Trainable params").
  public var trainableParameterCount: Int {
    parameters.lazy.filter(\.role.isTrainable).reduce(0) { $0 + $1.shape.elementCount }
  }

  /// Multiply-accumulates for one image: convolutions and products, as published.
  public var multiplyAccumulates: Int { nodes.reduce(0) { $0 + multiplyAccumulates(of: $1) } }

  /// Multiply-accumulates of one layer for one image.
  public func multiplyAccumulates(of layer: LayerSpan) -> Int {
    layer.nodes.reduce(0) { $0 + multiplyAccumulates(of: nodes[$1]) }
  }

  /// The numbers that layers in a row read and write for one image if what is between them never leaves the core:
  /// what the first ones read from elsewhere, what the last one gives, and their weights.
  ///
  /// - Parameter images: The images that share the way of the weights.
  public func numbersMoved(by layers: [LayerSpan], images: Int) -> Double {
    guard let last = layers.last else { return 0 }
    let inside = Set(layers.flatMap(\.outputs))
    let read = Set(layers.flatMap(\.inputs)).subtracting(inside)
    let maps = (Array(read) + last.outputs).reduce(0) { $0 + self[$1].shape.elementCount }
    let weights = layers.flatMap(\.parameters).reduce(0) { $0 + $1.shape.elementCount }
    return Double(maps) + Double(weights) / Double(images)
  }

  /// Multiply-accumulates of one node for one image; 0 for all but convolutions and products.
  private func multiplyAccumulates(of node: Node) -> Int {
    func shape(_ place: Int) -> [Int] { self.shape(of: node.operands[place]).dimensions }
    switch node.primitive {
    case .window:
      return node.shape.elementCount * shape(1).dropLast().reduce(1, *)
    case .transposed(let windows):
      return shape(0).reduce(1, *) * windows.size.reduce(1, *) * (node.shape.dimensions.last ?? 1)
    case .contract(let contraction):
      return node.shape.elementCount * contraction.left.reduce(1) { $0 * shape(0)[$1] }
    default: return 0
    }
  }

  /// The shape of what a node reads.
  public func shape(of operand: Operand) -> Shape {
    switch operand {
    case .value(let id): nodes[id].shape
    case .parameter(_, let shape), .constant(_, let shape): shape
    }
  }

  /// The most bytes that results of layers need at once for one image as float32, where each is kept until
  /// the last layer that reads it is done, and the layer with which that is so.
  ///
  /// An engine that computes several layers in one step needs less.
  public var largestMemory: (bytes: Int, layer: LayerSpan)? {
    var lastReader: [Node.ID: LayerSpan.ID] = [:]
    for layer in layers { for value in layer.inputs { lastReader[value] = layer.id } }
    for port in outputs { lastReader[port.value] = layers.count }
    var ending: [LayerSpan.ID: [Node.ID]] = [:]
    for (value, reader) in lastReader { ending[reader, default: []].append(value) }
    var alive: Set<Node.ID> = []
    var bytes = 0
    var largest: (bytes: Int, layer: LayerSpan)?
    for layer in layers {
      // A layer that does nothing gives what it reads, which is no second array.
      for value in Set(layer.outputs) where alive.insert(value).inserted {
        bytes += self.bytes(of: value)
      }
      if bytes > largest?.bytes ?? -1 { largest = (bytes, layer) }
      for value in ending[layer.id] ?? [] where alive.remove(value) != nil {
        bytes -= self.bytes(of: value)
      }
    }
    return largest
  }

  /// The bytes of a value for one image as float32.
  public func bytes(of value: Node.ID) -> Int {
    nodes[value].shape.elementCount * MemoryLayout<Float>.stride
  }
}
