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

/// Top-1 and top-5 over a set of judged images, in all and per class.
public struct TopKAccuracy: Sendable, Hashable, Codable {
  /// The images of one class.
  public struct ClassCount: Sendable, Hashable, Codable {
    /// The name of the class.
    public let name: String
    /// How many images of it were judged.
    public var total = 0
    /// How many of these were right at first guess.
    public var top1 = 0
    /// How many were among the first five.
    public var top5 = 0
  }

  /// Right at first guess.
  public let top1: Accuracy
  /// Among the first five.
  public let top5: Accuracy
  /// For how many images another tie rule could have judged otherwise.
  public let ties: Int
  /// How many images had a logit that is not finite; they count as misses.
  public let nonFinite: Int
  /// One entry per class of the network, in order of their index.
  public let classes: [ClassCount]

  /// How equal scores are judged.
  public static let tieRule =
    "top-1: argmax, the lowest index wins; top-5: a hit if fewer than 5 classes score strictly above"

  /// Counts judged images by their class.
  public init(_ judged: some Sequence<(label: Int, judgement: Judgement)>, classNames: [String]) {
    var classes = classNames.map { ClassCount(name: $0) }
    var (ties, nonFinite) = (0, 0)
    for (label, judgement) in judged {
      classes[label].total += 1
      if judgement.isTop1 { classes[label].top1 += 1 }
      if judgement.isTopK { classes[label].top5 += 1 }
      if judgement.isTied { ties += 1 }
      if !judgement.isFinite { nonFinite += 1 }
    }
    let total = classes.reduce(0) { $0 + $1.total }
    top1 = Accuracy(correct: classes.reduce(0) { $0 + $1.top1 }, total: total)
    top5 = Accuracy(correct: classes.reduce(0) { $0 + $1.top5 }, total: total)
    self.ties = ties
    self.nonFinite = nonFinite
    self.classes = classes
  }
}
