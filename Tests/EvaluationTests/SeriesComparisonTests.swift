import Datasets
import Documents
import Evaluation
import Foundation
import Networks
import TestSupport
import Testing

@Suite("Checkpoints on the same images, image by image")
struct SeriesComparisonTests {
  /// Guesses of checkpoints, and what statsmodels says of them.
  struct Case: Decodable, CustomTestStringConvertible, Sendable {
    let name: String
    let labels: [Int]
    let guesses: [[Int]]
    /// First, second, right in the first alone, in the second alone, and the probability.
    let pairs: [[Double]]
    let holm: [Double]
    let contested: [Int]
    var testDescription: String { name }

    static let all: [Case] = {
      struct File: Decodable { let cases: [Case] }
      let data = try? Fixtures.data("metrics/series.json")
      return data.flatMap { try? JSONDecoder().decode(File.self, from: $0).cases } ?? []
    }()
  }

  private static let names = (0..<6).map { "class \($0)" }

  /// A checkpoint of these guesses; `nil` is an image that could not be read.
  private static func checkpoint(
    _ name: String, _ guesses: [Int?], _ labels: [Int]
  ) throws -> (report: EvaluationReport, predictions: [Prediction]) {
    let predictions = zip(guesses, labels).enumerated().map { index, pair in
      let (guess, label) = pair
      var logits = [Float](repeating: 0, count: names.count)
      if let guess { logits[guess] = 4 }
      return Prediction(
        path: "\(index).png", labels: [label], sha256: String(repeating: "0f", count: 32),
        isRotated: false,
        result: guess == nil
          ? .failure(ImageError(.truncated, "ends early"))
          : .success(Judgement(logits, labels: [label])))
    }
    var manifest = try EvaluationManifest.sample(classes: names).completed(by: predictions)
    manifest.weights.file = name
    return (EvaluationReport(predictions, manifest: manifest), predictions)
  }

  private static func series(
    _ guesses: [[Int?]], _ labels: [Int]
  ) throws -> [(report: EvaluationReport, predictions: [Prediction])] {
    try guesses.enumerated().map { try checkpoint("\($0 + 1).h5", $1, labels) }
  }

