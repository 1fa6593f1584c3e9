import Evaluation
import Foundation
import Tensors
import TestSupport
import Testing

/// Scores with what scikit-learn, TensorFlow, Keras and NumPy make of them.
struct MetricsCase: Decodable, Sendable, CustomTestStringConvertible {
  struct Bins: Decodable {
    let counts: [Int]
    let accuracy: [Double]
    let confidence: [Double]
  }

  let name: String
  let labels: [Int]
  let topK: [String: [String: Int]]
  let loss: Double?
  let logLoss: Double?
  let brier: Double?
  let precision: [Double]?
  let recall: [Double]?
  let f1: [Double]?
  let macro: [Double]?
  let confusion: [[Int]]?
  let bins: Bins?
  let expectedError: Double?
  let maximumError: Double?

  var testDescription: String { name }

  /// The metrics of these scores, under a rule for equal ones.
  func metrics(_ rule: TieRule = .keras) throws -> ClassificationMetrics {
    let scores = try Fixtures.tensor("metrics/\(name).scores.npy")
    let classes = scores.shape.dimensions[1]
    let predictions = labels.enumerated().map { index, label in
      Prediction(
        path: "\(index)", labels: [label], sha256: "", isRotated: false,
        result: .success(Judgement(scores.row(index), labels: [label])))
    }
    return ClassificationMetrics(
      predictions, classNames: (0..<classes).map { "\($0)" },
      options: .init(further: [2, 3], tieRule: rule))
  }
}

/// All cases, and McNemar's tests.
struct MetricsFixture: Decodable {
  struct McNemar: Decodable {
    let onlyFirst: Int
    let onlySecond: Int
    let chiSquared: Double
    let probability: Double
  }

  let mcnemar: [McNemar]
  let cases: [MetricsCase]

  static func read() throws -> MetricsFixture {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(MetricsFixture.self, from: Fixtures.data("metrics/cases.json"))
  }

  /// The cases; none where the file cannot be read, which a test of its own tells.
  static let all: [MetricsCase] = (try? read().cases) ?? []
}

@Suite("Metrics equal scikit-learn's, TensorFlow's and Keras's")
struct MetricsTests {
  /// Sums of float64 in another order; probabilities of guesses are kept as float32.
  private static let (exact, kept) = (1e-12, 1e-7)

  private func expect(
    _ value: Double?, _ expected: Double?, within tolerance: Double = exact,
    _ location: SourceLocation = #_sourceLocation
  ) throws {
    let (value, expected) = (try #require(value), try #require(expected))
    #expect(
      abs(value - expected) <= tolerance * max(1, abs(expected)), "\(value), expected \(expected)",
      sourceLocation: location)
  }

