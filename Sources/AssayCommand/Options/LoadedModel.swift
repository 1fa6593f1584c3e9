import Architectures
import Binding
import Checkpoints
import Crypto
import Evaluation
import Foundation
import KerasConfigs
import Networks
import Tensors

/// A network whose weights were found and fit.
struct LoadedModel {
  /// The recipe that gave the network its names and its protocol; `nil` for one that only its file describes.
  let recipe: ModelRecipe?
  /// What the network is called, and how images become its input unless the user says otherwise.
  let defaults: InputDefaults
  let checkpoint: Checkpoint
  let file: String
  let plan: BindingPlan
  /// The file before it was read.
  private let state: FileState?

  /// The height and the width of the images for which the file's model was built, as far as it fixes them.
  let builtSize: (height: Int?, width: Int?)?

  var bound: BoundGraph { plan.boundGraph }

  var graph: Graph { bound.graph }

  /// What the network is called, in reports too.
  var identifier: String { defaults.name }

  /// What makes probabilities of its outputs.
  var activation: OutputActivation { plan.outputActivation }

  /// How many classes it tells apart: its outputs, and of one output two.
  var classes: Int { activation.classes(ofOutputs: graph.outputCount) }

  /// Reads the checkpoint at `file`, takes from it what need not be typed, and binds it to the
  /// network for images of `height` × `width`, or else of the size in the file's config, or else of the
  /// model's own.
  ///
  /// Without a model, or with a file that holds a config, it is the network that the config describes. Of a
  /// model's dialects the one is taken whose names the file has; if several fit, the first, and
  /// the user is told.
  init(
    _ model: String?, _ variant: NetworkOptions, weights file: String, trust: TrustOptions,
    height: Int? = nil, width: Int? = nil, tensor: Shape? = nil, features: Bool = false
  ) throws {
    let state = FileState(of: file)
    var checkpoint = try Checkpoint(
      contentsOf: file, isolation: trust.isolation, variables: variant.variables)
    var named = model
    if let model, let text = try ConfigFile.text(at: model) {
      checkpoint = try checkpoint.described(by: text, in: model)
      named = nil
    }
    let built = checkpoint.config?.model?.imageExtent
    try Self.check(height, width, builtFor: built, file)
    let fitted: Fitted
    if named == nil, let model = checkpoint.config?.model {
      fitted = try Self.itsOwn(
        model, checkpoint, variant, file, SizeRequest(height: height, width: width, tensor: tensor))
    } else {
      let image = tensor.flatMap { variant.dataFormat.image(in: $0) }
      fitted = try Self.fitted(
        try named ?? Self.fittingModel(checkpoint, of: file), checkpoint, variant, file,
        height: height ?? image?.height, width: width ?? image?.width, built, features: features)
    }
    for note in fitted.plan.conventionNotes + fitted.notes + Self.notes(on: checkpoint) {
      StandardError.write("\(file): \(note)")
    }
    (recipe, defaults, plan) = (fitted.recipe, fitted.defaults, fitted.plan)
    self.checkpoint = checkpoint
    self.state = state
    self.file = file
    builtSize = built
  }

  /// How images become the network's input unless the user says otherwise, of a network that takes images and
  /// tells classes apart.
  ///
  /// - Throws: ``Failure`` of data for any other.
  func imageDefaults() throws -> InputDefaults {
    let input = graph[graph.inputs[0].value].shape
    guard graph.inputs.count == 1 else {
      throw Failure(
        .badData,
        "\(file): the network reads \(graph.inputs.count) arrays, of which images are one; "
          + "'assay predict --tensors' gives it all")
    }
    guard (2...3).contains(input.rank) else {
      throw Failure(.badData, "\(file): the network reads \(input), which is no image")
    }
    let result = graph[graph.output].shape
    guard result.rank == 1 else {
      throw Failure(.badData, "\(file): the network gives \(result), not a number for each class")
    }
    return defaults
  }

