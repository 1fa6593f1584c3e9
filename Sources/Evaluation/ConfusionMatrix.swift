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

  /// A matrix without images.
  init() { cells = [] }

  /// The matrix of judgements that pass by one after another.
  struct Tally {
    private struct Pair: Hashable {
      let label: Int
      let guess: Int
    }

    private var counts: [Pair: Int] = [:]

    /// Counts a first guess; scores that are not finite have none.
    mutating func add(_ labels: [Int], _ judgement: Judgement) {
      guard let guess = judgement.firstGuess else { return }
      counts[Pair(label: judgement.countedLabel(of: labels), guess: guess), default: 0] += 1
    }

    var matrix: ConfusionMatrix {
      let order = counts.sorted { ($0.key.label, $0.key.guess) < ($1.key.label, $1.key.guess) }
      return ConfusionMatrix(
        cells: order.map { Cell(label: $0.label, prediction: $0.guess, count: $1) })
    }
  }

  private init(cells: [Cell]) { self.cells = cells }

  /// The pairs of classes that are confused most often, the most frequent first.
  public func mostConfused(_ count: Int) -> [Cell] {
    Array(
      cells.filter { $0.label != $0.prediction }
        .sorted { ($1.count, $0.label, $0.prediction) < ($0.count, $1.label, $1.prediction) }
        .prefix(count))
  }
}
