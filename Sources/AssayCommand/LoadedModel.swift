import Architectures
import Binding
import Checkpoints
import Crypto
import Evaluation
import Foundation
import Networks
import Tensors

/// A network whose weights were found and fit.
struct LoadedModel {
  let recipe: ModelRecipe
  let checkpoint: Checkpoint
  let file: String
  let plan: BindingPlan

  var bound: BoundGraph { plan.boundGraph }

  var graph: Graph { bound.graph }

  /// Reads the checkpoint at `file`, takes from it what need not be typed, and binds it to the
  /// network for images of `height` × `width`, or else of the model's own size.
  init(
    _ model: String, _ variant: NetworkOptions, weights file: String, trust: TrustOptions,
    height: Int? = nil, width: Int? = nil
  ) throws {
    let named = try variant.recipe(named: model)
    let checkpoint = try Checkpoint(contentsOf: file, isolation: trust.isolation)
    let recipe = variant.overridden(named.fitted(to: checkpoint))
    let size = recipe.protocolDefaults.inputSize
    let graph = try recipe.graph(
      height: height ?? size, width: width ?? size, dataFormat: variant.dataFormat)
    do {
      plan = try BindingPlan(
        graph, to: checkpoint, using: recipe.nameMap, allowing: variant.leniency)
    } catch {
      // Of another network's checkpoint, a few lines say as much as a thousand.
      let report = error.report(limit: error.boundCount == 0 ? 3 : .max)
      let hint = Self.fittingModel(checkpoint).map { "\nthe file fits --model \($0)" } ?? ""
      throw Failure(.badData, "\(file), as \(recipe.name): \(report)\(hint)")
    }
    self.recipe = recipe
    self.checkpoint = checkpoint
    self.file = file
  }

  /// The model of the catalog that a checkpoint does fit.
  private static func fittingModel(_ checkpoint: Checkpoint) -> String? {
    ModelRecipe.catalog.first { recipe in
      let fitted = recipe.fitted(to: checkpoint)
      let size = fitted.protocolDefaults.inputSize
      guard let graph = try? fitted.graph(height: size, width: size) else { return false }
      return (try? graph.bound(to: checkpoint, using: fitted.nameMap)) != nil
    }?.name
  }

  /// The network as a report names it.
  var description: EvaluationReport.Model {
    EvaluationReport.Model(
      name: recipe.name, parameters: graph.parameterCount, classes: recipe.network.classes,
      input: graph.input.description, dataFormat: graph.dataFormat.rawValue)
  }

  /// The checkpoint as a report names it.
  func weightsDescription() throws -> EvaluationReport.Weights {
    EvaluationReport.Weights(
      file: file, sha256: try Self.sha256(of: file), format: checkpoint.format.description,
      kerasVersion: checkpoint.kerasVersion, allowances: plan.allowances)
  }

  /// The SHA-256 of a file, read in pieces.
  private static func sha256(of file: String) throws -> String {
    guard let handle = FileHandle(forReadingAtPath: file) else {
      throw Failure(.inputOutput, "\(file): cannot be read again")
    }
    var hash = SHA256()
    while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty {
      hash.update(data: piece)
    }
    return hash.finalize().map { String(format: "%02x", $0) }.joined()
  }
}
