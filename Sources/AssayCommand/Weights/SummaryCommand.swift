import Architectures
import ArgumentParser
import Datasets
import Layers
import Networks
import Tensors

/// `assay summary`: the layers of a network, without weights.
struct SummaryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "summary",
    abstract: "Shows a network's layers, shapes, parameters and multiply-accumulates.",
    discussion: """
      Examples:
        assay summary --model preact-resnet50
        assay summary --model preact-resnet18 --blocks-per-stage 2,2 \\
          --filters 8 --classes 10
        assay summary --model preact-resnet50 --blocks
      """)

  @OptionGroup var model: ModelOptions
  @OptionGroup(title: "Image options") var images: ImageOptions

  @Option(help: "Channels of an image.")
  var channels = 3

  @Flag(help: "Compares a regular with a bottleneck block instead.")
  var blocks = false

  func validate() throws {
    guard (1...4096).contains(channels) else {
      throw ValidationError("--channels \(channels) is no possible number")
    }
  }

  func run() throws {
    var recipe = model.variant.overridden(try model.recipe())
    recipe.imageChannels = channels
    guard !blocks else { return StandardOutput.show(try BlockComparison().text) }
    let images = try images.resolved()
    let size =
      images.size(for: InputDefaults(recipe))
      ?? InputSize(square: recipe.protocolDefaults.inputSize)
    let graph = try recipe.graph(
      height: size.height, width: size.width, dataFormat: model.variant.dataFormat)
    StandardOutput.show(GraphSummary(graph).text)
    StandardOutput.show("")
    StandardOutput.show(
      "\(recipe.identifier): \(ImageProtocolSummary(try images.preprocessing(for: InputDefaults(recipe)), size))"
    )
  }
}

/// A graph as text: a line a layer, and the sums.
struct GraphSummary {
  let graph: Graph

  init(_ graph: Graph) { self.graph = graph }

  var text: String {
    var table = TextTable(
      columns: [
        .left("layer"), .left("kind"), .left("details"), .right("output"), .right("parameters"),
        .right("MACs"),
      ])
    for node in graph.layers {
      let parameters = node.parameters.reduce(0) { $0 + $1.shape.elementCount }
      let work = graph.multiplyAccumulates(of: node)
      table.add([
        node.path, node.kerasClass, node.details(in: graph), "\(node.shape)",
        parameters == 0 ? "" : "\(parameters)", work == 0 ? "" : "\(work)",
      ])
    }
    return table.text + "\n\n"
      + "parameters  \(graph.parameterCount), of which trainable \(graph.trainableParameterCount)\n"
      + "multiply-accumulates for one image  \(graph.multiplyAccumulates)"
  }
}
