import Evaluation
import Testing

@Suite("Judging scores")
struct AccuracyTests {
  /// Whether the rule for equal scores decides about the first `k`.
  private func tie(_ scores: [Float], _ label: Int, _ k: Int) -> Bool {
    Judgement(scores, labels: [label]).standing?.isTied(k) ?? false
  }

  @Test("Ties go to the lowest index at first guess, and are hits among five")
  func ties() {
    let tied: [Float] = [0, 3, 3, 1, 1, 1, 1]
    #expect(Judgement(tied, labels: [1]).isHit(1))
    #expect(!Judgement(tied, labels: [2]).isHit(1))
    #expect(tie(tied, 1, 1) && tie(tied, 2, 1))
    // Two score above; four share places 3 to 6, so the rule decides, and all of them are hits.
    for label in 3...6 {
      #expect(Judgement(tied, labels: [label]).isHit(5) && tie(tied, label, 5))
    }
    #expect(!Judgement(tied, labels: [0]).isHit(5) && !tie(tied, 0, 5))
    // Two equal scores inside the five leave nothing to decide for either.
    let inside: [Float] = [9, 5, 5, 4, 3, 2, 1]
    #expect(Judgement(inside, labels: [2]).isHit(5) && !tie(inside, 2, 5))
  }

  @Test("A score that is not finite makes a miss", arguments: [Float.nan, .infinity, -.infinity])
  func nonFinite(value: Float) {
    for scores in [[1, 2, value], [value, 2, 1]] as [[Float]] {
      let judgement = Judgement(scores, labels: [1])
      #expect(!judgement.isHit(1) && !judgement.isHit(5) && !judgement.isFinite)
    }
    let accuracy = TopKAccuracy([Judgement([1, 2, value], labels: [1])])
    #expect(accuracy.nonFinite == 1 && accuracy.top1.correct == 0 && accuracy.top1.total == 1)
  }

  @Test("Guesses come best first with their softmax probabilities")
  func guesses() {
    let guesses = Judgement.best(of: [0, 2, 1] as [Float])
    #expect(guesses.map(\.classIndex) == [1, 2, 0])
    // exp(2), exp(1), exp(0) over their sum, from NumPy.
    let expected: [Float] = [0.665_240_9, 0.244_728_5, 0.090_030_57]
    for (guess, probability) in zip(guesses, expected) {
      #expect(abs(guess.probability - probability) < 1e-6)
    }
    // Large logits do not overflow.
    #expect(Judgement.best(of: [1000, 0] as [Float])[0].probability == 1)
  }

  @Test(
    "The interval is Wilson's",
    // statsmodels.stats.proportion.proportion_confint(count, nobs, method="wilson").
    arguments: [
      (356, 360, 0.971_783_5, 0.995_670_9), (5, 10, 0.236_593_1, 0.763_406_9),
      (0, 10, 0, 0.277_532_8), (10, 10, 0.722_467_2, 1), (1, 1, 0.206_549_3, 1),
    ])
  func wilson(correct: Int, total: Int, low: Double, high: Double) {
    let accuracy = Accuracy(correct: correct, total: total)
    #expect(abs(accuracy.low - low) < 1e-6)
    #expect(abs(accuracy.high - high) < 1e-6)
  }

  @Test("Classes are counted apart, guesses of them too")
  func perClass() {
    let scores: [Float] = [3, 2, 1]
    let predictions = [0, 0, 2].map { label in
      Prediction(
        path: "\(label)", labels: [label], sha256: "", isRotated: false,
        result: .success(Judgement(scores, labels: [label])))
    }
    let metrics = ClassificationMetrics(predictions, classNames: ["a", "b", "c"])
    #expect(metrics.classes.map(\.total) == [2, 0, 1])
    #expect(metrics.classes.map(\.top1) == [2, 0, 0])
    #expect(metrics.classes.map(\.predicted) == [3, 0, 0])
    #expect(metrics.accuracy.top1.correct == 2 && metrics.accuracy.top5 == nil)
    #expect(metrics.confusion.cells.map(\.count) == [2, 1])
  }
}
