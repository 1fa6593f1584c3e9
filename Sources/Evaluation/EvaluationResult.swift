public import Datasets
import Networks
public import Tensors

/// What an evaluation found, image by image and in all.
public struct EvaluationResult: Sendable {
  /// The folder, or wherever the images came from.
  public let source: String
  /// What a reader must know of how the images were listed.
  public let notes: [String]
  /// The network's classes.
  public let labels: ClassLabels
  /// What became of each image, in the order of the data set.
  public let predictions: [Prediction]
  /// All metrics over the images that could be read.
  public let metrics: ClassificationMetrics
  /// The time from the first file to the last result.
  public let duration: Duration
  /// How long batches took.
  public let latency: Latency
  private let rows: [[Float]]
  /// How many logits an image has.
  public let logitCount: Int

  init(
    source: String, notes: [String], labels: ClassLabels, outcomes: [ImageOutcome],
    logitCount: Int, activation: OutputActivation, options: ClassificationMetrics.Options,
    duration: Duration, latency: Latency
  ) {
    self.source = source
    self.notes = notes
    self.labels = labels
    self.logitCount = logitCount
    self.duration = duration
    self.latency = latency
    predictions = outcomes.map(\.prediction)
    rows = outcomes.lazy.map(\.logits).filter { !$0.isEmpty }
    metrics = ClassificationMetrics(
      predictions, classNames: labels.names, activation: activation,
      participants: labels.mask?.classes.count, isMultiLabel: labels.isMultiLabel, options: options)
  }

  /// Top-1, top-5 and other top-k over all images that could be read.
  public var accuracy: TopKAccuracy { metrics.accuracy }

  /// The share of images that were right at first guess; of several questions, in all answers.
  public var top1: Double { accuracy.top1.value }

  /// The share of images whose class was among the first five guesses; of no more than five classes, all
  /// that have finite scores; no number where each class is a question of its own.
  public var top5: Double {
    guard metrics.multiLabel == nil else { return .nan }
    return accuracy.top5?.value
      ?? Accuracy(
        correct: accuracy.top1.total - accuracy.nonFinite, total: accuracy.top1.total
      ).value
  }

  /// The images that gave no input, with the reason, in the order of the data set.
  public var failures: [(path: String, error: ImageError)] {
    predictions.compactMap { prediction in prediction.failure.map { (prediction.path, $0) } }
  }

  /// Images a second, decoding included.
  public var imagesPerSecond: Double {
    let seconds = duration / .seconds(1)
    return seconds > 0 ? Double(predictions.count) / seconds : 0
  }

  /// The logits of each image that could be read, or `nil` if they were not kept.
  public var logitRows: [[Float]]? {
    rows.count == predictions.count - failures.count && logitCount > 0 ? rows : nil
  }

  /// The same as one array, `N × classes`.
  public var logits: Tensor? {
    logitRows.map { Tensor(shape: [$0.count, logitCount], values: $0.flatMap(\.self)) }
  }
}
