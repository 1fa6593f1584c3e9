import Architectures
import Binding
import Engine
import Networks
import Tensors
import TestSupport
import Testing

@Suite("Full-size networks give Keras's logits", .serialized)
struct FullSizeNetworkTests {
  /// A network at a size for which Keras's logits are kept.
  struct Case: Sendable, CustomStringConvertible {
    let model: String
    let file: String
    let height: Int
    let width: Int

    var description: String { "\(model) \(height)×\(width)" }

    static let all: [Case] =
      Manifest.fullSizeModels.map { Case(model: $0, file: $0, height: 224, width: 224) }
      + ["preact-resnet18", "resnet50", "resnet50v2"].map {
        Case(model: $0, file: "\($0).odd", height: 97, width: 130)
      }
  }

  @Test("Logits agree within 1e-4 of the largest in both data formats", arguments: Case.all)
  func logits(_ network: Case) throws {
    let manifest = try Manifest(of: network.model)
    let recipe = try #require(ModelRecipe.named(network.model))
    let checkpoint = manifest.checkpoint(named: true)
    let golden = try Fixtures.tensor("networks/\(network.file).logits.npy")
    let count = golden.shape[1]
    for (index, format) in [DataFormat.channelsLast, .channelsFirst].enumerated() {
      let graph = try recipe.graph(
        height: network.height, width: network.width, dataFormat: format)
      let bound = try graph.bound(to: checkpoint, using: recipe.nameMap)
      let plan = try Plan(compiling: bound, batch: count, threads: 2)
      let images = HashedWeights.images(graph.input, count: count)

      let logits = try plan.run(images.converted(from: .channelsLast, to: format))

      let expected = Tensor(
        shape: [count, golden.shape[2]], values: Array(golden.row(index)))
      let worst = logits.worstDifference(from: expected)
      #expect(worst.difference <= 1e-4 * worst.largest, "\(network) \(format): \(worst)")
    }
  }
}
