import Architectures
import Binding
import Checkpoints
import Networks
import TestSupport
import Testing

@Suite("One network under the names that people gave its layers")
struct SpelledNamesTests {
  private func checkpoint(
    _ file: String, variables: CheckpointVariables = .raw
  ) throws -> Checkpoint {
    try Checkpoint(
      contentsOf: Fixtures.path("checkpoints/spellings/\(file)"), isolation: .inProcess,
      variables: variables)
  }

  private func bound(
    _ checkpoint: Checkpoint, as name: String, blocks: [Int] = [1, 1], isBottleneck: Bool = false
  ) throws -> BoundGraph {
    var recipe = try #require(ModelRecipe.pinned(name))
    recipe.residual?.blocksPerStage = blocks
    if isBottleneck { recipe = try #require(recipe.withBottlenecks) }
    let graph = try recipe.fitted(to: checkpoint).graph(height: 16, width: 16)
    return try graph.bound(to: checkpoint, using: recipe.nameMap)
  }

  private func expectSame(_ ours: BoundGraph, _ theirs: BoundGraph) throws {
    #expect(ours.graph.parameters == theirs.graph.parameters)
    for parameter in ours.graph.parameters {
      #expect(try ours.values(of: parameter) == theirs.values(of: parameter), "\(parameter.path)")
    }
  }

  @Test(
    "gets the weights that it has under Keras's own names",
    arguments: [
      ("sync.keras2.h5", "keras"), ("sync.model.h5", "keras"), ("sync.keras", "keras"),
      ("sync.weights.h5", "keras"), ("sync.tf2", "keras"), ("v1.keras2.h5", "keras"),
      ("scopes.weights.h5", "underscored"), ("scopes.keras", "underscored"),
      ("roles.weights.h5", "roles"), ("bare.keras2.h5", "keras"), ("slash.keras2.h5", "keras"),
      ("skipped.keras2.h5", "keras"),
    ])
  func regular(_ file: String, _ dialect: String) throws {
    let plain = try bound(checkpoint("plain.keras2.h5"), as: "preact-resnet18:keras")
    try expectSame(bound(checkpoint(file), as: "preact-resnet18:\(dialect)"), plain)
  }

  @Test(
    "gets them with bottleneck blocks too",
    arguments: [
      ("bottleneck-scopes.weights.h5", "underscored"), ("bottleneck-roles.weights.h5", "roles"),
    ])
  func bottleneck(_ file: String, _ dialect: String) throws {
    let plain = try bound(
      checkpoint("bottleneck.weights.h5"), as: "preact-resnet18:keras", blocks: [1],
      isBottleneck: true)
    let spelled = try bound(
      checkpoint(file), as: "preact-resnet18:\(dialect)", blocks: [1], isBottleneck: true)
    try expectSame(spelled, plain)
  }

  @Test("gets its moving averages where they are asked for, and no others")
  func averages() throws {
    let plain = try bound(checkpoint("plain.keras2.h5"), as: "preact-resnet18:keras")
    let averages = try checkpoint("averages", variables: .averages)
    try expectSame(bound(averages, as: "preact-resnet18:keras"), plain)

    let raw = try checkpoint("averages")
    #expect(raw.averageCount == 26)
    let kernel = try #require(plain.graph.parameters.first)
    let last = try bound(raw, as: "preact-resnet18:keras")
    #expect(try last.values(of: kernel) == plain.values(of: kernel).map { 2 * $0 })

    let error = #expect(throws: CheckpointError.self) {
      try checkpoint("plain.keras2.h5", variables: .averages)
    }
    #expect(error?.description.contains("it has no moving averages") == true)
  }

  @Test("is refused where a gap in the numbers tells what is missing, and only that is named")
  func gap() throws {
    for file in ["gap.keras2.h5", "deleted.keras2.h5"] {
      let error = try #require(throws: BindingError.self) {
        try bound(checkpoint(file), as: "preact-resnet18:keras")
      }
      #expect(
        error.missing.map(\.parameter.path)
          == ["stage2/block1/first/kernel", "stage2/block1/first/bias"])
      #expect(error.missing.map(\.layerName) == ["conv2d_1", "conv2d_1"])
      #expect(error.boundCount == 34 && error.mismatched.isEmpty && error.contradictions.isEmpty)
    }
  }

  @Test("shows its width in other layers where its stem has a name of its own")
  func stem() throws {
    let file = try checkpoint("stemless.keras2.h5")
    var recipe = try #require(ModelRecipe.named("preact-resnet18"))
    recipe.residual?.blocksPerStage = [1, 1]
    #expect(recipe.fitted(to: file).residual?.filters == 2)
    let error = try #require(throws: BindingError.self) {
      try bound(file, as: "preact-resnet18:keras")
    }
    #expect(error.missing.map(\.parameter.layer) == ["stem/conv", "stem/conv"])
    #expect(error.mismatched.isEmpty)
  }

  @Test("A dialect can be asked for by name, Keras's own too")
  func pinned() {
    #expect(ModelRecipe.pinned("resnet50:keras")?.dialect == "keras")
    #expect(ModelRecipe.pinned("resnet50:slim")?.dialect == "slim")
    #expect(ModelRecipe.pinned("resnet50:nobody") == nil)
    #expect(ModelRecipe.named("resnet50")?.dialect == "keras")
  }
}
