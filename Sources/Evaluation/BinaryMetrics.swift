import Foundation

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

  /// An image's logit, and whether it is of class 1.
  private struct Score {
    let logit: Float
    let isPositive: Bool

    /// Finds the logit in the loss, which is `ln(1 + exp(∓logit))` in float64: probabilities are kept as float32,
    /// which has no digits left near 1 to tell two images apart.
    init(loss: Double, isPositive: Bool) {
      self.isPositive = isPositive
      // ln(exp(loss) − 1), without overflow; rounded, it is the float32 that it was.
      let logit = Float(loss + log(-expm1(-loss)))
      self.logit = isPositive ? -logit : logit
    }
  }

  /// The statistic of Mann and Whitney (1947) by ranks, over the number of pairs.
  private static func area(_ judged: [(labels: [Int], judgement: Judgement)]) -> Double? {
    var scores: [Score] = []
    for (labels, judgement) in judged {
      // There is none of several right classes, nor of a logit that is not finite.
      guard let loss = judgement.loss else { return nil }
      scores.append(Score(loss: loss, isPositive: labels[0] == 1))
    }
    let positives = scores.count(where: \.isPositive)
    let negatives = scores.count - positives
    guard positives > 0, negatives > 0 else { return nil }
    scores.sort { $0.logit < $1.logit }
    var wins = 0.0
    var below = 0
    var start = 0
    while start < scores.count {
      // The images of one score.
      var end = start
      var (ones, zeros) = (0, 0)
      while end < scores.count, scores[end].logit == scores[start].logit {
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
