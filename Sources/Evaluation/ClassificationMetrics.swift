public import Networks

/// All that is computed of judged images; the same predictions give the same values, now or later.
public struct ClassificationMetrics: Sendable, Hashable, Codable {
  /// How metrics are to be computed.
  public struct Options: Codable, Sendable, Hashable {
    /// Numbers of guesses beside 1 and 5.
    public let further: [Int]
    /// How equal scores are ranked.
    public let tieRule: TieRule
    /// Bins of the calibration curve.
    public let bins: Int
    /// The probability above which a label of several is guessed, between 0 and 1; `nil` is one half.
    public let threshold: Double?

    /// The usual, each k once: top-1 and top-5 as Keras, 15 bins as Guo and others have them, labels that are
    /// more probable than not.
    public init(
      further: [Int] = [], tieRule: TieRule = .keras, bins: Int = 15, threshold: Double? = nil
    ) {
      precondition(threshold.map { $0 > 0 && $0 < 1 } ?? true, "a threshold that decides nothing")
      self.further = Set(further).subtracting([1, 5]).sorted()
      self.tieRule = tieRule
      self.bins = bins
      self.threshold = threshold
    }
  }

  /// Top-1, top-5 and other top-k; where each class is a question of its own, ``MultiLabelMetrics/subset`` in
  /// place of top-1, and no other.
  public let accuracy: TopKAccuracy
  /// The mean of ``Judgement/loss``, scikit-learn's `log_loss`, of several questions its mean over them; `nil`
  /// where of several classes any is right, or logits are not finite.
  public let loss: Double?
  /// The mean of ``Judgement/brier``, scikit-learn's `brier_score_loss`; `nil` where ``loss`` is.
  public let brier: Double?
  /// How well the probabilities of first guesses are kept; `nil` where each class is a question of its own.
  public let calibration: CalibrationCurve?
  /// Precision, recall and F1, averaged over the classes that have images or guesses: scikit-learn's
  /// `macro` with `zero_division=0`; `nil` where each class is a question of its own.
  public let average: PrecisionRecall?
  /// How a network of one output tells its two classes apart; `nil` of others.
  public let binary: BinaryMetrics?
  /// How several questions are answered at once; `nil` where one class is right.
  public let multiLabel: MultiLabelMetrics?
  /// One entry per class of the network, in order of their index; none where each is a question of its own.
  public let classes: [ClassScore]
  /// Which classes were taken for which; none where each is a question of its own.
  public let confusion: ConfusionMatrix

  /// Computes all of it from predictions; those without a judgement do not count.
  ///
  /// - Parameters:
  ///   - activation: What made the probabilities of the predictions.
  ///   - participants: How many of the classes take part, if not all do.
  ///   - isMultiLabel: Whether each class is a question of its own.
  public init(
    _ predictions: some Sequence<Prediction>, classNames: [String],
    activation: OutputActivation = .softmax, participants: Int? = nil, isMultiLabel: Bool = false,
    options: Options = Options()
  ) {
    var tally = MetricsTally(
      classNames: classNames, activation: activation, participants: participants,
      isMultiLabel: isMultiLabel, options: options)
    for prediction in predictions { tally.add(prediction) }
    self = tally.metrics
  }

  /// Computes all of it from the predictions that a manifest describes.
  public init(
    _ predictions: some Sequence<Prediction>, of manifest: EvaluationManifest,
    options: Options = Options()
  ) {
    var tally = MetricsTally(of: manifest, options: options)
    for prediction in predictions { tally.add(prediction) }
    self = tally.metrics
  }

  init(
    accuracy: TopKAccuracy, loss: Double?, brier: Double?, calibration: CalibrationCurve? = nil,
    average: PrecisionRecall? = nil, binary: BinaryMetrics? = nil,
    multiLabel: MultiLabelMetrics? = nil, classes: [ClassScore] = [],
    confusion: ConfusionMatrix = ConfusionMatrix()
  ) {
    (self.accuracy, self.loss, self.brier) = (accuracy, loss, brier)
    (self.calibration, self.average, self.binary) = (calibration, average, binary)
    (self.multiLabel, self.classes, self.confusion) = (multiLabel, classes, confusion)
  }
}

extension Judgement {
  /// The best guess; `nil` where the scores are not finite.
  public var firstGuess: Int? { isFinite ? guesses.first?.classIndex : nil }

  /// The class under which an image of several right ones is counted: the guess if it is one of them,
  /// else the first.
  func countedLabel(of labels: [Int]) -> Int {
    firstGuess.flatMap { labels.contains($0) ? $0 : nil } ?? labels[0]
  }
}
