import Evaluation
import Testing

@Suite("Judging scores")
struct AccuracyTests {
  @Test("Ties go to the lowest index at first guess, and are hits among five")
  func ties() {
    let tied: [Float] = [0, 3, 3, 1, 1, 1, 1]
    #expect(Judgement(tied, label: 1).isTop1)
    #expect(!Judgement(tied, label: 2).isTop1)
    #expect(Judgement(tied, label: 1).isTied && Judgement(tied, label: 2).isTied)
    // Two score above; four share places 3 to 6, so the rule decides, and all of them are hits.
    for label in 3...6 {
      #expect(Judgement(tied, label: label).isTopK && Judgement(tied, label: label).isTied)
    }
    #expect(!Judgement(tied, label: 0).isTopK && !Judgement(tied, label: 0).isTied)
    // Two equal scores inside the five leave nothing to decide for either.
    let inside: [Float] = [9, 5, 5, 4, 3, 2, 1]
    #expect(Judgement(inside, label: 2).isTopK && !Judgement(inside, label: 2).isTied)
  }

  @Test("A score that is not finite makes a miss", arguments: [Float.nan, .infinity, -.infinity])
  func nonFinite(value: Float) {
    for scores in [[1, 2, value], [value, 2, 1]] as [[Float]] {
      let judgement = Judgement(scores, label: 1)
      #expect(!judgement.isTop1 && !judgement.isTopK && !judgement.isFinite)
    }
    let accuracy = TopKAccuracy(
      [(label: 1, judgement: Judgement([1, 2, value], label: 1))], classNames: ["a", "b", "c"])
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

  @Test("Classes are counted apart")
  func perClass() {
    let scores: [Float] = [3, 2, 1]
    let accuracy = TopKAccuracy(
      [0, 0, 2].map { (label: $0, judgement: Judgement(scores, label: $0)) },
      classNames: ["a", "b", "c"])
    #expect(accuracy.classes.map(\.total) == [2, 0, 1])
    #expect(accuracy.classes.map(\.top1) == [2, 0, 0])
    #expect(accuracy.top1.correct == 2 && accuracy.top5.correct == 3)
  }
}
