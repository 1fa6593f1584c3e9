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
    precondition(series.count > 1, "a comparison of \(series.count) checkpoints")
    let places = Self.commonPlaces(series.map(\.predictions))
    let answers = series.map { RightAnswers($0.report, $0.predictions, at: places) }
    weights = series.map(\.report.manifest.weights.file)
    images = places.count
    leftOut = series[0].predictions.count - places.count
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
    let divided = places.indices.compactMap { index -> Divided? in
      let right = answers.count { $0[index] }
      guard right > 0, right < answers.count else { return nil }
      let guesses = zip(series, answers).lazy.filter { !$1[index] }
        .compactMap { $0.0.predictions[places[index]].judgement?.sureness }
      return Divided(
        evenness: right * (answers.count - right), sureness: guesses.max() ?? 0, index: index)
    }
    contested = divided.count
    disagreements = divided.sorted().prefix(Self.mostDisagreements)
      .map { Disagreement(series, at: places[$0.index]) }
  }

  /// An image that some have right and others wrong, and how far ahead of others it is listed.
  private struct Divided: Comparable {
    let evenness: Int
    let sureness: Float
    let index: Int

    static func < (first: Self, second: Self) -> Bool {
      (second.evenness, second.sureness, first.index)
        < (first.evenness, first.sureness, second.index)
    }
  }

  /// Where the same image stands in all, and was judged.
  private static func commonPlaces(_ series: [[Prediction]]) -> [Int] {
    series[0].indices.filter { place in
      series.allSatisfy { predictions in
        predictions.indices.contains(place)
          && predictions[place].isOfSameImage(as: series[0][place])
          && predictions[place].failure == nil
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
  /// What all say of the image at a place.
  fileprivate init(
    _ series: [(report: EvaluationReport, predictions: [Prediction])], at place: Int
  ) {
    let (report, predictions) = series[0]
    path = predictions[place].path
    labels = predictions[place].labels.map { report.manifest.classNames[$0] }
    var answers: [SeriesComparison.Answer] = []
    for (index, (report, predictions)) in series.enumerated() {
      guard let judgement = predictions[place].judgement else { continue }
      let threshold = report.threshold
      let guess = judgement.guess(among: report.manifest.classNames, above: threshold)
      let isRight = judgement.isRight(
        for: predictions[place].labels, report.accuracy.tieRule, above: threshold)
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
  private var words: [UInt64]

  init(_ report: EvaluationReport, _ predictions: [Prediction], at places: [Int]) {
    words = [UInt64](repeating: 0, count: (places.count + 63) / 64)
    let (rule, threshold) = (report.accuracy.tieRule, report.threshold)
    for (index, place) in places.enumerated() {
      let prediction = predictions[place]
      if prediction.judgement?.isRight(for: prediction.labels, rule, above: threshold) == true {
        words[index / 64] |= 1 << UInt64(index % 64)
      }
    }
  }

  subscript(index: Int) -> Bool { words[index / 64] >> UInt64(index % 64) & 1 == 1 }

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
