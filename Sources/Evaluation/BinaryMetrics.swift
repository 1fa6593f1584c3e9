/// How a network of one output tells class 1 from class 0.
public struct BinaryMetrics: Sendable, Hashable, Codable {
  /// The area under the ROC curve of the probability of class 1, 0 to 1: how often an image of class 1 has a
  /// larger one than an image of class 0, of equal ones half, scikit-learn's `roc_auc_score`.
  ///
  /// `nil` where only one class has images, an image has both for right, or a logit is not finite.
  public let auc: Double?
  /// Precision, recall and F1 of class 1 where it is guessed from a probability above one half:
  /// scikit-learn's `precision_score` and the like with `zero_division=0`.
  public let positive: PrecisionRecall

  init(_ judged: [(labels: [Int], judgement: Judgement)], positive: PrecisionRecall) {
    self.positive = positive
    auc = Self.area(judged)
  }

  /// An image's probabilities of class 1 and of class 0, and whether it is of class 1.
  private struct Score {
    let probability: Float
    let rest: Float
    let isPositive: Bool

    /// Near 1 the probability of class 1 has no digits left to tell two images apart, that of class 0 has.
    static func precedes(_ left: Score, _ right: Score) -> Bool {
      (left.probability, -left.rest) < (right.probability, -right.rest)
    }
  }

  /// The statistic of Mann and Whitney (1947) by ranks, over the number of pairs.
  private static func area(_ judged: [(labels: [Int], judgement: Judgement)]) -> Double? {
    var scores: [Score] = []
    for (labels, judgement) in judged {
      guard judgement.isFinite, labels.count == 1,
        let one = judgement.guesses.first(where: { $0.classIndex == 1 }),
        let zero = judgement.guesses.first(where: { $0.classIndex == 0 })
      else { return nil }
      scores.append(
        Score(probability: one.probability, rest: zero.probability, isPositive: labels[0] == 1))
    }
    let positives = scores.count(where: \.isPositive)
    let negatives = scores.count - positives
    guard positives > 0, negatives > 0 else { return nil }
    scores.sort(by: Score.precedes)
    var wins = 0.0
    var below = 0
    var start = 0
    while start < scores.count {
      // The images of one score.
      var end = start
      var (ones, zeros) = (0, 0)
      while end < scores.count, !Score.precedes(scores[start], scores[end]) {
        if scores[end].isPositive { ones += 1 } else { zeros += 1 }
        end += 1
      }
      wins += Double(ones) * (Double(below) + Double(zeros) / 2)
      below += zeros
      start = end
    }
    return wins / (Double(positives) * Double(negatives))
  }
}
