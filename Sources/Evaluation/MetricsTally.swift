import Networks

/// All metrics of predictions that pass by one after another: of millions of images none is kept.
///
/// Where each class is a question of its own, the logits are kept, since images are ranked by them; of a network of one
/// output one number of each image is.
package struct MetricsTally {
  private let classNames: [String]
  private let options: ClassificationMetrics.Options
  private let isMultiLabel: Bool
  /// The images of several questions.
  private(set) var judged: [(labels: [Int], judgement: Judgement)] = []
  private var (loss, brier) = (MeanTally(), MeanTally())
  private var accuracy: TopKAccuracy.Tally
  private var calibration: CalibrationCurve.Tally
  private var confusion = ConfusionMatrix.Tally()
  private var counts: [ClassScore.Counts]
  private let countsFive: Bool
  private var binary: BinaryMetrics.Tally?

  init(
    classNames: [String], activation: OutputActivation, participants: Int?, isMultiLabel: Bool,
    options: ClassificationMetrics.Options
  ) {
    let participants = participants ?? classNames.count
    self.classNames = classNames
    self.options = options
    self.isMultiLabel = isMultiLabel
    accuracy = TopKAccuracy.Tally(
      classes: participants, further: options.further, tieRule: options.tieRule)
    calibration = CalibrationCurve.Tally(bins: options.bins, tieRule: options.tieRule)
    countsFive = participants > 5
    counts = classNames.map { [countsFive] in
      ClassScore.Counts(name: $0, top5: countsFive ? 0 : nil)
    }
    binary = activation == .binary && classNames.count == 2 ? BinaryMetrics.Tally() : nil
  }

  /// Of the predictions that a manifest describes.
  package init(of manifest: EvaluationManifest, options: ClassificationMetrics.Options = .init()) {
    self.init(
      classNames: manifest.classNames, activation: manifest.model.outputActivation,
      participants: manifest.data.maskedTo, isMultiLabel: manifest.isMultiLabel, options: options)
  }

  /// Adds the next; one without a judgement does not count.
  package mutating func add(_ prediction: Prediction) {
    guard let judgement = prediction.judgement else { return }
    let labels = prediction.labels
    loss.add(judgement.loss)
    brier.add(judgement.brier)
    guard !isMultiLabel else {
      judged.append((labels, judgement))
      return
    }
    accuracy.add(judgement)
    calibration.add(judgement)
    confusion.add(labels, judgement)
    binary?.add(labels, judgement)
    let label = judgement.countedLabel(of: labels)
    counts[label].total += 1
    if judgement.isHit(1, options.tieRule) { counts[label].top1 += 1 }
    if countsFive, judgement.isHit(5, options.tieRule) { counts[label].top5? += 1 }
    guard let guess = judgement.firstGuess else { return }
    counts[guess].predicted += 1
    if labels.contains(guess) { counts[guess].truePositives += 1 }
  }

  /// The metrics of all that have passed.
  package var metrics: ClassificationMetrics {
    guard !isMultiLabel else {
      let metrics = MultiLabelMetrics(
        judged, names: classNames, threshold: options.threshold ?? 0.5)
      let accuracy = TopKAccuracy(
        exact: metrics.subset, nonFinite: judged.count { !$0.judgement.isFinite },
        tieRule: options.tieRule)
      return ClassificationMetrics(
        accuracy: accuracy, loss: loss.mean, brier: brier.mean, multiLabel: metrics)
    }
    let classes = counts.map(ClassScore.init)
    return ClassificationMetrics(
      accuracy: accuracy.accuracy, loss: loss.mean, brier: brier.mean,
      calibration: calibration.curve,
      average: PrecisionRecall(averaging: classes.filter { $0.total > 0 || $0.predicted > 0 }),
      binary: binary?.metrics(positive: classes[1].score), classes: classes,
      confusion: confusion.matrix)
  }
}

/// The mean of values, if there is one for every image.
private struct MeanTally {
  private var sum = 0.0
  private var count = 0
  private var isWhole = true

  mutating func add(_ value: Double?) {
    count += 1
    if let value { sum += value } else { isWhole = false }
  }

  var mean: Double? { isWhole && count > 0 ? sum / Double(count) : nil }
}
