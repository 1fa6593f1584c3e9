public import Checkpoints
public import Networks
import Tensors

/// Which tensor of a checkpoint goes where in a network, and why: to be read before anything runs.
public struct BindingPlan: Sendable {
  /// One tensor's way.
  public struct Step: Sendable, Hashable {
    /// Where the tensor goes.
    public let parameter: Parameter
    /// The checkpoint's layer, as it is called there.
    public let layerName: String
    /// The tensor.
    public let tensor: CheckpointTensor
    /// Why this layer was taken: `name`, `number`, or `class and ordinal`.
    public let evidence: String

    /// What happens to the values on the way; empty if nothing does.
    public var transform: String {
      tensor.type == .float32 ? "" : "\(tensor.type) to float32"
    }
  }

  /// One step for every parameter, in the network's order.
  public let steps: [Step]

  /// Plans the binding of `checkpoint` to `graph`.
  ///
  /// - Throws: ``BindingError`` with everything that does not fit.
  public init(
    _ graph: Graph, to checkpoint: Checkpoint, using map: NameMap
  ) throws(BindingError) {
    _ = try graph.bound(to: checkpoint, using: map)
    let assignment = LayerAssignment(graph, checkpoint, map)
    steps = graph.nodes.flatMap { node in
      node.parameters.enumerated().compactMap { index, parameter in
        guard let layer = assignment[node.path],
          let tensor = layer.tensor(parameter.role, at: index)
        else { return nil }
        return Step(
          parameter: parameter, layerName: layer.label, tensor: tensor,
          evidence: assignment.evidence[node.path]?.rawValue ?? "")
      }
    }
  }
}
