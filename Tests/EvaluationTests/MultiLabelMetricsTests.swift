import Evaluation
import Foundation
import Networks
import TestSupport
import Testing

/// Logits of several questions with what scikit-learn makes of them.
struct LabelSetCase: Decodable, Sendable, CustomTestStringConvertible {
  struct Metrics: Decodable {
    let threshold: Double
    let subset: Int
    let hamming: Double
    let loss: Double
    let logLoss: Double
    let brier: Double
    let support: [Int]
    let predicted: [Int]
    let precision: [Double?]
    let recall: [Double?]
    let f1: [Double?]
    let auc: [Double?]
    let averagePrecision: [Double?]
    let macro: [Double?]
    let micro: [Double?]
    let averaged: [Int]
    let macroAuc: Double?
    let map: Double?
    let microAuc: Double?
    let microAveragePrecision: Double?
  }

  let name: String
  let labels: Int
  let truth: [Int]
  let logits: [Float]
  let metrics: Metrics

  var testDescription: String { name }

  /// A prediction an image.
  var predictions: [Prediction] {
    (0..<truth.count / labels).map { image in
      let range = image * labels..<(image + 1) * labels
      let right = (0..<labels).filter { truth[range.lowerBound + $0] == 1 }
      return Prediction(
        path: "\(image)", labels: right, sha256: "", isRotated: false,
        result: .success(Judgement(logits[range], answering: right)))
    }
  }

  /// The metrics of these logits.
  func measured() -> ClassificationMetrics {
    ClassificationMetrics(
      predictions, classNames: (0..<labels).map { "\($0)" }, activation: .sigmoid,
      isMultiLabel: true, options: .init(threshold: metrics.threshold))
  }

  static func read() throws -> [LabelSetCase] {
    struct File: Decodable { let cases: [LabelSetCase] }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(File.self, from: Fixtures.data("label-sets/cases.json")).cases
  }

  /// The cases; none where the file cannot be read, which a test of its own tells.
  static let all: [LabelSetCase] = (try? read()) ?? []
}

