import Architectures
import ArgumentParser
import Documents
import Foundation

/// `assay models`: the networks that a file of weights alone may be of.
struct ModelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models",
    abstract: "Lists the networks that --model knows, their dialects and their images.",
    discussion: """
      Examples:
        assay models
        assay models --json models.json

      A file that holds its network needs none of these. A dialect says whose names and conventions the \
      weights have; where a network has several, the file tells which, and --model resnet50:slim fixes it.
      """)

  @Option(help: ArgumentHelp("Writes the list as JSON.", valueName: "file"))
  var json: OutputFile?

  func run() throws {
    let outputs = Outputs([("--json", json)])
    try outputs.check(reading: [])
    try json?.write(JSONText.file(ModelRecipe.catalog.map(ListedModel.init)))
    outputs.show(Self.table)
  }

  private static var table: String {
    var table = TextTable(columns: [
      .left("--model"), .left("family"), .right("size"), .left("--preset"), .left("--normalize"),
      .left("dialects"),
    ])
    for name in ModelRecipe.names {
      let dialects = ModelRecipe.dialects(of: name)
      let first = ListedModel(dialects[0])
      // Other dialects may have other protocols, which are told where they differ.
      let others = dialects.map { recipe in
        let protocolDefaults = recipe.protocolDefaults
        return protocolDefaults == dialects[0].protocolDefaults
          ? recipe.dialect
          : "\(recipe.dialect) (\(protocolDefaults.inputSize), \(protocolDefaults.preset), "
            + "\(protocolDefaults.normalization))"
      }
      table.add([
        name, first.family, "\(first.inputSize)", first.preset, first.normalization,
        others.joined(separator: ", "),
      ])
    }
    return table.text
  }
}

/// What is told of one recipe of the catalog.
private struct ListedModel: Encodable {
  let name: String
  let family: String
  let dialect: String
  let inputSize: Int
  let preset: String
  let normalization: String
  let publishedClasses: Int
  let hasBackgroundClass: Bool

  init(_ recipe: ModelRecipe) {
    name = recipe.name
    family = "\(type(of: recipe.network))"
    dialect = recipe.dialect
    inputSize = recipe.protocolDefaults.inputSize
    preset = recipe.protocolDefaults.preset
    normalization = recipe.protocolDefaults.normalization
    publishedClasses = recipe.publishedClasses
    hasBackgroundClass = recipe.hasBackgroundClass
  }
}
