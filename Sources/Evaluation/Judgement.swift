import Engine

/// What one image's logits say, judged against its class.
public struct Judgement: Sendable, Hashable {
  /// A class with its softmax probability.
  public struct Guess: Sendable, Hashable {
    /// The index of the class.
    public let classIndex: Int
    /// `exp(logit) / Σ exp(logits)`; NaN where a logit is not finite.
    public let probability: Float
  }

  /// The most probable classes, best first, lowest index first on ties; up to ``k``.
  public let guesses: [Guess]
  /// Whether the best guess is the class (Keras `accuracy`: argmax, lowest index on ties).
  public let isTop1: Bool
  /// Whether fewer than ``k`` classes score strictly above the class (TensorFlow `in_top_k`).
  public let isTopK: Bool
  /// Whether another rule for equal scores could have judged otherwise.
  public let isTied: Bool
  /// Whether all logits are finite; if not, the image counts as a miss.
  public let isFinite: Bool

  /// How many guesses count as a hit beside the first.
  public static let k = 5

  /// Judges `logits`, one a class, against the class with index `label`.
  public init(_ logits: some RandomAccessCollection<Float>, label: Int) {
    let scores = Array(logits)
    precondition(scores.indices.contains(label), "class \(label) of \(scores.count)")
    isFinite = scores.allSatisfy(\.isFinite)
    guesses = Self.best(of: scores)
    guard isFinite else {
      (isTop1, isTopK, isTied) = (false, false, false)
      return
    }
    let target = scores[label]
    let above = scores.reduce(0) { $0 + ($1 > target ? 1 : 0) }
    let equal = scores.reduce(0) { $0 + ($1 == target ? 1 : 0) }
    isTop1 = guesses.first?.classIndex == label
    isTopK = above < Self.k
    // A rule matters where the class shares its score with others across the line.
    isTied = equal > 1 && (above == 0 || (above < Self.k && above + equal > Self.k))
  }

  /// The most probable classes of a row of logits, best first, lowest index first on ties.
  public static func best(of logits: some RandomAccessCollection<Float>) -> [Guess] {
    let scores = Array(logits)
    let probabilities = softmax(scores)
    let order = scores.indices.sorted { left, right in
      scores[left] > scores[right] || (scores[left] == scores[right] && left < right)
    }
    return order.prefix(k).map { Guess(classIndex: $0, probability: probabilities[$0]) }
  }
}