  /// A network that fits a checkpoint.
  struct Fitted {
    var recipe: ModelRecipe?
    let defaults: InputDefaults
    let plan: BindingPlan
    var notes: [String] = []
  }

  /// The named model in the dialect that fits.
  private static func fitted(
    _ model: String, _ checkpoint: Checkpoint, _ variant: NetworkOptions, _ file: String,
    height: Int?, width: Int?, _ built: (height: Int?, width: Int?)?, features: Bool
  ) throws -> Fitted {
    let candidates = try variant.candidates(named: model, checkpoint, features: features)
    var fits: [(recipe: ModelRecipe, plan: BindingPlan)] = []
    var closest: (recipe: ModelRecipe, error: BindingError)?
    for var recipe in candidates {
      if let size = built?.height { recipe.protocolDefaults.inputSize = size }
      let size = recipe.protocolDefaults.inputSize
      let graph = try recipe.graph(
        height: height ?? size, width: width ?? built?.width ?? size,
        dataFormat: variant.dataFormat)
      do {
        fits.append((recipe, try variant.plan(graph, to: checkpoint, recipe)))
      } catch let error as BindingError {
        if error.boundCount > closest?.error.boundCount ?? -1 { closest = (recipe, error) }
      } catch let error as OrderError {
        throw Failure(.badData, "\(file), as \(recipe.identifier), by order: \(error)")
      }
    }
    guard let (recipe, plan) = fits.first else {
      throw Self.failure(file, checkpoint, closest)
    }
    if fits.count > 1 {
      let others = fits.dropFirst().map(\.recipe.identifier).joined(separator: ", ")
      StandardError.write(
        "\(file) is taken for \(recipe.identifier), but its names fit \(others) too; "
          + "--model tells which")
    }
    return Fitted(
      recipe: recipe,
      defaults: InputDefaults(recipe, input: plan.boundGraph.graph.input), plan: plan)
  }

  /// Which values were read of a checkpoint that has moving averages beside its weights.
  private static func notes(on checkpoint: Checkpoint) -> [String] {
    let averaged = checkpoint.leftOut.count { $0.reason == .averaged }
    if averaged > 0 { return ["\(averaged) moving averages taken in place of the weights"] }
    guard checkpoint.averageCount > 0 else { return [] }
    return [
      "moving averages of \(checkpoint.averageCount) weights stand beside them and are not used; "
        + "--variables averages takes them"
    ]
  }

  /// Refuses images of another size than that for which the file's model was built.
  ///
  /// Keras would refuse them too. At another size the same weights score differently, often by many points.
  private static func check(
    _ height: Int?, _ width: Int?, builtFor built: (height: Int?, width: Int?)?, _ file: String
  ) throws {
    let isOther = [(height, built?.height), (width, built?.width)].contains { asked, fixed in
      asked.flatMap { asked in fixed.map { asked != $0 } } ?? false
    }
    guard isOther else { return }
    let sizes = { (height: Int?, width: Int?) in
      [height, width].map { $0.map { "\($0)" } ?? "any" }.joined(separator: "×")
    }
    throw Failure(
      .usage,
      "\(file): its model was built for images of \(sizes(built?.height, built?.width)), not of "
        + "\(sizes(height, width)); without a size it is used as it was built")
  }

