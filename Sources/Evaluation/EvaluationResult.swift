import Crypto
public import Datasets
public import Tensors

/// What an evaluation found, image by image and in all.
public struct EvaluationResult: Sendable {
  /// The images that were scored.
  public let data: LabeledImages
  /// The network's classes.
  public let labels: ClassLabels
  /// What became of each image, in the order of the data set.
  public let outcomes: [ImageOutcome]
  /// Top-1 and top-5 over all images that could be read.
  public let accuracy: TopKAccuracy
  /// The time from the first file to the last result.
  public let duration: Duration
  private let logitCount: Int

  init(
    data: LabeledImages, labels: ClassLabels, outcomes: [ImageOutcome], logitCount: Int,
    duration: Duration
  ) {
    self.data = data
    self.labels = labels
    self.outcomes = outcomes
    self.logitCount = logitCount
    self.duration = duration
    let judged = outcomes.compactMap { outcome in
      (try? outcome.result.get()).map { (label: outcome.label, judgement: $0) }
    }
    accuracy = TopKAccuracy(judged, classNames: labels.names)
  }

  /// The share of images that were right at first guess.
  public var top1: Double { accuracy.top1.value }

  /// The share of images whose class was among the first five guesses.
  public var top5: Double { accuracy.top5.value }

  /// The images that gave no input, with the reason, in the order of the data set.
  public var failures: [(image: LabeledImage, error: ImageError)] {
    zip(data.images, outcomes).compactMap { image, outcome in
      if case .failure(let error) = outcome.result { (image, error) } else { nil }
    }
  }

  /// How many files carry an EXIF orientation that was, as in every preset, not applied.
  public var rotatedCount: Int { outcomes.lazy.filter(\.isRotated).count }

  /// Images a second, decoding included.
  public var imagesPerSecond: Double {
    let seconds = duration / .seconds(1)
    return seconds > 0 ? Double(outcomes.count) / seconds : 0
  }

  /// The logits of all images that could be read, `N × classes`, or `nil` if they were not kept.
  public var logits: Tensor? {
    let rows = outcomes.filter { !$0.logits.isEmpty }
    let expected = outcomes.count - failures.count
    guard rows.count == expected, logitCount > 0 else { return nil }
    return Tensor(shape: [rows.count, logitCount], values: rows.flatMap(\.logits))
  }

  /// One SHA-256 over the data set: path and bytes of every image, in order.
  public var dataDigest: String {
    var hash = SHA256()
    for (image, outcome) in zip(data.images, outcomes) {
      hash.update(data: Array(image.path.utf8) + [0])
      hash.update(data: outcome.digest)
    }
    return hash.finalize().hexadecimal
  }
}
