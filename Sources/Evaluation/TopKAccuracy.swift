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
    _ judged: some Collection<Judgement>, classes: Int = .max, further: [Int] = [],
    tieRule: TieRule = .keras
  ) {
    let accuracy = { (k: Int) in
      Accuracy(correct: judged.count { $0.isHit(k, tieRule) }, total: judged.count)
    }
    top1 = accuracy(1)
    top5 = classes > 5 ? accuracy(5) : nil
    let further = further.filter { $0 < classes }
    self.further = further.map { Row(k: $0, accuracy: accuracy($0)) }
    self.tieRule = tieRule
    let all = [1] + (top5 == nil ? [] : [5]) + further
    ties = judged.count { judgement in
      all.contains { judgement.standing?.isTied($0) ?? false }
    }
    nonFinite = judged.count { !$0.isFinite }
  }

  /// The share of images of which all answers are right, in place of the first guess.
  init(exact: Accuracy, nonFinite: Int, tieRule: TieRule) {
    top1 = exact
    top5 = nil
    further = []
    self.tieRule = tieRule
    ties = 0
    self.nonFinite = nonFinite
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
