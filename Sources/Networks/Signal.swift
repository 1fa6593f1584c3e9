import Tensors

/// A value that does not exist yet: running a ``Layer`` on one writes the ``Graph`` down.
public struct Signal {
  let tracer: Tracer
  let node: Node.ID

  /// The shape that the value will have, for one image.
  public var shape: FeatureShape { tracer.nodes[node].shape }

  /// Runs `layer` on this signal under `name`, which becomes part of the paths of its nodes.
  public func applying(_ layer: some Layer, as name: String) -> Signal {
    tracer.scope.append(name)
    defer { tracer.scope.removeLast() }
    return layer(self)
  }
}

/// A piece of a network: what it does to a signal, and nothing about where it stands.
public protocol Layer: Sendable {
  /// Adds this layer to the network after `x`.
  func callAsFunction(_ x: Signal) -> Signal
}

/// The notebook in which signals write what is done to them.
final class Tracer {
  var nodes: [Node] = []
  var scope: [String] = []
  /// The first place at which the image turned out too small.
  var failure: GraphError?
  private var uses: [String: Int] = [:]

  init(input: ImageShape) {
    nodes.append(
      Node(
        id: 0, path: "input", operation: .input, inputs: [], shape: .map(input), parameters: []))
  }

  var inputSignal: Signal { Signal(tracer: self, node: 0) }

  func path(_ name: String) -> String { (scope + [name]).joined(separator: "/") }

  /// Adds a node with weights, which the caller names.
  func add(
    named name: String, _ operation: LayerOperation, _ inputs: [Node.ID], _ shape: FeatureShape,
    weights: [(VariableRole, Shape)]
  ) -> Signal {
    let path = path(name)
    precondition(uses.updateValue(1, forKey: path) == nil, "two layers are called \(path)")
    let parameters = weights.map { Parameter(layer: path, role: $0.0, shape: $0.1) }
    return append(path, operation, inputs, shape, parameters)
  }

  /// Adds a node without weights; a second one of its kind in a scope is numbered.
  func add(
    kind: String, _ operation: LayerOperation, _ inputs: [Node.ID], _ shape: FeatureShape
  ) -> Signal {
    let base = path(kind)
    let number = uses[base, default: 0] + 1
    uses[base] = number
    return append(number == 1 ? base : "\(base)_\(number)", operation, inputs, shape, [])
  }

  private func append(
    _ path: String, _ operation: LayerOperation, _ inputs: [Node.ID], _ shape: FeatureShape,
    _ parameters: [Parameter]
  ) -> Signal {
    let id = nodes.count
    nodes.append(
      Node(
        id: id, path: path, operation: operation, inputs: inputs, shape: shape,
        parameters: parameters))
    return Signal(tracer: self, node: id)
  }

  /// The number of windows along one axis; notes a failure and answers 1 where there is none.
  func windows(
    _ size: Int, padded: Int, window: Int, stride: Int, dilation: Int, at name: String
  ) -> Int {
    let span = (window - 1) * dilation + 1
    let room = size + padded - span
    guard room >= 0 else {
      let problem = "a window of \(span) does not fit into a map of \(size + padded)"
      failure = failure ?? GraphError(layer: path(name), problem: problem)
      return 1
    }
    return room / stride + 1
  }
}
