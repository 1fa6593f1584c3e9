import Architectures
import Binding
import Checkpoints
import Foundation
import Networks

extension NetworkOptions {
  /// The recipes that a checkpoint may be of: all dialects of a model, or the one of a map file.
  func candidates(
    named model: String, _ checkpoint: Checkpoint, features: Bool
  ) throws -> [ModelRecipe] {
    var recipes = try recipes(named: model)
    if let map {
      recipes = [recipes[0]]
      recipes[0].nameMap = try nameMap(from: map)
    } else if byOrder {
      // Without names the dialect is what the user says it is.
      recipes = [recipes[0]]
    }
    return recipes.map { recipe in
      let fitted =
        byOrder
        ? recipe.fittedByOrder(to: checkpoint, conventions: conventions.told)
        : recipe.fitted(to: checkpoint, conventions: conventions.told)
      return overridden(features ? fitted.withoutHead : fitted)
    }
  }

  /// Binds as the user wants it: by name, or by order.
  func plan(_ graph: Graph, to checkpoint: Checkpoint, _ recipe: ModelRecipe) throws -> BindingPlan
  {
    if byOrder {
      return try BindingPlan(byOrder: graph, to: checkpoint, conventions: conventions.told)
    }
    if map != nil { try recipe.nameMap.check(for: graph) }
    return try BindingPlan(
      trying: graph, to: checkpoint, using: recipe.nameMap, allowing: leniency,
      conventions: conventions.told)
  }

  private func nameMap(from file: String) throws -> NameMap {
    guard let data = FileManager.default.contents(atPath: file) else {
      throw Failure(.missingInput, "\(file): no such file, or it cannot be read")
    }
    do throws(NameMapError) {
      return try NameMap(parsing: String(decoding: data, as: UTF8.self))
    } catch {
      throw Failure(.badData, "\(file): \(error)")
    }
  }
}
