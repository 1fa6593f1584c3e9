/// How classes of equal score are ranked.
public enum TieRule: String, Sendable, Hashable, Codable, CaseIterable {
  /// As Keras's two metrics: the first guess is argmax, the lowest index; more guesses are
  /// TensorFlow's `in_top_k`.
  case keras
  /// The lowest index comes first, at any k: NumPy's argmax, a stable sort of descending scores.
  case lowestIndex = "lowest-index"
  /// The highest index comes first, at any k: scikit-learn's `top_k_accuracy_score`.
  case highestIndex = "highest-index"
  /// A hit if fewer than k classes score strictly above, at any k: TensorFlow's `in_top_k`.
  case inTopK = "in-top-k"

  /// The rule in words.
  public var description: String {
    switch self {
    case .keras:
      "first guess: argmax, the lowest index wins; k guesses: a hit if fewer than k classes score "
        + "strictly above"
    case .lowestIndex: "of equal scores the lowest index comes first"
    case .highestIndex: "of equal scores the highest index comes first"
    case .inTopK: "a hit if fewer than k classes score strictly above"
    }
  }
}

/// Where the class of an image stands among the scores; enough for any k under any tie rule.
public struct Standing: Sendable, Hashable, Codable {
  /// How many classes score strictly above it.
  public let above: Int
  /// How many others of the same score have a lower index.
  public let before: Int
  /// How many others of the same score have a higher index.
  public let after: Int

  /// Whether the class is among the first `k` guesses.
  public func isHit(_ k: Int, _ rule: TieRule) -> Bool {
    switch rule {
    case .keras: k == 1 ? above + before < 1 : above < k
    case .lowestIndex: above + before < k
    case .highestIndex: above + after < k
    case .inTopK: above < k
    }
  }

  /// Whether the rule decides about the first `k` guesses: the class shares its score with others
  /// across the line.
  public func isTied(_ k: Int) -> Bool { above < k && above + before + after >= k }
}
