import Assay
import Foundation
import TestSupport
import Testing

@Suite("The library, by one import")
struct LibraryExampleTests {
  /// The example of the README, word for word but for file names, network and image.
  private func example(
    weights: String, images: String, network: some Block, map: NameMap, image: ImageShape
  ) async throws -> (Double, Double) {
    let checkpoint = try Checkpoint(contentsOf: weights)
    let graph = try Graph(tracing: network, input: image)
    let bound = try graph.bound(to: checkpoint, using: map)
    let plan = try Plan(compiling: bound, batch: 32)
    let evaluator = Evaluator(plan, preprocessing: .kerasTF.normalized(by: .tf))
    let report = try await evaluator.evaluate(LabeledImages(directory: images))
    print(report.top1, report.top5)
    return (report.top1, report.top5)
  }

  @Test("The README's example compiles and scores the trained digits")
  func readme() async throws {
    let (top1, top5) = try await example(
      weights: Fixtures.path("checkpoints/digits/digits-regular.keras2.h5"),
      images: Fixtures.path("digits/validation"),
      network: PreActivationResNet(
        blocksPerStage: [2, 2], block: .regular, filters: 8, classes: 10),
      map: .kerasPreActivation, image: ImageShape(height: 32, width: 32, channels: 1))
    #expect(top1 == 356.0 / 360)
    #expect(top5 == 1)
  }

  @Test("A program with a head, a layer and a normalisation of its own scores the trained digits")
  func embedding() throws {
    let output = try BuiltProgram.output(
      of: "Embedding",
      [
        Fixtures.path("checkpoints/digits/digits-regular.keras2.h5"),
        Fixtures.path("digits/validation"),
      ], seconds: 60)
    #expect(output == "top-1 \(356.0 / 360), top-5 1.0\n")
  }

  @Test("Every example of the documentation compiles: its lines stand in code, in their order")
  func examples() throws {
    let root = Fixtures.root.deletingLastPathComponent()
    let source = try String(
      contentsOf: root.appending(path: "Tests/AssayTests/DocumentedExamples.swift"),
      encoding: .utf8)
    let code = source.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    let articles = root.appending(path: "Sources/Assay/Assay.docc")
    let pages =
      try FileManager.default.contentsOfDirectory(
        at: articles, includingPropertiesForKeys: nil
      ).filter { $0.pathExtension == "md" } + [root.appending(path: "README.md")]
    var count = 0
    for page in pages {
      let text = try String(contentsOf: page, encoding: .utf8)
      for block in text.split(separator: "\n```swift\n").dropFirst() {
        let lines = block.prefix(upTo: block.range(of: "\n```")?.lowerBound ?? block.endIndex)
          .split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        let starts = code.indices.filter { code[$0...].starts(with: lines) }
        #expect(!starts.isEmpty, "\(page.lastPathComponent): \(lines.first ?? "")")
        count += 1
      }
    }
    #expect(count >= 6)
  }

  @Test("Batch norms in training mode give Keras's logits", arguments: DataFormat.allCases)
  func trainingMode(format: DataFormat) throws {
    let recipe = try #require(ModelRecipe.named("preact-resnet18"))
    var network = recipe
    network.residual?.filters = 8
    let graph = try network.graph(height: 33, width: 47, dataFormat: format)
    let bound = try BoundGraph(graph, sources: sources(of: graph, named: recipe.name))
    let golden = try Fixtures.tensor("training_mode/logits.npy")
    let inference = try Fixtures.tensor("training_mode/inference.logits.npy")
    let images = HashedWeights.images(graph.input, count: golden.shape[1])
      .converted(from: .channelsLast, to: format)
    let index = format == .channelsLast ? 0 : 1

    let plan = try Plan(compiling: bound, batch: images.count, statistics: .ofBatch)
    let reference = try ReferenceExecutor(bound, statistics: .ofBatch)
    for executor in [plan, reference] as [any Executor] {
      let expected = Tensor(
        shape: [images.count, golden.shape[2]], values: Array(golden.row(index)))
      let worst = try executor.run(images).worstDifference(from: expected)
      #expect(worst.difference <= 1e-4 * worst.largest, "\(executor.self) \(worst)")
    }
    // Were both modes one, or the moving statistics wrong, the test would not see it above.
    let moving = try Plan(compiling: bound, batch: images.count).run(images)
    let expected = Tensor(
      shape: [images.count, golden.shape[2]], values: Array(inference.row(index)))
    #expect(moving.worstDifference(from: expected).difference <= 1e-4)
    #expect(try plan.run(images).worstDifference(from: moving).difference > 0.01)
  }
  /// Weights by formula under the names that Keras gives the layers of a wider network.
  private func sources(
    of graph: Graph, named model: String
  ) throws -> [Parameter: ParameterSource] {
    var sources: [Parameter: ParameterSource] = [:]
    for (node, layer) in zip(graph.kerasLayerOrder(), try Manifest(of: model).layers) {
      for parameter in node.parameters {
        sources[parameter] = ParameterSource(
          HashedWeights.values(
            layer: layer.name, role: parameter.role.rawValue, shape: parameter.shape))
      }
    }
    return sources
  }
}
