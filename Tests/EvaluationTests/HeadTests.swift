import Evaluation
import Foundation
import Networks
import TestSupport
import Testing

/// Logits of sigmoids with what scikit-learn and Keras make of them.
struct HeadCase: Decodable, Sendable, CustomTestStringConvertible {
  struct Metrics: Decodable {
    let correct: Int
    let loss: Double
    let lossOfLogits: Double
    let brier: Double
    let auc: Double?
    let precision: Double?
    let recall: Double?
    let f1: Double?
    let expectedError: Double
    let maximumError: Double
  }

  let name: String
  let outputs: Int
  let logits: [Float]
  let labels: [Int]
  let metrics: Metrics

  var testDescription: String { name }

  var activation: OutputActivation { outputs == 1 ? .binary : .sigmoid }

  /// A prediction an image.
  var predictions: [Prediction] {
    labels.enumerated().map { index, label in
      let row = logits[index * outputs..<(index + 1) * outputs]
      return Prediction(
        path: "\(index)", labels: [label], sha256: "", isRotated: false,
        result: .success(Judgement(row, labels: [label], activation: activation)))
    }
  }

  /// The metrics of these logits.
  func measured() -> ClassificationMetrics {
    let names = (0..<activation.classes(ofOutputs: outputs)).map { "\($0)" }
    return ClassificationMetrics(predictions, classNames: names, activation: activation)
  }

  static func read() throws -> [HeadCase] {
    struct File: Decodable { let cases: [HeadCase] }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(File.self, from: Fixtures.data("heads/cases.json")).cases
  }

  /// The cases; none where the file cannot be read, which a test of its own tells.
  static let all: [HeadCase] = (try? read()) ?? []
}

@Suite("Metrics of networks that end in sigmoids equal scikit-learn's and Keras's")
struct HeadTests {
  private func expect(
    _ value: Double?, _ expected: Double?, within tolerance: Double = 1e-12,
    _ location: SourceLocation = #_sourceLocation
  ) throws {
    let (value, expected) = (try #require(value), try #require(expected))
    #expect(
      abs(value - expected) <= tolerance * max(1, abs(expected)), "\(value), expected \(expected)",
      sourceLocation: location)
  }

