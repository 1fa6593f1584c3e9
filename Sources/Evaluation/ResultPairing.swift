/// Pairs the predictions of two results as both pass by, and compares each pair.
///
/// Where both have the images in the same order, which is usual, no prediction is kept. Others wait for their partner.
package struct ResultPairing {
  private let manifests: (first: EvaluationManifest, second: EvaluationManifest)
  private let haveSameClasses: Bool
  private let pictured: Int
  /// Those whose partner has not come yet, by path; several of one path in their order.
  private var waiting: (first: [String: [Waiting]], second: [String: [Waiting]]) = ([:], [:])
  private var counts = (first: 0, second: 0)
  private var (common, changed) = (0, 0)
  private var flips: [(place: Int, flip: ResultComparison.Flip)] = []
  private var (onlyFirst, onlySecond) = (0, 0)
  /// What the first says of the images that flipped, as many as are wanted.
  package private(set) var flipped: [Prediction] = []

  private struct Waiting {
    let place: Int
    let prediction: Prediction
  }

  /// Of two results, both of sets of labels or neither.
  ///
  /// - Parameter pictured: Of how many flips the first's prediction is kept.
  package init(
    _ first: EvaluationManifest, _ second: EvaluationManifest, pictured: Int = 0
  ) {
    manifests = (first, second)
    self.pictured = pictured
    haveSameClasses = first.classNames == second.classNames
  }

  /// Adds the next prediction of each, as long as there is one.
  package mutating func add(first mine: Prediction?, second theirs: Prediction?) {
    if let mine, let theirs, mine.path == theirs.path, waiting.first[mine.path] == nil,
      waiting.second[mine.path] == nil
    {
      compare(Waiting(place: counts.first, prediction: mine), theirs)
      counts = (counts.first + 1, counts.second + 1)
      return
    }
    if let mine { add(first: mine) }
    if let theirs { add(second: theirs) }
  }

  private mutating func add(first prediction: Prediction) {
    let mine = Waiting(place: counts.first, prediction: prediction)
    counts.first += 1
    if let theirs = Self.take(prediction.path, from: &waiting.second) {
      compare(mine, theirs.prediction)
    } else {
      waiting.first[prediction.path, default: []].append(mine)
    }
  }

  private mutating func add(second prediction: Prediction) {
    counts.second += 1
    if let mine = Self.take(prediction.path, from: &waiting.first) {
      compare(mine, prediction)
    } else {
      waiting.second[prediction.path, default: []]
        .append(Waiting(place: counts.second, prediction: prediction))
    }
  }

  private static func take(_ path: String, from waiting: inout [String: [Waiting]]) -> Waiting? {
    guard var those = waiting[path] else { return nil }
    let first = those.removeFirst()
    waiting[path] = those.isEmpty ? nil : those
    return first
  }

  private mutating func compare(_ first: Waiting, _ other: Prediction) {
    let prediction = first.prediction
    guard prediction.isOfSameImage(as: other), let mine = prediction.judgement,
      let theirs = other.judgement
    else { return }
    common += 1
    let isRight = (mine.isRight(for: prediction.labels), theirs.isRight(for: other.labels))
    // Of nearly all images nothing more is to be told.
    if haveSameClasses, mine.logits == nil, theirs.logits == nil, isRight.0 == isRight.1,
      mine.firstGuess == theirs.firstGuess
    {
      return
    }
    let guesses = (
      mine.guess(among: manifests.first.classNames),
      theirs.guess(among: manifests.second.classNames)
    )
    if guesses.0 != guesses.1 { changed += 1 }
    guard isRight.0 != isRight.1 else { return }
    if isRight.1 { onlySecond += 1 } else { onlyFirst += 1 }
    if flipped.count < pictured { flipped.append(prediction) }
    guard flips.count < ResultComparison.listedFlips else { return }
    let flip = ResultComparison.Flip(
      path: prediction.path,
      labels: prediction.labels.map { manifests.first.classNames[$0] }, first: guesses.0,
      second: guesses.1, isGain: isRight.1)
    flips.append((first.place, flip))
  }

  /// The comparison of all that have passed.
  package var comparison: ResultComparison {
    ResultComparison(
      differences: ResultComparison.differences(manifests.first, manifests.second),
      common: common, unpaired: counts.first + counts.second - 2 * common, changedGuesses: changed,
      flips: flips.sorted { $0.place < $1.place }.map(\.flip),
      test: McNemarTest(onlyFirst: onlyFirst, onlySecond: onlySecond))
  }
}

/// All that is told of two results, of predictions that pass by.
package struct ComparisonTally {
  /// What was scored with what, of the first and of the second.
  package let manifests: [EvaluationManifest]
  private var pairing: ResultPairing
  private var (first, second): (MetricsTally, MetricsTally)

  /// Of two results, both of sets of labels or neither.
  package init(
    _ first: EvaluationManifest, _ second: EvaluationManifest, pictured: Int = 0
  ) {
    manifests = [first, second]
    pairing = ResultPairing(first, second, pictured: pictured)
    (self.first, self.second) = (MetricsTally(of: first), MetricsTally(of: second))
  }

  /// Of two logs.
  package init(_ first: PredictionLog, _ second: PredictionLog, pictured: Int = 0) {
    self.init(first.manifest, second.manifest, pictured: pictured)
    let (mine, theirs) = (first.predictions, second.predictions)
    for place in 0..<max(mine.count, theirs.count) {
      add(
        first: mine.indices.contains(place) ? mine[place] : nil,
        second: theirs.indices.contains(place) ? theirs[place] : nil)
    }
  }

  /// Adds the next prediction of each, as long as there is one.
  package mutating func add(first mine: Prediction?, second theirs: Prediction?) {
    pairing.add(first: mine, second: theirs)
    if let mine { first.add(mine) }
    if let theirs { second.add(theirs) }
  }

  /// The two, image by image.
  package var comparison: ResultComparison { pairing.comparison }
  /// What the first says of the images that flipped, as many as were wanted.
  package var flipped: [Prediction] { pairing.flipped }
  /// The metrics of each.
  package var metrics: [ClassificationMetrics] { [first.metrics, second.metrics] }
}
