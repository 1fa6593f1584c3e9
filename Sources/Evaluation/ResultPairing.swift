/// Pairs the predictions of two results as both pass by, and compares each pair.
///
/// Where both have the images in the same order, which is usual, no prediction is kept. Others wait for their partner.
package struct ResultPairing {
  private let manifests: (first: EvaluationManifest, second: EvaluationManifest)
  private let haveSameClasses: Bool
  /// Those whose partner has not come yet, by path; several of one path in their order.
  private var waiting: (first: [String: [Waiting]], second: [String: [Waiting]]) = ([:], [:])
  private var counts = (first: 0, second: 0)
  private var (common, changed) = (0, 0)
  private var flips: [(place: Int, flip: ResultComparison.Flip)] = []
  private var (onlyFirst, onlySecond) = (0, 0)

  private struct Waiting {
    let place: Int
    let prediction: Prediction
  }

  /// Of two results, both of sets of labels or neither.
  package init(_ first: EvaluationManifest, _ second: EvaluationManifest) {
    manifests = (first, second)
    haveSameClasses = first.classNames == second.classNames
  }

  /// Adds the next predictions of each.
  package mutating func add(first: [Prediction], second: [Prediction]) {
    for index in 0..<max(first.count, second.count) {
      let mine = first.indices.contains(index) ? first[index] : nil
      let theirs = second.indices.contains(index) ? second[index] : nil
      if let mine, let theirs, mine.path == theirs.path, waiting.first[mine.path] == nil,
        waiting.second[mine.path] == nil
      {
        compare(Waiting(place: counts.first, prediction: mine), theirs)
        counts = (counts.first + 1, counts.second + 1)
        continue
      }
      if let mine { add(first: mine) }
      if let theirs { add(second: theirs) }
    }
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
    guard prediction.hasContent(of: other), let mine = prediction.judgement,
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

extension Judgement {
  /// The first guess, or the set of labels that are more probable than not, by name.
  fileprivate func guess(among names: [String]) -> String {
    guard logits != nil, isFinite else { return firstGuess.map { names[$0] } ?? "–" }
    let labels = guessedLabels(above: 0.5).map { names[$0] }
    return labels.isEmpty ? "none" : labels.joined(separator: "|")
  }

  /// Whether the guess is right.
  fileprivate func isRight(for labels: [Int]) -> Bool {
    logits == nil ? isHit(1) : isExact(labels, above: 0.5)
  }
}
