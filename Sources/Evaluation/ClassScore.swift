/// Precision, recall and their harmonic mean, each 0 where it would divide by zero.
public struct PrecisionRecall: Sendable, Hashable, Codable {
  /// Of the images that were taken for the class, the share that are of it.
  public let precision: Double
  /// Of the images of the class, the share that were taken for it.
  public let recall: Double
  /// `2 · precision · recall / (precision + recall)`.
  public let f1: Double

  /// From counts.
  init(truePositives: Int, predicted: Int, total: Int) {
    precision = predicted > 0 ? Double(truePositives) / Double(predicted) : 0
    recall = total > 0 ? Double(truePositives) / Double(total) : 0
    f1 = predicted + total > 0 ? 2 * Double(truePositives) / Double(predicted + total) : 0
  }

  /// The plain mean over classes, each of the same weight.
  init(averaging classes: [ClassScore]) {
    let count = Double(max(classes.count, 1))
    precision = classes.reduce(0) { $0 + $1.score.precision } / count
    recall = classes.reduce(0) { $0 + $1.score.recall } / count
    f1 = classes.reduce(0) { $0 + $1.score.f1 } / count
  }
}

/// How the images of one class fared, and the guesses of it.
public struct ClassScore: Sendable, Hashable, Codable {
  /// The name of the class.
  public let name: String
  /// How many images of it were judged.
  public let total: Int
  /// How many of these were right at first guess.
  public let top1: Int
  /// How many were among the first five; `nil` where no more than five classes take part.
  public let top5: Int?
  /// How many images were taken for it.
  public let predicted: Int
  /// Precision, recall and F1 of the first guess.
  public let score: PrecisionRecall

  /// What is counted of a class.
  struct Counts {
    var name: String
    var total = 0
    var top1 = 0
    var top5: Int?
    var predicted = 0
    var truePositives = 0
  }

  init(_ counts: Counts) {
    name = counts.name
    total = counts.total
    top1 = counts.top1
    top5 = counts.top5
    predicted = counts.predicted
    score = PrecisionRecall(
      truePositives: counts.truePositives, predicted: counts.predicted, total: counts.total)
  }
}
