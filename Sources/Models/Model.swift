public import Architectures
public import Binding
public import Checkpoints
package import Files
import KerasConfigs
public import Networks

/// A classifier from a file: its network, its weights, and what is known of its images.
///
///     let model = try Model(contentsOf: "flowers.keras")
///     let result = try await model.evaluate(LabeledImages(directory: "val"))
///     print(result.top1, result.top5)
///
/// The network is the one that the file's config describes. A file of weights alone is bound to the one of
/// ``ModelRecipe/catalog`` that has just these weights, or to the one that ``Options/candidates`` name.
public struct Model: Sendable {
  /// The recipe that gave the network its names and its protocol; `nil` for one that only its file describes.
  public let recipe: ModelRecipe?
  /// What the network is called, and how images become its input unless the user says otherwise.
  public let defaults: InputDefaults
  /// What the file holds.
  public let checkpoint: Checkpoint
  /// The file's path, as it was given.
  public let file: String
  /// Which weight goes where, and why.
  public let plan: BindingPlan
  /// What a user should know: conventions that were undone, settings that were taken to change nothing.
  public let notes: [String]
  /// The height and the width of the images for which the file's model was built, as far as it fixes them.
  public let builtSize: (height: Int?, width: Int?)?
  /// The file before it was read.
  let state: FileState?

  /// The network with its weights.
  public var bound: BoundGraph { plan.boundGraph }

  /// The network.
  public var graph: Graph { bound.graph }

  /// What the network is called, in reports too.
  public var identifier: String { defaults.name }

  /// What makes probabilities of its outputs.
  public var activation: OutputActivation { plan.outputActivation }

  /// How many classes it tells apart: its outputs, and of one output two.
  public var classes: Int { activation.classes(ofOutputs: graph.outputCount) }

  /// Opens the checkpoint at `file` and binds it to its network.
  ///
  /// - Throws: ``CheckpointError`` where the file cannot be read, ``ModelError`` where it is no model.
  public init(contentsOf file: String, _ options: Options = Options()) throws {
    let state = FileState(of: file)
    try self.init(Checkpoint(contentsOf: file), at: file, options, state)
  }

  /// Binds an opened checkpoint to its network; `state` is the file's from before it was opened.
  package init(
    _ checkpoint: Checkpoint, at file: String, _ options: Options, _ state: FileState?
  ) throws {
    let built = checkpoint.config?.model?.imageExtent
    let fitted: Fitted
    do {
      try Self.check(options, builtFor: built)
      if options.candidates == nil, let model = checkpoint.config?.model {
        fitted = try Self.itsOwn(model, checkpoint, options)
      } else {
        if options.candidates == nil { try Self.refuseArguments(of: checkpoint) }
        fitted = try Self.fitted(to: checkpoint, options, built)
      }
    } catch let reason as ModelError.Reason {
      throw ModelError(file: file, reason: reason)
    }
    (recipe, defaults, plan) = (fitted.recipe, fitted.defaults, fitted.plan)
    notes = fitted.plan.conventionNotes + fitted.notes + Self.notes(on: checkpoint)
    self.checkpoint = checkpoint
    self.file = file
    self.state = state
    builtSize = built
  }

  /// Refuses images of another size than that for which the file's model was built.
  ///
  /// Keras would refuse them too. At another size the same weights score differently, often by many points.
  private static func check(
    _ options: Options, builtFor built: (height: Int?, width: Int?)?
  ) throws(ModelError.Reason) {
    let isOther = [(options.height, built?.height), (options.width, built?.width)].contains {
      asked, fixed in asked.flatMap { asked in fixed.map { asked != $0 } } ?? false
    }
    guard isOther, let built else { return }
    throw .builtForAnotherSize(built: built, asked: (options.height, options.width))
  }

  /// Refuses a file whose config holds arguments that cannot be run.
  static func refuseArguments(of checkpoint: Checkpoint) throws(ModelError.Reason) {
    if let refusal = checkpoint.config?.refusal { throw .arguments(refusal) }
  }

  /// Which values were read of a checkpoint that has moving averages beside its weights.
  static func notes(on checkpoint: Checkpoint) -> [String] {
    let averaged = checkpoint.leftOut.count { $0.reason == .averaged }
    if averaged > 0 { return ["\(averaged) moving averages taken in place of the weights"] }
    guard checkpoint.averageCount > 0 else { return [] }
    return [
      "moving averages of \(checkpoint.averageCount) weights stand beside them and are not used: "
        + "variables 'averages' would be these"
    ]
  }

  /// A network that fits a checkpoint.
  struct Fitted {
    var recipe: ModelRecipe?
    let defaults: InputDefaults
    let plan: BindingPlan
    var notes: [String] = []
  }
}
