import Datasets
import Evaluation
import Foundation
import Testing

@Suite("Predictions that are stored")
struct PredictionLogTests {
  private let names = ["a", "b", "c"]

  private func prediction(_ path: String, _ scores: [Float], _ labels: [Int]) -> Prediction {
    Prediction(
      path: path, labels: labels, sha256: String(repeating: "0f", count: 32), isRotated: false,
      result: .success(Judgement(scores, labels: labels)))
  }

  /// A log of every kind of prediction.
  private func log() throws -> PredictionLog {
    let predictions = [
      prediction("a/1.png", [1, 2, 3], [2]), prediction("a/\u{202E}\"2\n.png", [1, .nan, 3], [0]),
      prediction("sets", [5, 5, 1], [1, 2]),
      Prediction(
        path: "gone", labels: [1], sha256: "", isRotated: true,
        result: .failure(ImageError(.truncated, "ends early"))),
    ]
    return PredictionLog(
      manifest: try .sample(classes: names).completed(by: predictions), predictions: predictions)
  }

  @Test("come back as they were, and give the same report")
  func roundTrip() throws {
    let log = try log()
    let again = try PredictionLog(lines: log.lines())
    // A NaN is no equal of itself, so the bytes are compared.
    #expect(try again.lines() == log.lines())
    #expect(again.manifest == log.manifest && again.predictions[0] == log.predictions[0])
    #expect(again.predictions[3] == log.predictions[3])
    let reports = try [log, again].map { log in
      try EvaluationReport(log.predictions, manifest: log.manifest).json()
    }
    #expect(reports[0] == reports[1])
    #expect(try EvaluationReport(json: reports[0]).json() == reports[0])
  }

  @Test("are refused where a line is missing, cut, or of another network")
  func refused() throws {
    let lines = try log().lines()
    let text = try #require(String(data: lines, encoding: .utf8))
    let rows = text.split(separator: "\n")
    let cases: [(String, String)] = [
      ("", "line 1"), ("path,label\n", "line 1"),
      (rows.dropFirst().joined(separator: "\n"), "line 1"),
      (rows.dropLast().joined(separator: "\n"), "ends after 3 of 4 images"),
      (String(text.dropLast(20)), "line 5: not the prediction"),
      (
        text.replacing("\"labels\":[1,2]", with: "\"labels\":[1,3]"),
        "line 4: labels or guesses that are not of"
      ),
      (
        text.replacing("\"labels\":[1,2]", with: "\"labels\":[]"),
        "line 4: labels or guesses that are not of"
      ),
    ]
    for (damaged, words) in cases {
      let error = #expect(throws: PredictionLogError.self) {
        try PredictionLog(lines: Data(damaged.utf8))
      }
      #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }
  }

  @Test("are compared by path and content; flips and what was made differently are told")
  func comparison() throws {
    let first = try log()
    var manifest = first.manifest
    manifest.preprocessing.normalization = "none"
    let others = [
      prediction("a/1.png", [3, 2, 1], [2]), prediction("new", [1, 2, 3], [2]),
      prediction("sets", [1, 1, 5], [1, 2]),
    ]
    let comparison = ResultComparison(
      first, PredictionLog(manifest: manifest.completed(by: others), predictions: others))
    #expect(comparison.common == 2)
    // The image with NaN and the unreadable one of the first, the new one of the second.
    #expect(comparison.unpaired == 3)
    #expect(comparison.flips.map(\.path) == ["a/1.png", "sets"])
    #expect(comparison.flips.map(\.isGain) == [false, true])
    #expect(comparison.test.onlyFirst == 1 && comparison.test.onlySecond == 1)
    #expect(comparison.differences.map(\.part) == ["normalisation", "images", "labels"])
    let same = ResultComparison(first, first)
    #expect(same.differences.isEmpty && same.flips.isEmpty && same.changedGuesses == 0)
  }
}