@Suite("Metrics of several questions at once equal scikit-learn's")
struct MultiLabelMetricsTests {
  /// Both, or neither.
  private func expect(
    _ value: Double?, _ expected: Double?, _ location: SourceLocation = #_sourceLocation
  ) {
    guard let value, let expected else {
      #expect(value == nil && expected == nil, sourceLocation: location)
      return
    }
    #expect(
      abs(value - expected) <= 1e-12 * max(1, abs(expected)), "\(value), expected \(expected)",
      sourceLocation: location)
  }

  @Test("There are cases with ties, without an image or with every image, and never guessed")
  func cases() throws {
    #expect(
      try LabelSetCase.read().map(\.name) == [
        "good", "random", "tied", "constant", "no image, every image", "never guessed",
        "mostly empty", "one answer each", "large", "threshold 0.3", "threshold 0.9", "one label",
      ])
  }

  @Test("Of each label", arguments: LabelSetCase.all)
  func labels(example: LabelSetCase) throws {
    let (found, expected) = (try #require(example.measured().multiLabel), example.metrics)
    #expect(found.labels.map(\.support) == expected.support)
    #expect(found.labels.map(\.predicted) == expected.predicted)
    for (index, label) in found.labels.enumerated() {
      expect(label.precision?.value, expected.precision[index])
      expect(label.recall?.value, expected.recall[index])
      expect(label.f1, expected.f1[index])
      expect(label.auc, expected.auc[index])
      expect(label.averagePrecision, expected.averagePrecision[index])
    }
  }

  @Test(
    "Of all labels: subset accuracy, Hamming loss, loss, Brier score, means",
    arguments: LabelSetCase.all)
  func averages(example: LabelSetCase) throws {
    let (metrics, expected) = (example.measured(), example.metrics)
    let found = try #require(metrics.multiLabel)
    #expect(found.threshold == expected.threshold)
    #expect(found.subset.correct == expected.subset && metrics.accuracy.top1 == found.subset)
    #expect(found.subset.total == example.predictions.count)
    expect(found.hammingLoss, expected.hamming)
    expect(metrics.loss, expected.loss)
    // scikit-learn clips the probabilities of very wrong guesses.
    if example.name != "large" { expect(metrics.loss, expected.logLoss) }
    expect(metrics.brier, expected.brier)
    let macro = found.macro
    let means = [macro.precision, macro.recall, macro.f1, macro.auc, macro.averagePrecision]
    #expect(means.map { $0?.labels ?? 0 } == expected.averaged)
    for (mean, value) in zip(means, expected.macro + [expected.macroAuc, expected.map]) {
      expect(mean?.value, value)
    }
    let micro = found.micro
    for (value, other) in zip(
      [micro.precision, micro.recall, micro.f1, micro.auc, micro.averagePrecision],
      expected.micro + [expected.microAuc, expected.microAveragePrecision])
    {
      expect(value, other)
    }
  }

  @Test("What means nothing for sets is not there, and nothing in JSON is NaN")
  func absent() throws {
    for example in LabelSetCase.all {
      let metrics = example.measured()
      #expect(metrics.accuracy.top5 == nil && metrics.accuracy.further.isEmpty)
      #expect(metrics.calibration == nil && metrics.average == nil && metrics.binary == nil)
      #expect(metrics.classes.isEmpty && metrics.confusion.cells.isEmpty)
      let data = try JSONEncoder().encode(metrics)
      #expect(try JSONDecoder().decode(ClassificationMetrics.self, from: data) == metrics)
    }
  }

  @Test(
    "An image with a logit that is not finite is guessed to have no label, and leaves no ranking")
  func notFinite() throws {
    let rows: [([Float], [Int])] = [([2, -1], [0]), ([.nan, 3], []), ([.infinity, 1], [0])]
    let predictions = rows.map { logits, labels in
      Prediction(
        path: "", labels: labels, sha256: "", isRotated: false,
        result: .success(Judgement(logits, answering: labels)))
    }
    let metrics = ClassificationMetrics(
      predictions, classNames: ["a", "b"], activation: .sigmoid, isMultiLabel: true)
    let sets = try #require(metrics.multiLabel)
    // Not even of an image without labels nothing is right.
    #expect(sets.subset.correct == 1 && sets.subset.total == 3)
    #expect(metrics.accuracy.nonFinite == 2 && metrics.loss == nil && metrics.brier == nil)
    #expect(sets.labels.allSatisfy { $0.auc == nil && $0.averagePrecision == nil })
    #expect(sets.labels[0].support == 2 && sets.labels[0].predicted == 1)
    #expect(sets.micro.auc == nil && sets.macro.auc == nil)
  }

  @Test("Without images nothing is claimed")
  func empty() throws {
    let metrics = ClassificationMetrics(
      [], classNames: ["a"], activation: .sigmoid, isMultiLabel: true)
    let sets = try #require(metrics.multiLabel)
    #expect(sets.hammingLoss == nil && metrics.loss == nil && sets.micro.f1 == nil)
    #expect(sets.labels[0].precision == nil && sets.labels[0].f1 == nil)
  }

  @Test("Gates know them: subset and mAP in percent, the others as shares")
  func gates() throws {
    let metrics = try #require(LabelSetCase.all.first { $0.name == "good" }).measured()
    let expected = try #require(LabelSetCase.all.first { $0.name == "good" }).metrics
    for (text, value) in [
      ("map>=0", try #require(expected.map) * 100), ("hamming<=1", expected.hamming),
      ("subset=0", Double(expected.subset) / 1.2), ("f1>=0", try #require(expected.macro[2])),
      ("micro-f1>=0", try #require(expected.micro[2])),
      ("micro-recall>=0", try #require(expected.micro[1])),
      ("auc>=0", try #require(expected.macroAuc)), ("loss>=0", expected.loss),
    ] {
      let gate = try #require(MetricGate(text))
      let measured = try #require(gate.measured(in: metrics), "\(text)")
      #expect(abs(measured - value) < 1e-9, "\(text)")
    }
    let map = try #require(MetricGate("map>=80%"))
    #expect(map.fault == nil && map.verdict(in: metrics).contains("%"))
    #expect(MetricGate("map>=0.8")?.fault?.contains("write map>=80") == true)
    #expect(MetricGate("subset>=50%±1") == nil && MetricGate("hamming<=5%") == nil)
    #expect(MetricGate("hamming<=5")?.fault != nil)
    let subset = GateVerdict(try #require(MetricGate("subset>=1%")), of: metrics)
    #expect(subset.unit == "percent" && subset.low != nil && subset.passed)
    for text in ["top1>=50", "accuracy>=50", "ece<=0.1"] {
      let failure = try #require(MetricGate(text)).failure(in: metrics)
      #expect(failure?.hasSuffix("for its labels are sets") == true, "\(text)")
    }
    let single = ClassificationMetrics(
      [], classNames: ["a", "b", "c"], activation: .softmax)
    #expect(MetricGate("map>=50")?.failure(in: single)?.contains("has no map") == true)
  }

  @Test("A log of sets is read again, and refused where its lines are of another kind")
  func stored() throws {
    let example = try #require(LabelSetCase.all.first { $0.name == "mostly empty" })
    let predictions = example.predictions
    var manifest = try EvaluationManifest.sample(classes: ["0", "1", "2"])
      .completed(by: predictions)
    manifest.data.multiLabel = true
    let log = PredictionLog(manifest: manifest, predictions: predictions)
    let again = try PredictionLog(lines: log.lines())
    #expect(again == log)
    #expect(ClassificationMetrics(again.predictions, of: again.manifest) == example.measured())
    manifest.data.multiLabel = nil
    let plain = PredictionLog(manifest: manifest, predictions: predictions)
    let error = try #require(throws: PredictionLogError.self) {
      try PredictionLog(lines: plain.lines())
    }
    #expect(error.description == "line 2: labels or guesses that are not of the 3 classes")
  }
}
