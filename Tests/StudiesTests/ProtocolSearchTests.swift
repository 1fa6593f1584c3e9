import Datasets
import Engine
import Evaluation
import Models
import Studies
import TestSupport
import Testing

@Suite("The protocol of a published number, found without the command")
struct ProtocolSearchTests {
  /// The trained digits, of which the user believes that their pixels were as they are.
  struct Digits: SearchedModel {
    let images: LabeledImages
    let hasFirstLabel = false

    func network(for size: InputSize?) throws -> (model: Model, plan: Plan) {
      var options = Model.Options()
      (options.height, options.width) = (size?.height, size?.width)
      let model = try Model(
        contentsOf: Fixtures.path("checkpoints/digits/digits-regular.keras3.h5"), options)
      return (model, try Plan(compiling: model.bound, batch: 32))
    }

    func preprocessing(for model: Model) throws -> Preprocessing {
      try model.preprocessing(normalizedBy: PixelNormalization.none)
    }

    func labels(for model: Model, firstLabel: Int?) throws -> ClassLabels {
      try ClassLabels(matching: images, classes: model.classes, firstLabel: firstLabel)
    }
  }

  @Test("The normalisation that the network was trained with is the nearest, and fits")
  func normalization() async throws {
    let images = try LabeledImages(directory: Fixtures.path("digits/validation"))
    let search = ProtocolSearch(
      images, isWhole: true,
      expecting: try ["top1=98.89", "loss=0.0589"].map { try #require(MetricGate($0)) })
    let findings = try await search.findings(on: Digits(images: images))
    let best = try #require(findings.outcomes.first)
    #expect(findings.start.normalization == .none && best.point.normalization == .tf)
    #expect(best.matches && best.depth == 1 && best.top1.correct == 356)
    #expect(best.numbers.map(\.fits) == [true, true])
    // The file is built for 32×32: no other size is a protocol of it.
    #expect(findings.outcomes.allSatisfy { $0.point.size == findings.start.size })
    #expect(findings.outcomes.contains { $0.labels == .firstLabel(1) && $0.isPartial })
    #expect(!ProtocolChance(findings.outcomes).isGuess)
  }
}