  /// What to say of a checkpoint that fits no dialect of a model: the verdict first, then the lists.
  private static func failure(
    _ file: String, _ checkpoint: Checkpoint, _ closest: (recipe: ModelRecipe, error: BindingError)?
  ) -> Failure {
    guard let (recipe, error) = closest else {
      return Failure(.internalError, "\(file): there is no model to bind")
    }
    var lines = ["\(file), as \(recipe.identifier): \(error.summary)"]
    // What is left over may be a head that nobody can tell.
    if error.boundCount > 0, error.unused.isEmpty, recipe.hasHead, !recipe.hasHead(in: checkpoint) {
      lines.append(
        "the file has no head, as after include_top=False; 'assay predict --features' gives its "
          + "pooled features, scoring needs the weights of the head")
    } else if let model = fittingModel(checkpoint) {
      lines.append("the file fits --model \(model)")
    }
    lines += checkpoint.leftOut.filter { $0.reason == .absent }.prefix(longestList)
      .map { "\($0)" }
    if checkpoint.averageCount > 0 { lines += notes(on: checkpoint) }
    // Of another network's checkpoint, a few lines say as much as a thousand.
    let limit = error.boundCount == 0 ? 3 : longestList
    lines += error.suggestingNames(limit: limit).details(limit: limit)
    return Failure(.badData, lines: lines)
  }

  /// The most lines of a list in a message.
  private static let longestList = 20

  /// The model of the catalog that a checkpoint does fit.
  private static func fittingModel(_ checkpoint: Checkpoint) -> String? {
    ModelRecipe.catalog.first { $0.fits(checkpoint) }?.identifier
  }

  /// The one model that a file without a config fits.
  ///
  /// - Throws: ``Failure`` of usage where none fits, or several.
  private static func fittingModel(_ checkpoint: Checkpoint, of file: String) throws -> String {
    let fits = ModelRecipe.catalog.filter { $0.fits(checkpoint) }
    if fits.count == 1 {
      StandardError.write("\(file): its weights fit \(fits[0].identifier) alone, which is taken")
      return fits[0].pinnedIdentifier
    }
    let words =
      fits.isEmpty
      ? "it has no config of its model, and its weights fit none that is known; --model takes a config "
        + "(model.to_json()) or a name: \(ModelOptions.names)"
      : "it has no config of its model, and its weights fit several; --model tells which: "
        + fits.map(\.identifier).joined(separator: ", ")
    throw Failure(.usage, "\(file): \(words)")
  }

  /// All files that the checkpoint is of.
  var files: [String] { checkpoint.files }

  /// What of the weights is not finite, in words; `nil` where all is.
  func nonFiniteWeights() throws -> String? {
    let broken = try graph.parameters.filter { parameter in
      try bound.values(of: parameter).contains { !$0.isFinite }
    }
    guard let first = broken.first else { return nil }
    return
      "\(broken.count) of \(graph.parameters.count) tensors hold values that are not finite, the first "
      + "\(first.path)"
  }

  /// The network as a report names it.
  var description: EvaluationManifest.Model {
    EvaluationManifest.Model(
      name: identifier, config: defaults.config, parameters: graph.parameterCount, classes: classes,
      input: graph.input.description, dataFormat: graph.dataFormat.rawValue,
      outputActivation: activation)
  }

  /// The checkpoint as a report names it.
  ///
  /// - Throws: Where the hash would be of other bytes than were read.
  func weightsDescription() throws -> EvaluationManifest.Weights {
    let sha256 = try Self.sha256(of: checkpoint.files)
    guard FileState(of: file) == state else {
      throw Failure(.badData, "\(file): has changed while it was read")
    }
    return EvaluationManifest.Weights(
      file: file, sha256: sha256,
      format: checkpoint.format.description,
      kerasVersion: checkpoint.kerasVersion, allowances: plan.allowances,
      conventions: plan.conventionNotes + Self.notes(on: checkpoint))
  }

  /// The SHA-256 of the file or, of a checkpoint of several, of what `sha256sum` prints of them.
  private static func sha256(of files: [String]) throws -> String {
    guard files.count != 1 else { return try sha256(of: files[0]) }
    var hash = SHA256()
    for file in files.sorted() {
      let name = URL(fileURLWithPath: file).lastPathComponent
      hash.update(data: Data("\(try sha256(of: file))  \(name)\n".utf8))
    }
    return hash.finalize().hexadecimal
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
    return hash.finalize().hexadecimal
  }
}
