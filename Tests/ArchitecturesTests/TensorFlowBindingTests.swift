import Architectures
import Binding
import Checkpoints
import Networks
import TestSupport
import Testing

@Suite("A network bound to a TensorFlow checkpoint")
struct TensorFlowBindingTests {
  /// The trained network, as a user would bind it who names neither filters nor classes.
  private func bound(
    _ path: String, _ blocksPerStage: [Int], _ block: PreActivationResNet.Block,
    recipe name: String = "preact-resnet18"
  ) throws -> BoundGraph {
    var recipe = try #require(ModelRecipe.named(name))
    recipe.network = PreActivationResNet(blocksPerStage: blocksPerStage, block: block)
    let checkpoint = try Checkpoint(contentsOf: Fixtures.path("checkpoints/\(path)"))
    let graph = try recipe.fitted(to: checkpoint).graph(height: 32, width: 32)
    return try graph.bound(to: checkpoint, using: recipe.nameMap)
  }

  @Test(
    "has every weight that it gets from Keras's file",
    arguments: [
      ("digits-regular", [2, 2], .regular), ("digits-bottleneck", [1, 2, 1], .bottleneck),
    ] as [(String, [Int], PreActivationResNet.Block)])
  func sameWeights(
    _ name: String, _ blocksPerStage: [Int], _ block: PreActivationResNet.Block
  ) throws {
    let ours = try bound("tensorflow/\(name).tf2", blocksPerStage, block)
    let theirs = try bound("digits/\(name).keras2.h5", blocksPerStage, block)
    #expect(ours.graph.parameters == theirs.graph.parameters)
    for parameter in ours.graph.parameters {
      #expect(try ours.values(of: parameter) == theirs.values(of: parameter), "\(parameter.path)")
    }
  }

  @Test(
    "has the same weights from scoped names, however they count", arguments: ["counters", "scopes"])
  func scopedNames(_ kind: String) throws {
    let ours = try bound(
      "tensorflow/digits-regular.\(kind)", [2, 2], .regular, recipe: "preact-resnet18:scoped")
    let theirs = try bound("digits/digits-regular.keras2.h5", [2, 2], .regular)
    #expect(ours.graph.parameters == theirs.graph.parameters)
    for parameter in ours.graph.parameters {
      #expect(try ours.values(of: parameter) == theirs.values(of: parameter), "\(parameter.path)")
    }
  }
}