  @Test(
    "have statsmodels' tests of every pair and its correction of the first's", arguments: Case.all)
  func golden(_ golden: Case) throws {
    let comparison = SeriesComparison(try Self.series(golden.guesses, golden.labels))
    let pairs = golden.pairs.filter { $0[1] <= 20 }
    try #require(comparison.pairs.count == pairs.count)
    for (pair, expected) in zip(comparison.pairs, pairs) {
      #expect([pair.first, pair.second] == expected[..<2].map { Int($0) })
      #expect([pair.test.onlyFirst, pair.test.onlySecond] == expected[2..<4].map { Int($0) })
      #expect(abs(pair.test.probability - expected[4]) <= 1e-12 + 1e-9 * expected[4])
      let turned = comparison.test(of: pair.second, against: pair.first)
      #expect(turned?.onlyFirst == pair.test.onlySecond)
      #expect(comparison.test(of: pair.first, against: pair.second) == pair.test)
    }
    try #require(comparison.rivals.count == golden.holm.count)
    for (rival, expected) in zip(comparison.rivals, golden.holm) {
      #expect(abs(rival.correctedProbability - expected) <= 1e-12 + 1e-9 * expected)
    }
    #expect(comparison.isFirstBest == golden.holm.allSatisfy { $0 < 0.05 })
    #expect(comparison.images == golden.labels.count && comparison.leftOut == 0)
    #expect(comparison.contested == golden.contested.count)
    #expect(
      comparison.disagreements.map(\.path) == golden.contested.prefix(50).map { "\($0).png" })
  }

  @Test("There are cases of every verdict")
  func cases() {
    #expect(Case.all.count == 6 && Case.all.contains { $0.guesses.count > 20 })
    let best = Case.all.map { $0.holm.allSatisfy { $0 < 0.05 } }
    #expect(best.contains(true) && best.contains(false))
  }

  @Test("are best, or not to be told apart, in the same words everywhere")
  func words() throws {
    let verdicts = try Dictionary(
      uniqueKeysWithValues: Case.all.map {
        ($0.name, SeriesComparison(try Self.series($0.guesses, $0.labels)).verdict)
      })
    #expect(
      verdicts["two"]?.plain
        == "best: 1.h5, which has more images right than 2.h5: p = 0.03154 (McNemar's test on 90 images)"
    )
    #expect(
      verdicts["one far ahead"]?.plain
        == "best: 1.h5, which has more images right than each of the 3 others: p ≤ 1.832e-08 "
        + "(McNemar's test on 120 images, with Holm's correction for 3 comparisons)")
    // Each comparison by itself has 0.039.
    #expect(
      verdicts["ahead of each"]?.markdown
        == "first: <code>1.h5</code>, not to be told apart from <code>2.h5</code>: p = 0.1172; "
        + "<code>3.h5</code>: p = 0.1172; <code>4.h5</code>: p = 0.1172 (McNemar's test on 30 "
        + "images, with Holm's correction for 3 comparisons)")
    #expect(
      verdicts["more than are paired"]?.html.contains(
        "<bdi>6.h5</bdi>: p = 0.5469; 3 more (") == true,
      "\(verdicts["more than are paired"]?.html ?? "")")
  }

  @Test("Only images that every checkpoint has judged count, and the others are told")
  func unreadable() throws {
    let labels = [0, 1, 2, 3, 4]
    let comparison = SeriesComparison(
      try Self.series([[0, 1, 2, 3, nil], [0, nil, 5, 3, 4]], labels))
    #expect(comparison.images == 3 && comparison.leftOut == 2)
    #expect(comparison.rivals[0].test == McNemarTest(onlyFirst: 1, onlySecond: 0))
    #expect(
      comparison.explanation.hasSuffix(
        "of 3 images that every checkpoint has judged; 2 are left out"))
    #expect(comparison.disagreements.map(\.path) == ["2.png"])
    #expect(comparison.disagreements[0].summary.plain == "class 2 (right): 1; class 5: 2")
  }

  @Test("Who says what of an image stands together, runs of numbers in short")
  func answers() throws {
    let guesses = [0, 0, 0, 1, 2, 2, 0, 1]
    let comparison = SeriesComparison(try Self.series(guesses.map { [$0, 3] }, [0, 3]))
    let image = try #require(comparison.disagreements.first)
    #expect(image.answers.map(\.checkpoints) == [[1, 2, 3, 7], [4, 8], [5, 6]])
    #expect(
      image.summary.plain == "class 0 (right): 1 to 3, 7; class 1: 4, 8; class 2: 5, 6")
    #expect(comparison.contested == 1)
    #expect(comparison.matrix[0] == ["", "0", "0", "1", "1", "1", "0", "1"])
  }

  @Test("Sets of labels are right where the whole set is, and one may be first with fewer of them")
  func sets() throws {
    let names = ["a", "b"]
    let checkpoint = { (file: String, hits: Int) in
      let predictions = (0..<20).map { index in
        Prediction(
          path: "\(index)", labels: [0], sha256: "", isRotated: false,
          result: .success(
            Judgement([3, index < hits ? -3 : 3] as [Float], answering: [0])))
      }
      var manifest = try EvaluationManifest.sample(classes: names).completed(by: predictions)
      manifest.weights.file = file
      manifest.data.multiLabel = true
      manifest.model.outputActivation = .sigmoid
      return (report: EvaluationReport(predictions, manifest: manifest), predictions: predictions)
    }
    let (few, many) = (try checkpoint("few", 4), try checkpoint("many", 16))
    let best = SeriesComparison([many, few])
    #expect(best.isFirstBest && best.rivals[0].test.onlyFirst == 12)
    #expect(best.disagreements[0].summary.plain == "a (right): 1; a|b: 2")
    let odd = SeriesComparison([few, many])
    #expect(!odd.isFirstBest)
    #expect(
      odd.verdict.plain.hasPrefix("first: few, with fewer images right than many: p = 0.0004883"))
  }
}
