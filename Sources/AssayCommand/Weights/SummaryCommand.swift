import Architectures
import ArgumentParser
import Checkpoints
import Datasets
import Documents
import Foundation
import Models
import Networks
import Reports
import Tensors

/// `assay summary`: the layers of a network, of a file or of a known model.
struct SummaryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "summary",
    abstract: "Shows a network's layers, shapes, parameters, multiply-accumulates and memory.",
    discussion: """
      Examples:
        assay summary flowers.keras
        assay summary flowers.keras --expand-nested --html flowers.html
        assay summary model.json --input-size 224 --dot model.dot
        assay summary --model preact-resnet50
        assay summary --model preact-resnet18 --blocks-per-stage 2,2 \\
          --filters 8 --classes 10
        assay summary --model preact-resnet50 --blocks

      Of a file with a config no weight is read. Memory is that of results of one image as float32.
      """)

  @OptionGroup var model: ModelOptions
  @OptionGroup var checkpoint: CheckpointOptions
  @OptionGroup var trust: TrustOptions
  @OptionGroup(title: "Image options") var images: ImageOptions

  @Option(help: "Channels of an image, for a model that --model names.")
  var channels = 3

  @Flag(help: "Shows the layers of models inside the model, in place of a line for each of them.")
  var expandNested = false

  @Option(help: ArgumentHelp("Draws the network in Graphviz's language.", valueName: "file"))
  var dot: OutputFile?

  @Option(help: ArgumentHelp("Draws the network as a page.", valueName: "file"))
  var html: OutputFile?

  @Flag(help: "Compares a regular with a bottleneck block instead.")
  var blocks = false

  func validate() throws {
    guard (1...4096).contains(channels) else {
      throw ValidationError("--channels \(channels) is no possible number")
    }
    if checkpoint.named == nil, model.model == nil {
      throw ValidationError("give a checkpoint or a config, or a known network with --model")
    }
  }

  private var outputs: Outputs { Outputs([("--dot", dot), ("--html", html)]) }

  func run() throws {
    try outputs.check(reading: [checkpoint.named].compactMap(\.self) + model.variant.inputs)
    guard !blocks else { return StandardOutput.show(try BlockComparison().text) }
    let (outline, isOfFile, end) = try network()
    try dot?.write(Data(NetworkDrawing(outline, expanding: expandNested).dot.utf8))
    try html?.write(Data(page(of: outline).html.utf8))
    let rows = isOfFile && !expandNested ? outline.rows : outline.allLayers
    outputs.show(NetworkSummary(outline, rows).text)
    outputs.show("\n" + end)
  }

  private func page(of outline: NetworkOutline) -> NetworkPage {
    NetworkPage(outline, file: checkpoint.named, date: Date())
  }

  /// The network, whether its file describes it, and a line on what it reads.
  private func network() throws -> (NetworkOutline, Bool, String) {
    let images = try images.resolved()
    let config = try model.model.flatMap { try ConfigFile.text(at: $0) == nil ? nil : $0 }
    guard let file = checkpoint.named ?? config else {
      var recipe = model.variant.overridden(try model.recipe())
      recipe.imageChannels = channels
      let size =
        images.size(for: InputDefaults(recipe))
        ?? InputSize(square: recipe.protocolDefaults.inputSize)
      let graph = try recipe.graph(
        height: size.height, width: size.width, dataFormat: model.variant.dataFormat)
      return (
        NetworkOutline(graph, title: recipe.identifier), false,
        protocolLine(recipe.identifier, try images.preprocessing(for: InputDefaults(recipe)), size)
      )
    }
    if model.model == nil || config != nil {
      var options = try model.variant.told
      (options.height, options.width) = (images.size?.height, images.size?.width)
      let checkpoint = try Checkpoint(
        contentsOf: config ?? file, isolation: trust.isolation, variables: model.variant.variables)
      if let described = try DescribedNetwork(checkpoint, at: file, options) {
        return (
          NetworkOutline(described.graph, title: described.name), true,
          "\(described.name): input \(described.graph.inputWords)"
        )
      }
    }
    let loaded = try Model(
      model.model, model.variant, weights: file, trust: trust, height: images.size?.height,
      width: images.size?.width)
    return (
      NetworkOutline(loaded.graph, title: loaded.identifier), loaded.recipe == nil,
      "\(loaded.identifier): input \(loaded.graph.inputWords)"
    )
  }

  private func protocolLine(_ name: String, _ pipeline: Preprocessing, _ size: InputSize) -> String
  {
    "\(name): \(ImageProtocolSummary(pipeline, size))"
  }
}

extension Graph {
  /// The shapes that the network reads, with their names where there are several.
  fileprivate var inputWords: String {
    inputs.map {
      inputs.count == 1 ? "\(self[$0.value].shape)" : "\($0.name) \(self[$0.value].shape)"
    }
    .joined(separator: ", ")
  }
}
