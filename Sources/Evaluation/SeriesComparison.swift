/// Checkpoints on the same images, compared image by image: which of them the data can tell apart, and on which
/// images they differ.
///
/// A checkpoint is right about an image whose first guess is right under its report's rule for equal scores, or of
/// sets of labels whose whole set is, above its report's threshold. Checkpoints have numbers from 1, in the order in
/// which they were ranked.
public struct SeriesComparison: Sendable, Hashable, Codable {
  /// A checkpoint beside the first.
  public struct Rival: Sendable, Hashable, Codable {
    /// Its number.
    public let number: Int
    /// Its file.
    public let weights: String
    /// The first against it.
    public let test: McNemarTest
    /// The probability of the test, corrected for the number of comparisons with the first (Holm 1979).
    public let correctedProbability: Double

    /// Whether the first has so many more images right that chance would hardly do it.
    public var isWorse: Bool { differs && test.onlyFirst > test.onlySecond }
    /// Whether the images tell it from the first.
    var differs: Bool { correctedProbability < SeriesComparison.level }
  }

  /// Two checkpoints beside each other.
  public struct Pair: Sendable, Hashable, Codable {
    /// The number of the one that was ranked higher.
    public let first: Int
    /// The number of the other.
    public let second: Int
    /// The one against the other, by itself.
    public let test: McNemarTest
  }

  /// What some of the checkpoints say of an image.
  public struct Answer: Sendable, Hashable, Codable {
    /// The guess, by name; of labels that are sets all that are guessed.
    public let guess: String
    /// Whether it is right.
    public let isRight: Bool
    /// The numbers of those that say so.
    public let checkpoints: [Int]
  }

  /// An image that some have right and others wrong.
  public struct Disagreement: Sendable, Hashable, Codable {
    /// The path below the folder.
    public let path: String
    /// The names of the classes that are right.
    public let labels: [String]
    /// What the checkpoints say, those that are right first.
    public let answers: [Answer]
  }

  /// How improbable a difference must be under chance to count, here and in every report.
  public static let level = 0.05
  /// Of more checkpoints pairs are compared of the first so many.
  public static let mostPaired = 20
  /// The most images that are listed.
  public static let mostDisagreements = 50

  /// The files of the checkpoints, in the order of their rank.
  public let weights: [String]
  /// The images that every checkpoint has judged: those of which all that follows is.
  public let images: Int
  /// The images that some checkpoint has not judged, as one that could not be read.
  public let leftOut: Int
  /// Every checkpoint but the first, beside the first.
  public let rivals: [Rival]
  /// Whether the first has more images right than each other, and more than chance would give it.
  public let isFirstBest: Bool
  /// Each checkpoint of the first ``mostPaired`` with each after it, by number.
  public let pairs: [Pair]
  /// How many images some have right and others wrong.
  public let contested: Int
  /// Those on which the checkpoints are divided most evenly, at most ``mostDisagreements``; of equal ones first those
  /// of which a wrong first guess is surest, then in the order of the data set.
  public let disagreements: [Disagreement]

  /// Compares reports that are ranked already, with the predictions of which they were computed.
  ///
  /// It takes time in proportion to images times checkpoints.
  public init(_ series: [(report: EvaluationReport, predictions: [Prediction])]) {
    self = Tally(series).comparison
  }

  /// The same of predictions that pass by one image after another.
  package struct Tally {
    private let reports: [EvaluationReport]
    /// When each is right.
    private let rules: [(rule: TieRule, threshold: Double)]
    private var answers: [RightAnswers]
    private var (images, leftOut, contested) = (0, 0, 0)
    /// Those that are listed, with what the first says of them.
    private var kept: [(division: Division, disagreement: Disagreement, prediction: Prediction)] =
      []

    /// Of reports that are ranked.
    package init(_ reports: [EvaluationReport]) {
      precondition(reports.count > 1, "a comparison of \(reports.count) checkpoints")
      self.reports = reports
      rules = reports.map { ($0.accuracy.tieRule, $0.threshold) }
      answers = reports.map { _ in RightAnswers() }
    }

    /// Of predictions that are in memory.
    package init(_ series: [(report: EvaluationReport, predictions: [Prediction])]) {
      self.init(series.map(\.report))
      for place in series[0].predictions.indices {
        add(series.map { $0.predictions.indices.contains(place) ? $0.predictions[place] : nil })
      }
    }

    /// Adds what each says of the next image of the first.
    package mutating func add(_ row: [Prediction?]) {
      let predictions = row.compactMap(\.self)
      guard predictions.count == reports.count,
        predictions.allSatisfy({ $0.isOfSameImage(as: predictions[0]) && $0.failure == nil })
      else {
        leftOut += 1
        return
      }
      images += 1
      var right = 0
      for (index, prediction) in predictions.enumerated() {
        let (rule, threshold) = rules[index]
        let isRight =
          prediction.judgement?.isRight(for: prediction.labels, rule, above: threshold) == true
        answers[index].append(isRight)
        if isRight { right += 1 }
      }
      guard right > 0, right < predictions.count else { return }
      contested += 1
      let wrong = predictions.enumerated().filter { index, _ in !answers[index].last }
      let division = Division(
        evenness: right * (predictions.count - right),
        sureness: wrong.compactMap { $1.judgement?.sureness }.max() ?? 0)
      let most = SeriesComparison.mostDisagreements
      guard kept.count < most || kept[most - 1].division < division else { return }
      let place = kept.firstIndex { $0.division < division } ?? kept.count
      kept.insert((division, Disagreement(reports, predictions), predictions[0]), at: place)
      if kept.count > most { kept.removeLast() }
    }

    /// What the first says of the images that are listed.
    package var predictions: [Prediction] { kept.map(\.prediction) }

    /// The comparison of all that have passed.
    package var comparison: SeriesComparison {
      SeriesComparison(
        reports.map(\.manifest.weights.file), answers, images: images, leftOut: leftOut,
        contested: contested, kept.map(\.disagreement))
    }
  }

