import Architectures
public import ArgumentParser
import Binding
public import Checkpoints
import Importing
import Layers
import Models
public import Tensors

/// Which network.
struct ModelOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The network, where the file does not hold its config, or to hold it to a published one: a config "
        + "(model.to_json()), or a name that 'assay models' lists.", valueName: "name"),
    completion: .list(ModelRecipe.names))
  var model: String?

  @OptionGroup var variant: NetworkOptions

  /// What the user wrote nowhere.
  init() {}

  /// The named network, where a command has options of its own for it.
  init(model: String?, variant: NetworkOptions) {
    self.model = model
    self.variant = variant
  }

  /// The named recipe with everything but filters and classes as the user wants it.
  ///
  /// - Throws: ``Failure`` of usage where no model was named.
  func recipe() throws -> ModelRecipe {
    guard let model else { throw Failure(.usage, "give a network with --model") }
    return try variant.recipe(named: model)
  }

  /// What is known of the images before any file is read; of a network that its file describes, Keras's own.
  func defaults() throws -> InputDefaults {
    guard let model, try ConfigFile.text(at: model) == nil else {
      return InputDefaults(name: "the model", normalization: "none")
    }
    return InputDefaults(try recipe())
  }
}

/// How the network differs from the named one.
struct NetworkOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Residual blocks of each stage, for networks of other depths: 1,2,2,1.", valueName: "list"))
  var blocksPerStage: CountList?

  @Flag(help: "Bottleneck blocks where the named preact-resnet has regular ones.")
  var bottleneck = false

  @Option(help: "Width of the first stage. Default: as the weights show, else 64.")
  var filters: Int?

  @Option(help: "Number of classes. Default: as the weights show, else 1000.")
  var classes: Int?

  @Option(help: ArgumentHelp("channels_last or channels_first.", valueName: "format"))
  var dataFormat = DataFormat.channelsLast

  @Option(
    name: .customLong("missing"), parsing: .upToNextOption,
    help: ArgumentHelp(
      "Weights that the file may lack, by path (* for any characters); they are 0, or 1 for gamma "
        + "and variance.", valueName: "pattern"))
  var missing: [String] = []

  @Option(
    name: .customLong("unused"), parsing: .upToNextOption,
    help: ArgumentHelp("Weights of the file that may be left over.", valueName: "pattern"))
  var unused: [String] = []

  @Option(
    name: .customLong("mismatch"), parsing: .upToNextOption,
    help: ArgumentHelp(
      "Weights that may have another shape; they are treated as missing.", valueName: "pattern"))
  var mismatch: [String] = []

  @Option(
    help: ArgumentHelp(
      "The names in the file, from a table of your own; 'assay plan --write-map' makes one to "
        + "start from.", valueName: "names.map"), completion: .file())
  var map: String?

  @Flag(help: "Pairs layers in their order, where nothing else is known and no two can be swapped.")
  var byOrder = false

  @Option(
    help: ArgumentHelp(
      "Which values of a TensorFlow 1 checkpoint with moving averages: raw, as the last step left "
        + "them, or averages.", valueName: "values"))
  var variables = CheckpointVariables.raw

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "A class of your own in a config, and the class of Keras that does the same.",
      valueName: "MyDropout=Dropout"))
  var layerAlias: [String] = []

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "A setting of a config's layers that changes nothing, though it is not known.",
      valueName: "key"))
  var ignoreSetting: [String] = []

  @OptionGroup var conventions: ConventionOptions

  /// The files that these options name.
  var inputs: [String] { [map].compactMap(\.self) }

  /// What may fail to fit, by name.
  var leniency: BindingLeniency {
    BindingLeniency(missing: missing, unused: unused, mismatched: mismatch)
  }

  /// What the user knows of a config.
  var importOptions: ImportOptions {
    var options = ImportOptions()
    for alias in layerAlias {
      let parts = alias.split(separator: "=", maxSplits: 1).map(String.init)
      if parts.count == 2 { options.aliases[parts[0]] = parts[1] }
    }
    options.ignoredSettings = Set(ignoreSetting)
    return options
  }

  /// Refuses what says how to find names that a config has.
  func checkForConfig() throws {
    if map != nil || byOrder {
      throw Failure(
        .usage, "\(map != nil ? "--map" : "--by-order"): the file's config gives its layers' names")
    }
    let told: [(String, Bool)] = [
      ("--blocks-per-stage", blocksPerStage != nil), ("--bottleneck", bottleneck),
      ("--filters", filters != nil), ("--classes", classes != nil),
    ]
    if let (name, _) = told.first(where: \.1) {
      throw Failure(
        .usage, "\(name) is for models that --model names; the file's config tells its own")
    }
  }

  /// The named recipe in its first dialect.
  func recipe(named model: String) throws -> ModelRecipe { try recipes(named: model)[0] }

  /// The named recipe in all dialects that it may be in, with everything but filters and classes as
  /// the user wants it.
  func recipes(named model: String) throws -> [ModelRecipe] {
    let isDialect = model.contains(":")
    let recipes =
      isDialect
      ? [ModelRecipe.pinned(model)].compactMap(\.self) : ModelRecipe.dialects(of: model)
    guard !recipes.isEmpty else {
      let parts = model.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      let nearest = Misspelling.nearest(
        to: String(parts.first ?? ""), among: ModelRecipe.names, lettersPerEdit: 3)
      throw Failure(
        .usage,
        "unknown model '\(model)'; "
          + (nearest.map { "did you mean \($0)? " } ?? "") + "'assay models' lists the names")
    }
    return try recipes.map(varied)
  }

  private func varied(_ recipe: ModelRecipe) throws -> ModelRecipe {
    var recipe = recipe
    if let blocksPerStage {
      guard recipe.residual != nil else {
        throw Failure(.usage, "--blocks-per-stage is for residual networks, not \(recipe.name)")
      }
      recipe.residual?.blocksPerStage = blocksPerStage.counts
    }
    if filters != nil, recipe.residual == nil {
      throw Failure(.usage, "--filters is for residual networks, not \(recipe.name)")
    }
    if bottleneck {
      guard let bottlenecked = recipe.withBottlenecks else {
        throw Failure(.usage, "--bottleneck is for preact-resnet; \(recipe.name) has no choice")
      }
      recipe = bottlenecked
    }
    return recipe
  }

  /// Sets filters and classes as far as the user wrote them.
  func overridden(_ recipe: ModelRecipe) -> ModelRecipe {
    var recipe = recipe
    if let filters { recipe.residual?.filters = filters }
    if let classes { recipe.network.classes = classes }
    return recipe
  }

  func validate() throws {
    for alias in layerAlias {
      let parts = alias.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, LayerCatalog.has(String(parts[1])) else {
        throw ValidationError(
          "--layer-alias \(alias): a class of your own, =, and a class of Keras that is run here")
      }
    }
    for (name, value) in [("--filters", filters), ("--classes", classes)] {
      if let value, !(1...1 << 20).contains(value) {
        throw ValidationError("\(name) \(value) is no possible number")
      }
    }
  }
}

/// A list of counts, `1,2,2,1`.
struct CountList: ExpressibleByArgument {
  let counts: [Int]

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    counts = parts.compactMap(\.self)
    guard counts.count == parts.count, (1...8).contains(counts.count),
      counts.allSatisfy({ (1...1000).contains($0) })
    else { return nil }
  }
}

extension DataFormat: ExpressibleByArgument {}
extension CheckpointVariables: ExpressibleByArgument {}