  @Test("There are cases of every kind")
  func cases() throws {
    #expect(
      try MetricsFixture.read().cases.map(\.name) == [
        "random", "good", "tied", "constant", "large", "three", "absent", "not-finite",
      ])
  }

  @Test("Top-k under every rule for equal scores", arguments: MetricsFixture.all, TieRule.allCases)
  func topK(example: MetricsCase, rule: TieRule) throws {
    let metrics = try example.metrics(rule)
    let accuracy = metrics.accuracy
    for (k, hits) in example.topK {
      // All rules agree that among as many guesses as classes is always the right one: nothing to count.
      if let k = Int(k), k > 1, k >= metrics.classes.count {
        #expect(accuracy[k] == nil)
        continue
      }
      // Of scores that are not finite only in_top_k says something; the rule in Assay's is the same.
      let expected = try #require(hits[rule.rawValue] ?? hits["in-top-k"])
      #expect(accuracy[try #require(Int(k))]?.correct == expected, "k = \(k)")
    }
  }

  @Test("The rules differ on equal scores, or the test above shows nothing")
  func rulesDiffer() throws {
    let tied = try #require(MetricsFixture.all.first { $0.name == "tied" })
    // Keras's rule is argmax at first guess, and in_top_k beyond.
    #expect(Set(tied.topK["1", default: [:]].values).count == 3)
    #expect(Set(tied.topK["3", default: [:]].values).count == 3)
  }

  @Test("Cross-entropy and Brier score", arguments: MetricsFixture.all)
  func losses(example: MetricsCase) throws {
    let metrics = try example.metrics()
    guard example.name != "not-finite" else {
      #expect(metrics.loss == nil && metrics.brier == nil)
      return
    }
    try expect(metrics.loss, example.loss)
    // scikit-learn clips the probabilities of very wrong guesses, so that its loss stays smaller.
    if example.name != "large" { try expect(metrics.loss, example.logLoss) }
    try expect(metrics.brier, example.brier)
  }

  @Test(
    "Precision, recall, F1 and the confusion matrix",
    arguments: MetricsFixture.all.filter { $0.name != "not-finite" })
  func classes(example: MetricsCase) throws {
    let metrics = try example.metrics()
    for (index, score) in metrics.classes.map(\.score).enumerated() {
      try expect(score.precision, example.precision?[index])
      try expect(score.recall, example.recall?[index])
      try expect(score.f1, example.f1?[index])
    }
    let average = try #require(metrics.average)
    for (value, expected) in zip(
      [average.precision, average.recall, average.f1], try #require(example.macro))
    {
      try expect(value, expected)
    }
    let matrix = try #require(example.confusion)
    var cells = matrix.map { $0.map { _ in 0 } }
    for cell in metrics.confusion.cells { cells[cell.label][cell.prediction] = cell.count }
    #expect(cells == matrix)
  }

  @Test(
    "The calibration curve and its errors",
    arguments: MetricsFixture.all.filter { $0.name != "not-finite" })
  func calibration(example: MetricsCase) throws {
    let curve = try #require(example.metrics().calibration)
    let bins = try #require(example.bins)
    #expect(curve.bins.map(\.count) == bins.counts)
    let filled = curve.bins.filter { $0.count > 0 }
    for (bin, (accuracy, confidence)) in zip(filled, zip(bins.accuracy, bins.confidence)) {
      try expect(bin.accuracy, accuracy)
      try expect(bin.confidence, confidence, within: Self.kept)
    }
    try expect(curve.expectedError, example.expectedError, within: Self.kept)
    try expect(curve.maximumError, example.maximumError, within: Self.kept)
  }

  @Test("McNemar's test is statsmodels'")
  func mcnemar() throws {
    for expected in try MetricsFixture.read().mcnemar {
      let test = McNemarTest(onlyFirst: expected.onlyFirst, onlySecond: expected.onlySecond)
      try expect(test.chiSquared, expected.chiSquared)
      // Sums of a thousand terms against an incomplete beta function; small ones relative to themselves.
      let error = abs(test.probability - expected.probability)
      #expect(error <= 1e-9 * expected.probability + 1e-300, "\(test), \(expected)")
    }
  }

  @Test("A mask leaves the other classes out of guesses, ranks and probabilities")
  func mask() throws {
    let scores: [Float] = [9, 1, 8, 2]
    let masked = Judgement(scores, labels: [3], mask: ClassMask([1, 3]))
    let alone = Judgement([1, 2] as [Float], labels: [1])
    #expect(masked.isHit(1) && !Judgement(scores, labels: [3]).isHit(1))
    #expect(masked.guesses.map(\.classIndex) == [3, 1])
    #expect(masked.guesses.map(\.probability) == alone.guesses.map(\.probability))
    #expect(masked.loss == alone.loss && masked.brier == alone.brier)
  }

  @Test("Of several right classes the best one counts, and none of them has a loss")
  func labelSets() {
    let scores: [Float] = [1, 5, 4, 3, 2, 0]
    let judgement = Judgement(scores, labels: [0, 2])
    #expect(!judgement.isHit(1) && judgement.isHit(2))
    #expect(judgement.loss == nil && judgement.brier == nil)
    #expect(Judgement(scores, labels: [5, 1]).isHit(1))
  }
}