  /// How evenly the checkpoints are divided on an image, and how sure the surest is of those that are wrong.
  private struct Division: Comparable {
    let evenness: Int
    let sureness: Float

    static func < (first: Self, second: Self) -> Bool {
      (first.evenness, first.sureness) < (second.evenness, second.sureness)
    }
  }

  private init(
    _ weights: [String], _ answers: [RightAnswers], images: Int, leftOut: Int, contested: Int,
    _ disagreements: [Disagreement]
  ) {
    self.weights = weights
    (self.images, self.leftOut, self.contested) = (images, leftOut, contested)
    self.disagreements = disagreements
    rivals = Self.rivals(answers, weights)
    isFirstBest = rivals.allSatisfy(\.isWorse)
    let paired = answers.prefix(Self.mostPaired)
    pairs = paired.indices.flatMap { first in
      (first + 1..<paired.count).map { second in
        Pair(
          first: first + 1, second: second + 1,
          test: McNemarTest(paired[first], paired[second]))
      }
    }
  }

  private static func rivals(_ answers: [RightAnswers], _ weights: [String]) -> [Rival] {
    let tests = answers.dropFirst().map { McNemarTest(answers[0], $0) }
    let corrected = HolmCorrection.corrected(tests.map(\.probability))
    return tests.indices.map { index in
      Rival(
        number: index + 2, weights: weights[index + 1], test: tests[index],
        correctedProbability: corrected[index])
    }
  }

  /// The test of two checkpoints of those that are paired, by number, the first of them first.
  public func test(of first: Int, against second: Int) -> McNemarTest? {
    if first > second {
      return test(of: second, against: first).map {
        McNemarTest(onlyFirst: $0.onlySecond, onlySecond: $0.onlyFirst)
      }
    }
    let count = min(weights.count, Self.mostPaired)
    guard first >= 1, first < second, second <= count else { return nil }
    // Rows of the upper triangle, one after the other.
    let before = (first - 1) * (2 * count - first) / 2
    return pairs[before + second - first - 1].test
  }
}

extension SeriesComparison.Disagreement {
  /// What all say of an image.
  fileprivate init(_ reports: [EvaluationReport], _ predictions: [Prediction]) {
    path = predictions[0].path
    labels = predictions[0].labels.map { reports[0].manifest.classNames[$0] }
    var answers: [SeriesComparison.Answer] = []
    for (index, (report, prediction)) in zip(reports, predictions).enumerated() {
      guard let judgement = prediction.judgement else { continue }
      let threshold = report.threshold
      let guess = judgement.guess(among: report.manifest.classNames, above: threshold)
      let isRight = judgement.isRight(
        for: prediction.labels, report.accuracy.tieRule, above: threshold)
      let known = answers.firstIndex { $0.guess == guess && $0.isRight == isRight }
      let answer = SeriesComparison.Answer(
        guess: guess, isRight: isRight,
        checkpoints: (known.map { answers[$0].checkpoints } ?? []) + [index + 1])
      if let known { answers[known] = answer } else { answers.append(answer) }
    }
    self.answers = answers.filter(\.isRight) + answers.filter { !$0.isRight }
  }
}

/// Which images a checkpoint has right, a bit for each.
private struct RightAnswers {
  private var words: [UInt64] = []
  private var count = 0

  /// Whether the image that came last was right.
  var last: Bool { count > 0 && words[(count - 1) / 64] >> UInt64((count - 1) % 64) & 1 == 1 }

  mutating func append(_ isRight: Bool) {
    if count.isMultiple(of: 64) { words.append(0) }
    if isRight { words[count / 64] |= 1 << UInt64(count % 64) }
    count += 1
  }

  /// How many images this has right and the other wrong.
  func count(without other: Self) -> Int {
    zip(words, other.words).reduce(0) { $0 + ($1.0 & ~$1.1).nonzeroBitCount }
  }
}

extension McNemarTest {
  fileprivate init(_ first: RightAnswers, _ second: RightAnswers) {
    self.init(onlyFirst: first.count(without: second), onlySecond: second.count(without: first))
  }
}

extension Judgement {
  /// The probability of the first guess; 0 where there is none, or each class is a question of its own.
  fileprivate var sureness: Float {
    guard logits == nil, isFinite else { return 0 }
    return guesses.first?.probability ?? 0
  }
}

extension EvaluationReport {
  /// The probability above which a label of a set is guessed.
  fileprivate var threshold: Double { metrics.multiLabel?.threshold ?? 0.5 }
}
