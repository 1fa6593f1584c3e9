import Architectures
import Checkpoints
import Datasets
import Evaluation
import Models
import Networks
import Tensors
import TestSupport
import Testing

@Suite("A classifier from a file, in one call")
struct ModelTests {
  private static let digits = Fixtures.path("checkpoints/digits/digits-regular.keras3.h5")
  private static let weights = Fixtures.path("checkpoints/digits/digits-regular.keras2.h5")

  @Test("A file with its config is scored as that network")
  func evaluates() async throws {
    let model = try Model(contentsOf: Self.digits)
    let data = try LabeledImages(directory: Fixtures.path("digits/validation"))
    let result = try await model.evaluate(data, normalizedBy: .tf)
    #expect(result.top1 == 356.0 / 360)
    #expect(model.recipe == nil)
    #expect(model.graph.input.description == "32×32×1")
  }

  @Test("A network of sigmoids answers sets of labels, and one of which nothing is known does not")
  func labelSets() async throws {
    let data = try LabeledImages(
      directory: Fixtures.path("digits/validation"),
      labels: LabelFile(contentsOf: Fixtures.path("label-sets/digits.csv")))
    let model = try Model(contentsOf: Fixtures.path("heads/one-three-eight.h5"))
    let result = try await model.evaluate(data, normalizedBy: .tf)
    let sets = try #require(result.metrics.multiLabel)
    #expect(sets.subset.correct == 67 && sets.subset.value == result.top1)
    #expect(sets.labels.map(\.name) == ["straight", "open", "round"])
    await #expect(throws: EvaluationError.self) {
      try await Model(contentsOf: Self.digits).evaluate(data, normalizedBy: .tf)
    }
  }

  @Test("One image in memory gets the classes that it has in an evaluation")
  func inMemory() async throws {
    let model = try Model(contentsOf: Self.digits)
    let data = try LabeledImages(directory: Fixtures.path("digits/validation"))
    let result = try await model.evaluate(data, normalizedBy: .tf)
    let classifier = try ImageClassifier(model, normalizedBy: .tf)
    for (image, prediction) in zip(data.images, result.predictions).prefix(12) {
      let bytes = try Fixtures.data("digits/validation/\(image.path)")
      let judgement = try #require(prediction.judgement, "\(image.path)")
      #expect(try classifier.guesses(bytes) == judgement.guesses, "\(image.path)")
    }
    #expect(throws: ImageError.self) { try classifier.guesses([1, 2, 3]) }
  }

  @Test("How its images were normalised is never guessed")
  func unknown() throws {
    let model = try Model(contentsOf: Self.digits)
    let error = #expect(throws: ModelError.self) { try model.preprocessing() }
    guard case .unknownNormalization? = error?.reason else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test("The first batch norm tells under which normalisation it saw such images")
  func evidence() throws {
    let data = try LabeledImages(directory: Fixtures.path("digits/validation"))
    for name in ["digits-regular", "digits-half", "digits-bottleneck"] {
      let model = try Model(contentsOf: Fixtures.path("checkpoints/digits/\(name).keras3.h5"))
      let evidence = try model.normalizationEvidence(
        from: data.images.map(\.source), by: .kerasTF)
      // All three were trained on x / 127.5 − 1, which their script says.
      #expect(evidence.fits.first?.normalization == .tf, "\(name) \(evidence)")
      #expect(evidence.fits.dropFirst().allSatisfy { $0.misfit > 0.5 }, "\(name) \(evidence)")
      #expect(evidence.images == 64)
    }
    let none = try Model(contentsOf: Self.digits).normalizationEvidence(
      from: data.prefix(3).images.map(\.source), by: .kerasTF)
    #expect(none.fits.isEmpty)
  }

  @Test("Weights alone are those of the named network, or of no known one")
  func weightsAlone() throws {
    var options = try #require(Model.Options(model: "preact-resnet18"))
    options.candidates = options.candidates?.map {
      var recipe = $0
      recipe.residual?.blocksPerStage = [2, 2]
      return recipe
    }
    (options.height, options.width) = (32, 32)
    let model = try Model(contentsOf: Self.weights, options)
    #expect(model.recipe?.name == "preact-resnet18")
    #expect(model.classes == 10)

    let error = #expect(throws: ModelError.self) { try Model(contentsOf: Self.weights) }
    guard case .fitsNone? = error?.reason else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(Model.Options(model: "resnet51") == nil)
  }

  @Test("A size for which a model was not built is refused")
  func size() throws {
    var options = Model.Options()
    (options.height, options.width) = (48, 48)
    let error = #expect(throws: ModelError.self) {
      try Model(contentsOf: Self.digits, options)
    }
    #expect(error?.description.contains("images of 32×32, not of 48×48") == true)
  }
}
