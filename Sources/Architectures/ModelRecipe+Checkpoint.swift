import Binding
public import Checkpoints
import Networks
import Tensors

extension ModelRecipe {
  /// The recipe with the filters, classes and image channels that the checkpoint shows.
  ///
  /// They stand in the shapes of the stem's kernel, H·W·channels·filters, and of the head's, whose
  /// last extent is the classes. What cannot be found stays as it is, for binding to report.
  public func fitted(to checkpoint: Checkpoint) -> ModelRecipe {
    guard let assignment = assignment(of: checkpoint) else { return self }
    return fitted(stem: assignment["stem/conv"], head: assignment["head/logits"])
  }

  /// The same for a checkpoint whose names mean nothing: the stem is its first layer with weights,
  /// the head its last.
  public func fittedByOrder(to checkpoint: Checkpoint) -> ModelRecipe {
    let weighted = checkpoint.layers.filter { !$0.tensors.isEmpty }
    return fitted(stem: weighted.first, head: weighted.last)
  }

  private func fitted(stem: CheckpointLayer?, head: CheckpointLayer?) -> ModelRecipe {
    var fitted = self
    func kernel(_ layer: CheckpointLayer?, ranks: ClosedRange<Int>) -> Shape? {
      layer?.tensors.map(\.shape).first {
        ranks.contains($0.rank) && $0.dimensions.allSatisfy { $0 > 0 }
      }
    }
    if let stem = kernel(stem, ranks: 4...4) {
      fitted.imageChannels = stem[2]
      fitted.residual?.filters = stem[3]
    }
    // A head is a dense layer, or a convolution of 1×1.
    if let head = kernel(head, ranks: 2...4) { fitted.network.classes = head[head.rank - 1] }
    return fitted
  }

  /// Whether the checkpoint has the network's head, by name.
  ///
  /// A file saved with `include_top=False` has none, and then fits ``withoutHead``.
  public func hasHead(in checkpoint: Checkpoint) -> Bool {
    assignment(of: checkpoint)?["head/logits"] != nil
  }

  /// The checkpoint's layers by the paths of the network with its head; `nil` for a network that
  /// does not take its own default size.
  private func assignment(of checkpoint: Checkpoint) -> LayerAssignment? {
    var complete = self
    complete.hasHead = true
    let size = protocolDefaults.inputSize
    return (try? complete.graph(height: size, width: size)).map {
      LayerAssignment($0, checkpoint, nameMap)
    }
  }
}
