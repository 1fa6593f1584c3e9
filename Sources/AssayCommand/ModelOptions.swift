import Architectures
public import ArgumentParser
public import Tensors

/// Which network.
struct ModelOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The network: \(ModelOptions.names).", valueName: "name"))
  var model: String

  @Option(
    help: ArgumentHelp(
      "Residual blocks of each stage, for networks of other depths: 1,2,2,1.", valueName: "list"))
  var blocksPerStage: BlockList?

  @Flag(help: "Bottleneck blocks where the named preact-resnet has regular ones.")
  var bottleneck = false

  @Option(help: "Width of the first stage. Default: as the weights show, else 64.")
  var filters: Int?

  @Option(help: "Number of classes. Default: as the weights show, else 1000.")
  var classes: Int?

  @Option(help: ArgumentHelp("channels_last or channels_first.", valueName: "format"))
  var dataFormat = DataFormat.channelsLast

  /// The named recipe with everything but filters and classes as the user wants it.
  func recipe() throws -> ModelRecipe {
    guard var recipe = ModelRecipe.named(model) else {
      throw Failure(.usage, "unknown model '\(model)'; known are \(Self.names)")
    }
    for (option, isGiven) in [
      ("--blocks-per-stage", blocksPerStage != nil), ("--filters", filters != nil),
    ] where isGiven && recipe.residual == nil {
      throw Failure(.usage, "\(option) is for residual networks; \(model) is none")
    }
    if let blocksPerStage { recipe.residual?.blocksPerStage = blocksPerStage.counts }
    if bottleneck {
      guard let bottlenecked = recipe.withBottlenecks else {
        throw Failure(.usage, "--bottleneck is for preact-resnet; \(model) has blocks of its own")
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
    for (name, value) in [("--filters", filters), ("--classes", classes)] {
      if let value, !(1...1 << 20).contains(value) {
        throw ValidationError("\(name) \(value) is no possible number")
      }
    }
  }

  static let names = ModelRecipe.names.joined(separator: ", ")
}

/// A list of counts, `1,2,2,1`.
struct BlockList: ExpressibleByArgument {
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
