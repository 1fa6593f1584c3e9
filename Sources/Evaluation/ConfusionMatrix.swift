/// How often images of one class were taken for another: only what occurred, for of a million places
/// few are ever used.
public struct ConfusionMatrix: Sendable, Hashable, Codable {
  /// Images of one class that were taken for one class.
  public struct Cell: Sendable, Hashable, Codable {
    /// The class that is right.
    public let label: Int
    /// The class that was guessed.
    public let prediction: Int
    /// How many images.
    public let count: Int
  }

  /// The cells that are not zero, by label and then by prediction.
  public let cells: [Cell]

  /// Counts first guesses; scores that are not finite have none.
  init(_ judged: [(labels: [Int], judgement: Judgement)]) {
    var counts: [Int: [Int: Int]] = [:]
    for (labels, judgement) in judged {
      guard let guess = judgement.firstGuess else { continue }
      counts[judgement.countedLabel(of: labels), default: [:]][guess, default: 0] += 1
    }
    cells = counts.sorted { $0.key < $1.key }.flatMap { label, row in
      row.sorted { $0.key < $1.key }.map { Cell(label: label, prediction: $0, count: $1) }
    }
  }

  /// The pairs of classes that are confused most often, the most frequent first.
  public func mostConfused(_ count: Int) -> [Cell] {
    Array(
      cells.filter { $0.label != $0.prediction }
        .sorted { ($1.count, $0.label, $0.prediction) < ($0.count, $1.label, $1.prediction) }
        .prefix(count))
  }
}
