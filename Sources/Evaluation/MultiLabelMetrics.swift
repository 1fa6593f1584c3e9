import Foundation

/// How a network answers several questions at once, each class one of them: scikit-learn's metrics of multilabel
/// targets with `zero_division=np.nan`.
///
/// A label is guessed where its probability is above ``threshold``. An image with a logit that is not finite counts
/// as one for which nothing is guessed, and leaves no ranking.
public struct MultiLabelMetrics: Sendable, Hashable, Codable {
  /// The probability above which a label is guessed, 0 to 1.
  public let threshold: Double
  /// The share of images whose labels are guessed exactly, no more and no less: scikit-learn's `accuracy_score`.
  public let subset: Accuracy
  /// The share of all answers that are wrong, 0 to 1, scikit-learn's `hamming_loss`; `nil` without images.
  public let hammingLoss: Double?
  /// The plain means over labels, each of the same weight.
  public let macro: Macro
  /// The same of all questions about all images, taken for one.
  public let micro: Micro
  /// One entry per label, in order of the network's outputs.
  public let labels: [LabelScore]

  /// A mean over the labels that have a value.
  public struct Mean: Sendable, Hashable, Codable {
    /// The mean.
    public let value: Double
    /// Over how many labels it is.
    public let labels: Int

    init?(_ values: [Double?]) {
      let values = values.compactMap(\.self)
      guard !values.isEmpty else { return nil }
      value = values.reduce(0, +) / Double(values.count)
      labels = values.count
    }
  }

  /// Means over the labels, `average="macro"`; `nil` where no label has a value.
  public struct Macro: Sendable, Hashable, Codable {
    /// Of ``LabelScore/precision``.
    public let precision: Mean?
    /// Of ``LabelScore/recall``.
    public let recall: Mean?
    /// Of ``LabelScore/f1``.
    public let f1: Mean?
    /// Of ``LabelScore/auc``.
    public let auc: Mean?
    /// Of ``LabelScore/averagePrecision``: mean average precision, mAP.
    public let averagePrecision: Mean?

    init(_ labels: [LabelScore]) {
      precision = Mean(labels.map(\.precision?.value))
      recall = Mean(labels.map(\.recall?.value))
      f1 = Mean(labels.map(\.f1))
      auc = Mean(labels.map(\.auc))
      averagePrecision = Mean(labels.map(\.averagePrecision))
    }
  }

  /// Of all questions together, `average="micro"`; `nil` where it would divide by zero.
  public struct Micro: Sendable, Hashable, Codable {
    /// Of the labels that were guessed, the share that is right.
    public let precision: Double?
    /// Of the labels that images have, the share that was guessed.
    public let recall: Double?
    /// Their harmonic mean.
    public let f1: Double?
    /// The area under the ROC curve of all logits.
    public let auc: Double?
    /// The average precision of all logits.
    public let averagePrecision: Double?

    init(_ answers: AnswerCounts, _ ranking: ScoreRanking?) {
      precision = answers.precision?.value
      recall = answers.recall?.value
      f1 = answers.f1
      auc = ranking?.auc
      averagePrecision = ranking?.averagePrecision
    }
  }

  /// Computes all of it from images with the labels that they have.
  init(
    _ judged: [(labels: [Int], judgement: Judgement)], names: [String], threshold: Double
  ) {
    self.threshold = threshold
    var answers = names.map { _ in AnswerCounts() }
    var exact = 0
    for (labels, judgement) in judged {
      let (truth, guesses) = (Set(labels), Set(judgement.guessedLabels(above: threshold)))
      if judgement.isExact(labels, above: threshold) { exact += 1 }
      for label in truth.union(guesses) {
        answers[label].add(isTrue: truth.contains(label), isGuessed: guesses.contains(label))
      }
    }
    subset = Accuracy(correct: exact, total: judged.count)
    let rankings = Rankings(judged, labels: names.count)
    labels = names.indices.map { LabelScore(names[$0], answers[$0], rankings?.each[$0]) }
    var all = AnswerCounts()
    for label in answers { all.add(label) }
    let questions = judged.count * names.count
    hammingLoss = questions > 0 ? Double(all.mistakes) / Double(questions) : nil
    macro = Macro(labels)
    micro = Micro(all, rankings?.all)
  }

  /// The rankings of each label's logits, and of all.
  private struct Rankings {
    let each: [ScoreRanking]
    let all: ScoreRanking

    /// Ranks the images; `nil` where a logit is not finite, for which there is no place.
    init?(_ judged: [(labels: [Int], judgement: Judgement)], labels count: Int) {
      guard judged.allSatisfy(\.judgement.isFinite) else { return nil }
      let truths = judged.map { Set($0.labels) }
      let columns = (0..<count).map { label in
        zip(judged, truths).map { image, truth in
          ScoreRanking.Item(
            score: image.judgement.logits?[label] ?? 0, isPositive: truth.contains(label))
        }
      }
      each = columns.map { ScoreRanking($0) }
      all = ScoreRanking(columns.flatMap(\.self))
    }
  }
}

extension Judgement {
  /// The probability that a label is right, where each class is a question of its own; `nil` where its logit is not
  /// finite, or one class is right.
  public func probability(ofLabel label: Int) -> Double? {
    guard let logit = logits?[label], logit.isFinite else { return nil }
    return 1 / (1 + exp(-Double(logit)))
  }

  /// The labels whose probability is above `threshold`, in order of their index; none where a logit is not finite,
  /// or one class is right.
  public func guessedLabels(above threshold: Double) -> [Int] {
    guard let logits, isFinite else { return [] }
    // Of logits, since probabilities near 1 have no digits left.
    let least = log(threshold / (1 - threshold))
    return logits.indices.filter { Double(logits[$0]) > least }
  }

  /// Whether the labels that are guessed above `threshold` are just these; never where a logit is not finite.
  public func isExact(_ labels: [Int], above threshold: Double) -> Bool {
    isFinite && Set(guessedLabels(above: threshold)) == Set(labels)
  }
}
