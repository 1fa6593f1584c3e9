/// The images that a network was surest of, and wrong: those that are worth a look.
package struct WorstPredictions {
  private let count: Int
  private let threshold: Double?
  /// The worst so far, the worst first, of equal ones in their order.
  private var kept: [(badness: Double, prediction: Prediction)] = []

  /// - Parameters:
  ///   - count: How many are kept.
  ///   - threshold: The probability above which a label is guessed, where each class is a question of its own.
  package init(_ count: Int, threshold: Double? = nil) {
    self.count = count
    self.threshold = threshold
  }

  /// Of predictions that are in memory, by the threshold of their report.
  package init(_ count: Int, of predictions: [Prediction], _ report: EvaluationReport) {
    self.init(count, threshold: report.metrics.multiLabel?.threshold)
    for prediction in predictions { add(prediction) }
  }

  /// Adds the next image.
  package mutating func add(_ prediction: Prediction) {
    guard count > 0, let badness = badness(of: prediction),
      kept.count < count || badness > kept[count - 1].badness
    else { return }
    let place = kept.firstIndex { $0.badness < badness } ?? kept.count
    kept.insert((badness, prediction), at: place)
    if kept.count > count { kept.removeLast() }
  }

  /// The wrong first guesses of highest probability, or of sets of labels those that are guessed wrongly with the
  /// largest loss; of equal ones in the order of the data set.
  package var predictions: [Prediction] { kept.map(\.prediction) }

  private func badness(of prediction: Prediction) -> Double? {
    guard let judgement = prediction.judgement else { return nil }
    if let threshold {
      return judgement.isExact(prediction.labels, above: threshold) ? nil : judgement.loss
    }
    guard let guess = judgement.firstGuess, !prediction.labels.contains(guess) else { return nil }
    return Double(judgement.guesses[0].probability)
  }
}
