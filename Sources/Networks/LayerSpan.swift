public import Tensors

/// One call of a layer in a ``Graph``: what it is, what it reads and gives, and the nodes that it made.
public struct LayerSpan: Sendable, Identifiable {
  /// Its place among the graph's layers.
  public let id: Int
  /// Its role in the network, `stage2/block1/reduce`, or its name in a config, behind those of the models around.
  ///
  /// Unique, but for layers that are called several times.
  public let path: String
  /// The layer with its settings.
  public let layer: any Layer
  /// The values that it reads, in order.
  public let inputs: [Node.ID]
  /// The layers that give what it reads, in order; `nil` for what no layer gives.
  ///
  /// Layers that do nothing are among them: behind a dropout, the dropout.
  public let sources: [LayerSpan.ID?]
  /// The values that it gives; of one that computes nothing, those that it reads.
  public let outputs: [Node.ID]
  /// The nodes that it made.
  public let nodes: Range<Node.ID>
  /// Its weights, in Keras's order of variables.
  public let parameters: [Parameter]
  /// The shape of the first value that it gives, for one image.
  public let shape: Shape

  /// The class that Keras writes into a config.
  public var kerasClass: String { layer.kerasClass }
  /// The value that it gives first.
  public var output: Node.ID { outputs[0] }
  /// The last extent of its first value: the channels of a map, or the length of a row.
  public var channels: Int { shape.dimensions.last ?? 1 }
}

extension LayerSpan: Hashable {
  /// Whether both are the same call of the same layer.
  public static func == (left: LayerSpan, right: LayerSpan) -> Bool {
    left.id == right.id && left.path == right.path && left.inputs == right.inputs
      && left.sources == right.sources
      && left.outputs == right.outputs && left.nodes == right.nodes
      && left.parameters == right.parameters && left.shape == right.shape
      && AnyHashable(left.layer) == AnyHashable(right.layer)
  }

  /// Adds what tells it from others.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(path)
    hasher.combine(inputs)
    hasher.combine(AnyHashable(layer))
  }
}
