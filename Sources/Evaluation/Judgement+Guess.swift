import Foundation

extension Judgement {
  /// The first guess by name, or of labels that are sets those that are more probable than `threshold`.
  func guess(among names: [String], above threshold: Double = 0.5) -> String {
    guard logits != nil, isFinite else { return firstGuess.map { names[$0] } ?? "–" }
    let labels = guessedLabels(above: threshold).map { names[$0] }
    return labels.isEmpty ? "none" : labels.joined(separator: "|")
  }

  /// Whether the first guess is right, or the whole set of labels.
  func isRight(
    for labels: [Int], _ rule: TieRule = .keras, above threshold: Double = 0.5
  ) -> Bool {
    logits == nil ? isHit(1, rule) : isExact(labels, above: threshold)
  }
}