  @Test("There are cases of one output and of several")
  func cases() throws {
    #expect(
      try HeadCase.read().map(\.name) == [
        "good", "random", "tied", "constant", "large", "one class", "never class 1",
        "four sigmoids", "large sigmoids",
      ])
  }

  @Test("Accuracy at one half, loss, Brier score and calibration", arguments: HeadCase.all)
  func quality(example: HeadCase) throws {
    let (metrics, expected) = (example.measured(), example.metrics)
    #expect(metrics.accuracy.top1.correct == expected.correct)
    try expect(metrics.loss, expected.lossOfLogits)
    // scikit-learn clips the probabilities of very wrong guesses.
    if !example.name.hasPrefix("large") { try expect(metrics.loss, expected.loss) }
    try expect(metrics.brier, expected.brier)
    // Probabilities of guesses are kept as float32.
    try expect(metrics.calibration?.expectedError, expected.expectedError, within: 1e-7)
    try expect(metrics.calibration?.maximumError, expected.maximumError, within: 1e-7)
  }

  @Test(
    "ROC AUC, precision, recall and F1 of class 1",
    arguments: HeadCase.all.filter { $0.outputs == 1 })
  func binary(example: HeadCase) throws {
    let metrics = try #require(example.measured().binary)
    if example.metrics.auc == nil {
      #expect(metrics.auc == nil)
    } else {
      try expect(metrics.auc, example.metrics.auc)
    }
    try expect(metrics.positive.precision, example.metrics.precision)
    try expect(metrics.positive.recall, example.metrics.recall)
    try expect(metrics.positive.f1, example.metrics.f1)
  }

  @Test("The tails of binomial distributions are SciPy's")
  func binomial() throws {
    struct Tail: Decodable {
      let hits: Int
      let trials: Int
      let share: Double
      let atMost: Double
      let atLeast: Double
    }
    struct File: Decodable { let binomial: [Tail] }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let tails = try decoder.decode(File.self, from: Fixtures.data("heads/cases.json")).binomial
    #expect(tails.count == 8)
    for tail in tails {
      let most = BinomialTail.atMost(tail.hits, of: tail.trials, share: tail.share)
      let least = BinomialTail.atLeast(tail.hits, of: tail.trials, share: tail.share)
      // Sums of thousands of terms, small ones relative to themselves.
      #expect(abs(most - tail.atMost) <= 1e-8 * tail.atMost, "\(tail), \(most)")
      #expect(abs(least - tail.atLeast) <= 1e-8 * tail.atLeast, "\(tail), \(least)")
    }
  }

  @Test("Equal scores count half, or the cases show nothing of ties")
  func ties() throws {
    let tied = try #require(HeadCase.all.first { $0.name == "tied" })
    #expect(Set(tied.logits).count < tied.logits.count / 2)
    #expect(tied.logits.contains(0))
    let constant = try #require(HeadCase.all.first { $0.name == "constant" })
    #expect(constant.metrics.auc == 0.5)
  }

  @Test("Both probabilities of one output are kept, and a half is class 0")
  func guesses() {
    let guesses = Judgement.best(of: [-2] as [Float], activation: .binary)
    #expect(guesses.map(\.classIndex) == [0, 1])
    #expect(abs(guesses[1].probability - 0.11920292) < 1e-7)
    #expect(abs(guesses[0].probability - 0.88079708) < 1e-7)
    #expect(Judgement([0] as [Float], labels: [0], activation: .binary).firstGuess == 0)
    // Far out neither overflows.
    for logit in [-500, 500] as [Float] {
      let judgement = Judgement([logit], labels: [0], activation: .binary)
      #expect(abs((judgement.loss ?? .nan) - max(0, Double(logit))) < 1e-12)
    }
    #expect(!Judgement([.nan] as [Float], labels: [1], activation: .binary).isFinite)
  }

  @Test("Sigmoids of several classes are the network's own, and need not sum to 1")
  func sigmoids() {
    let guesses = Judgement.best(of: [1, -1, 3] as [Float], activation: .sigmoid)
    #expect(guesses.map(\.classIndex) == [2, 0, 1])
    for (guess, expected) in zip(guesses, [0.95257413, 0.73105858, 0.26894142] as [Float]) {
      #expect(abs(guess.probability - expected) < 1e-7)
    }
  }

  @Test("As many guesses as classes, or more, are not counted")
  func trivialGuesses() throws {
    let names = ["a", "b", "c"]
    let predictions = [
      Prediction(
        path: "x", labels: [2], sha256: "", isRotated: false,
        result: .success(Judgement([3, 2, 1] as [Float], labels: [2])))
    ]
    let metrics = ClassificationMetrics(
      predictions, classNames: names, options: .init(further: [2, 3, 4]))
    #expect(metrics.accuracy.top5 == nil && metrics.accuracy.further.map(\.k) == [2])
    #expect(metrics.classes.allSatisfy { $0.top5 == nil })
    // Of six classes of which five take part five guesses tell nothing either.
    let masked = ClassificationMetrics(
      predictions, classNames: names + ["d", "e", "f"], participants: 5)
    #expect(masked.accuracy.top5 == nil)
    let report = EvaluationReport(predictions, manifest: try .sample(classes: names))
    #expect(!report.text.contains("top-5"))
    let gate = try #require(MetricGate("top5>=90"))
    #expect(gate.failure(in: metrics)?.contains("no top5, for there are 3 classes") == true)
  }

  @Test("Reports of one output tell the area, class 1 and which loss it is, and come back")
  func report() throws {
    let example = try #require(HeadCase.all.first { $0.name == "good" })
    var manifest = try EvaluationManifest.sample(classes: ["cat", "dog"])
    manifest.model.outputActivation = .binary
    manifest = manifest.completed(by: example.predictions)
    let report = EvaluationReport(example.predictions, manifest: manifest)
    #expect(report.text.contains("accuracy    "))
    #expect(report.text.contains("ROC AUC "))
    #expect(report.text.contains("(of class 1, dog)"))
    #expect(report.text.contains("(binary cross-entropy)"))
    let log = try PredictionLog(
      lines: PredictionLog(manifest: manifest, predictions: example.predictions).lines())
    #expect(log.manifest.model.outputActivation == .binary)
    let again = EvaluationReport(log.predictions, manifest: log.manifest)
    #expect(again.metrics.binary == report.metrics.binary)
    #expect(try EvaluationReport(json: report.json()).metrics.binary == report.metrics.binary)
    let gates = try ["auc>=0.9", "accuracy>=70", "precision>=0.5"].map {
      try #require(MetricGate($0))
    }
    #expect(gates[0].measured(in: again.metrics) == report.metrics.binary?.auc)
    #expect(gates[1].measured(in: again.metrics) == report.accuracy.top1.value * 100)
    #expect(
      gates[2].measured(in: again.metrics) == report.metrics.binary?.positive.precision)
  }
}
