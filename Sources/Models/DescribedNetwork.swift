public import Checkpoints
import Importing
import KerasConfigs
public import Networks

/// The network that a file's config describes, without its weights.
public struct DescribedNetwork: Sendable {
  /// What it is called in reports.
  public let name: String
  /// The network up to its logits.
  public let graph: Graph
  /// What a user should know: settings that were taken to change nothing.
  public let notes: [String]

  /// Reads the network of an opened checkpoint's config; `nil` where it has none.
  ///
  /// - Throws: ``ModelError`` where it cannot be run, or its size is open and `options` tell none.
  public init?(
    _ checkpoint: Checkpoint, at file: String, _ options: Model.Options = Model.Options()
  ) throws(ModelError) {
    do throws(ModelError.Reason) {
      try Model.refuseArguments(of: checkpoint)
      guard let model = checkpoint.config?.model else { return nil }
      let network = try Model.network(model, checkpoint, options)
      name = Model.name(of: model, checkpoint)
      graph = network.graph
      notes = network.notes
    } catch {
      throw ModelError(file: file, reason: error)
    }
  }
}
