import Tensors

extension Graph {
  /// The number of all weights, moving statistics included (Keras "Total params").
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.shape.elementCount } }

  /// The number of weights that gradient descent changes (Keras "Trainable params").
  public var trainableParameterCount: Int {
    parameters.lazy.filter(\.role.isTrainable).reduce(0) { $0 + $1.shape.elementCount }
  }

  /// Multiply-accumulates for one image: convolutions and dense layers, as published.
  public var multiplyAccumulates: Int { nodes.reduce(0) { $0 + multiplyAccumulates(of: $1) } }

  /// Multiply-accumulates of one node for one image; 0 for all but convolutions and dense layers.
  public func multiplyAccumulates(of node: Node) -> Int {
    switch (node.operation, node.shape) {
    case (.convolution, .map(let output)):
      output.height * output.width * (node.parameters.first?.shape.elementCount ?? 0)
    case (.dense, _): node.parameters.first?.shape.elementCount ?? 0
    default: 0
    }
  }
}
