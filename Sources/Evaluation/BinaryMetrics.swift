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

  /// How images that pass by one after another are ranked.
  struct Tally {
    private var items: [ScoreRanking.Item] = []
    private var isRankable = true

    mutating func add(_ labels: [Int], _ judgement: Judgement) {
      // There is no loss of several right classes, nor of a logit that is not finite.
      guard isRankable, let loss = judgement.loss else {
        (isRankable, items) = (false, [])
        return
      }
      let isPositive = labels[0] == 1
      items.append(
        ScoreRanking.Item(score: BinaryMetrics.logit(loss, isPositive), isPositive: isPositive))
    }

    func metrics(positive: PrecisionRecall) -> BinaryMetrics {
      BinaryMetrics(auc: isRankable ? ScoreRanking(items).auc : nil, positive: positive)
    }
  }

  /// Finds the logit in the loss, which is `ln(1 + exp(∓logit))` in float64: probabilities are kept as float32,
  /// which has no digits left near 1 to tell two images apart.
  private static func logit(_ loss: Double, _ isPositive: Bool) -> Float {
    // ln(exp(loss) − 1), without overflow; rounded, it is the float32 that it was.
    let logit = Float(loss + log(-expm1(-loss)))
    return isPositive ? -logit : logit
  }
}
