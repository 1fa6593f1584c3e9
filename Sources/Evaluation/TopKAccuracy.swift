/// A share of hits with its 95 % interval.
public struct Accuracy: Sendable, Hashable, Codable {
  /// How many were right.
  public let correct: Int
  /// Of how many.
  public let total: Int
  /// `correct / total`, between 0 and 1; 0 of nothing is 0.
  public let value: Double
  /// The lower end of Wilson's 95 % score interval (Wilson 1927).
  public let low: Double
  /// Its upper end.
  public let high: Double

  /// The accuracy of `correct` hits among `total`.
  public init(correct: Int, total: Int) {
    self.correct = correct
    self.total = total
    guard total > 0 else {
      (value, low, high) = (0, 0, 1)
      return
    }
    let n = Double(total)
    let share = Double(correct) / n
    // The 97.5 % quantile of the normal distribution.
    let z = 1.959963984540054
    let centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    let half = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
    value = share
    // Where all or none are right, rounding would leave the ends a hair inside or outside.
    low = correct == 0 ? 0 : max(0, centre - half)
    high = correct == total ? 1 : min(1, centre + half)
  }
}

/// Top-1, top-5 and other top-k over a set of judged images.
public struct TopKAccuracy: Sendable, Hashable, Codable {
  /// The share of hits among some number of guesses.
  public struct Row: Sendable, Hashable, Codable {
    /// How many guesses.
    public let k: Int
    /// How often the class was among them.
    public let accuracy: Accuracy
  }

  /// Right at first guess.
  public let top1: Accuracy
  /// Among the first five; `nil` where no more than five classes take part.
  public let top5: Accuracy?
  /// Among other numbers of guesses, as they were asked for, of those that are fewer than the classes.
  public let further: [Row]
  /// How equal scores are ranked.
  public let tieRule: TieRule
  /// For how many images another tie rule could have judged otherwise, at any of these k.
  public let ties: Int
  /// How many images had a logit that is not finite; they count as misses.
  public let nonFinite: Int

  /// Counts judged images.
  ///
  /// - Parameter classes: How many classes take part. The right one is always among as many guesses or
  ///   more, so those tell nothing and are not counted.
  public init(
    _ judged: some Sequence<Judgement>, classes: Int = .max, further: [Int] = [],
    tieRule: TieRule = .keras
  ) {
    var tally = Tally(classes: classes, further: further, tieRule: tieRule)
    for judgement in judged { tally.add(judgement) }
    self = tally.accuracy
  }

  /// The same of judgements that pass by one after another.
  struct Tally {
    private let tieRule: TieRule
    /// The numbers of guesses, 1 first.
    private let counted: [Int]
    private let countsFive: Bool
    private var hits: [Int]
    private var (total, ties, nonFinite) = (0, 0, 0)

    init(classes: Int, further: [Int], tieRule: TieRule) {
      self.tieRule = tieRule
      countsFive = classes > 5
      counted = [1] + (countsFive ? [5] : []) + further.filter { $0 < classes }
      hits = counted.map { _ in 0 }
    }

    mutating func add(_ judgement: Judgement) {
      total += 1
      for (index, k) in counted.enumerated() where judgement.isHit(k, tieRule) { hits[index] += 1 }
      if let standing = judgement.standing, counted.contains(where: standing.isTied) { ties += 1 }
      if !judgement.isFinite { nonFinite += 1 }
    }

    var accuracy: TopKAccuracy {
      let rows = zip(counted, hits).map {
        Row(k: $0, accuracy: Accuracy(correct: $1, total: total))
      }
      return TopKAccuracy(
        top1: rows[0].accuracy, top5: countsFive ? rows[1].accuracy : nil,
        further: Array(rows.dropFirst(countsFive ? 2 : 1)), tieRule: tieRule, ties: ties,
        nonFinite: nonFinite)
    }
  }

  private init(
    top1: Accuracy, top5: Accuracy?, further: [Row], tieRule: TieRule, ties: Int, nonFinite: Int
  ) {
    (self.top1, self.top5, self.further) = (top1, top5, further)
    (self.tieRule, self.ties, self.nonFinite) = (tieRule, ties, nonFinite)
  }

  /// The share of images of which all answers are right, in place of the first guess.
  init(exact: Accuracy, nonFinite: Int, tieRule: TieRule) {
    self.init(
      top1: exact, top5: nil, further: [], tieRule: tieRule, ties: 0, nonFinite: nonFinite)
  }

  /// The share among the first `k` guesses, if it was counted.
  public subscript(k: Int) -> Accuracy? {
    switch k {
    case 1: top1
    case 5: top5
    default: further.first { $0.k == k }?.accuracy
    }
  }
}
