/// How well scores rank the images of a class before all others.
struct ScoreRanking {
  /// A score, and whether its image is of the class.
  struct Item {
    let score: Float
    let isPositive: Bool
  }

  /// The area under the ROC curve, 0 to 1: how often an image of the class has a larger score than another, of
  /// equal ones half, scikit-learn's `roc_auc_score`; `nil` where all images or none are of the class.
  ///
  /// The statistic of Mann and Whitney (1947) by ranks, over the number of pairs.
  let auc: Double?
  /// The mean of precision over the steps of recall, 0 to 1, scikit-learn's `average_precision_score`:
  /// `Σ (Rₙ − Rₙ₋₁) · Pₙ` over the distinct scores, falling; `nil` where no image is of the class.
  let averagePrecision: Double?

  /// Ranks scores, which must be finite.
  init(_ items: [Item]) {
    let positives = items.count(where: \.isPositive)
    let negatives = items.count - positives
    let sorted = items.sorted { $0.score > $1.score }
    var (wins, precision) = (0.0, 0.0)
    var (hits, misses) = (0, 0)
    var start = 0
    while start < sorted.count {
      // The images of one score.
      var end = start
      var (ones, zeros) = (0, 0)
      while end < sorted.count, sorted[end].score == sorted[start].score {
        if sorted[end].isPositive { ones += 1 } else { zeros += 1 }
        end += 1
      }
      hits += ones
      misses += zeros
      wins += Double(ones) * (Double(negatives - misses) + Double(zeros) / 2)
      precision += Double(ones) * (Double(hits) / Double(end))
      start = end
    }
    auc =
      positives > 0 && negatives > 0 ? wins / (Double(positives) * Double(negatives)) : nil
    averagePrecision = positives > 0 ? precision / Double(positives) : nil
  }
}
