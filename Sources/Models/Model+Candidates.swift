import Architectures
import Binding
import Checkpoints
import Networks
import Tensors

// A network that was written in Swift, with the weights of a file.
extension Model {
  /// The candidate whose names the file has; if several fit, the first, and the user is told.
  static func fitted(
    to checkpoint: Checkpoint, _ options: Options, _ built: (height: Int?, width: Int?)?
  ) throws -> Fitted {
    var notes: [String] = []
    let candidates = try options.candidates ?? onlyFit(checkpoint, &notes)
    let image = options.tensor.flatMap { options.dataFormat.image(in: $0) }
    var fits: [(recipe: ModelRecipe, plan: BindingPlan)] = []
    var closest: (recipe: ModelRecipe, error: BindingError)?
    for var recipe in options.recipes(for: checkpoint, candidates) {
      if let size = built?.height { recipe.protocolDefaults.inputSize = size }
      let size = recipe.protocolDefaults.inputSize
      let graph = try recipe.graph(
        height: options.height ?? image?.height ?? size,
        width: options.width ?? image?.width ?? built?.width ?? size,
        dataFormat: options.dataFormat)
      do {
        fits.append((recipe, try options.plan(graph, to: checkpoint, recipe)))
      } catch let error as BindingError {
        if error.boundCount > closest?.error.boundCount ?? -1 { closest = (recipe, error) }
      } catch let error as OrderError {
        throw ModelError.Reason.order(network: recipe.identifier, error)
      }
    }
    guard let (recipe, plan) = fits.first else {
      guard let (recipe, error) = closest else { throw ModelError.Reason.fitsNone }
      throw unfit(checkpoint, recipe, error)
    }
    if fits.count > 1 {
      let others = fits.dropFirst().map(\.recipe.identifier).joined(separator: ", ")
      notes.append("taken for \(recipe.identifier), but its names fit \(others) too")
    }
    return Fitted(
      recipe: recipe, defaults: InputDefaults(recipe, input: plan.boundGraph.graph.input),
      plan: plan,
      notes: notes)
  }

  /// The one model that a file without a config fits.
  private static func onlyFit(
    _ checkpoint: Checkpoint, _ notes: inout [String]
  ) throws(ModelError.Reason) -> [ModelRecipe] {
    let fits = ModelRecipe.catalog.filter { $0.fits(checkpoint) }
    guard let only = fits.first else { throw .fitsNone }
    guard fits.count == 1 else { throw .fitsSeveral(fits.map(\.identifier)) }
    notes.append("its weights fit \(only.identifier) alone, which is taken")
    return [only]
  }

  /// What to say of a checkpoint that fits no dialect of a model.
  private static func unfit(
    _ checkpoint: Checkpoint, _ recipe: ModelRecipe, _ error: BindingError
  ) -> ModelError.Reason {
    var facts: [ModelError.Fact] = []
    // What is left over may be a head that nobody can tell.
    if error.boundCount > 0, error.unused.isEmpty, recipe.hasHead, !recipe.hasHead(in: checkpoint) {
      facts.append(.noHead)
    } else if let model = ModelRecipe.catalog.first(where: { $0.fits(checkpoint) }) {
      facts.append(.fits(model.identifier))
    }
    facts += checkpoint.leftOut.filter { $0.reason == .absent }.prefix(20).map { .leftOut("\($0)") }
    if checkpoint.averageCount > 0 { facts += notes(on: checkpoint).map { .note($0) } }
    return .weights(network: recipe.identifier, error, facts: facts)
  }
}
