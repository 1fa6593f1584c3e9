/// How one label of several was told: of images that may have any number of them, or none.
public struct LabelScore: Sendable, Hashable, Codable {
  /// The name of the label.
  public let name: String
  /// How many images have it.
  public let support: Int
  /// For how many images it was guessed.
  public let predicted: Int
  /// Of the images for which it was guessed, the share that has it, scikit-learn's `precision_score`; `nil` where
  /// it was never guessed.
  public let precision: Accuracy?
  /// Of the images that have it, the share for which it was guessed, scikit-learn's `recall_score`; `nil` where no
  /// image has it.
  public let recall: Accuracy?
  /// `2 · precision · recall / (precision + recall)`, scikit-learn's `f1_score`; `nil` where no image has it and
  /// none was guessed.
  public let f1: Double?
  /// The area under the ROC curve, scikit-learn's `roc_auc_score`; `nil` where all images have it or none, or a
  /// logit is not finite.
  public let auc: Double?
  /// scikit-learn's `average_precision_score`; `nil` where no image has it, or a logit is not finite.
  public let averagePrecision: Double?

  init(_ name: String, _ answers: AnswerCounts, _ ranking: ScoreRanking?) {
    self.name = name
    support = answers.support
    predicted = answers.predicted
    precision = answers.precision
    recall = answers.recall
    f1 = answers.f1
    auc = ranking?.auc
    averagePrecision = ranking?.averagePrecision
  }
}

extension LabelScore {
  /// The titles of its columns in tables for people: ``support``, ``predicted`` and ``figures``.
  package static let columns = [
    "images", "guessed", "precision", "recall", "F1", "ROC AUC", "AP",
  ]

  /// Precision, recall, F1, ROC AUC and average precision.
  package var figures: [Double?] {
    [precision?.value, recall?.value, f1, auc, averagePrecision]
  }
}

/// How many questions were answered with yes, how many rightly, and how many should have been.
struct AnswerCounts {
  var support = 0
  var predicted = 0
  var truePositives = 0

  /// Counts the answer to one question.
  mutating func add(isTrue: Bool, isGuessed: Bool) {
    if isTrue { support += 1 }
    if isGuessed { predicted += 1 }
    if isTrue, isGuessed { truePositives += 1 }
  }

  /// Adds the counts of another label.
  mutating func add(_ other: AnswerCounts) {
    support += other.support
    predicted += other.predicted
    truePositives += other.truePositives
  }

  var precision: Accuracy? {
    predicted > 0 ? Accuracy(correct: truePositives, total: predicted) : nil
  }

  var recall: Accuracy? {
    support > 0 ? Accuracy(correct: truePositives, total: support) : nil
  }

  var f1: Double? {
    support + predicted > 0 ? 2 * Double(truePositives) / Double(support + predicted) : nil
  }

  /// How many answers are wrong.
  var mistakes: Int { support + predicted - 2 * truePositives }
}
