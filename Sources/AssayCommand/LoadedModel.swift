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
  let bound: BoundGraph

  var graph: Graph { bound.graph }

  /// Reads the checkpoint at `file`, takes from it what need not be typed, and binds it to the
  /// network for images of `height` × `width`.
  init(_ options: ModelOptions, weights file: String, height: Int, width: Int) throws {
    let named = try options.recipe()
    let checkpoint = try Checkpoint(contentsOf: file)
    let recipe = options.overridden(named.fitted(to: checkpoint))
    let graph = try recipe.graph(height: height, width: width, dataFormat: options.dataFormat)
    do {
      bound = try graph.bound(to: checkpoint, using: recipe.nameMap)
    } catch {
      // Of another network's checkpoint, a few lines say as much as a thousand.
      let report = error.report(limit: error.boundCount == 0 ? 3 : .max)
      let hint = Self.fittingModel(checkpoint).map { "\nthe file fits --model \($0)" } ?? ""
      throw Failure(.badData, "\(file), as \(recipe.identifier): \(report)\(hint)")
    }
    self.recipe = recipe
    self.checkpoint = checkpoint
    self.file = file
  }

  /// The model of the catalog that a checkpoint does fit.
  private static func fittingModel(_ checkpoint: Checkpoint) -> String? {
    ModelRecipe.catalog.first { $0.fits(checkpoint) }?.identifier
  }

  /// The network as a report names it.
  var description: EvaluationReport.Model {
    EvaluationReport.Model(
      name: recipe.identifier, parameters: graph.parameterCount, classes: recipe.network.classes,
      input: graph.input.description, dataFormat: graph.dataFormat.rawValue)
  }

  /// The checkpoint as a report names it.
  func weightsDescription() throws -> EvaluationReport.Weights {
    EvaluationReport.Weights(
      file: file, sha256: try Self.sha256(of: file), format: checkpoint.format.description,
      kerasVersion: checkpoint.kerasVersion)
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
