package import Documents
import Foundation

// What a comparison says, in the same words in the terminal, in Markdown, in JSON and on pages.
extension SeriesComparison {
  /// So many checkpoints are named one by one.
  private static let named = 5

  /// Which checkpoint is best, or why that is not to be told.
  package var verdict: Wording {
    if isFirstBest {
      let largest = rivals.map(\.correctedProbability).max() ?? 0
      let others: Wording =
        rivals.count == 1 ? "\(name: weights[1])" : "each of the \(rivals.count) others"
      return
        "best: \(name: weights[0]), which has more images right than \(others): p \(rivals.count == 1 ? "=" : "≤") \(McNemarTest.text(largest)) (\(method))"
    }
    let alike = rivals.filter { !$0.differs }
    let better = rivals.filter { $0.differs && !$0.isWorse }
    var parts: [Wording] = []
    if !alike.isEmpty { parts.append("not to be told apart from \(Self.list(alike))") }
    // Sets of labels are ranked by another figure than the share that is wholly right.
    if !better.isEmpty { parts.append("with fewer images right than \(Self.list(better))") }
    return
      "first: \(name: weights[0]), \(Wording.joined(parts, separator: ", and ")) (\(method))"
  }

  /// Of which images all of it is.
  private var coverage: String {
    "of \(images) images that every checkpoint has judged"
      + (leftOut > 0 ? "; \(leftOut) \(leftOut == 1 ? "is" : "are") left out" : "")
  }

  /// What the figures of ``Rival/figures`` are, for below the table.
  package var explanation: String {
    "right alone: images that it has right and the first has wrong; first alone: the reverse; p: McNemar's test with "
      + "Holm's correction; \(coverage)"
  }

  private var method: String {
    "McNemar's test on \(images) images"
      + (rivals.count > 1 ? ", with Holm's correction for \(rivals.count) comparisons" : "")
  }

  private static func list(_ rivals: [Rival]) -> Wording {
    let shown = rivals.prefix(named).map { rival -> Wording in
      "\(name: rival.weights): p = \(McNemarTest.text(rival.correctedProbability))"
    }
    let rest = rivals.count - shown.count
    return Wording.joined(shown + (rest > 0 ? ["\(rest) more"] : []), separator: "; ")
  }

  /// What the matrix of pairs shows; `nil` where there are only two checkpoints, of which the table tells it.
  package var matrixTitle: String? {
    guard weights.count > 2 else { return nil }
    return
      "images that the row has right and the column has wrong; * where the row is ahead with p < 0.05 by McNemar's test "
      + "of the two alone"
      + (weights.count > Self.mostPaired
        ? "; the first \(Self.mostPaired) of \(weights.count) checkpoints" : "")
  }

  /// The matrix, row by row: what stands in each place, nothing on the diagonal.
  package var matrix: [[String]] {
    let numbers = 1...min(weights.count, Self.mostPaired)
    return numbers.map { row in
      numbers.map { column in
        guard let test = test(of: row, against: column) else { return "" }
        let isAhead = test.probability < Self.level && test.onlyFirst > test.onlySecond
        return "\(test.onlyFirst)" + (isAhead ? "*" : "")
      }
    }
  }

  /// How many images are contested, and which of them are listed where `shown` can be.
  package func disagreementTitle(showing shown: Int) -> String {
    let listed = min(shown, disagreements.count)
    guard contested > 0 else { return "no image that some have right and others wrong" }
    return "\(contested) images that some have right and others wrong"
      + (listed < contested ? ", the \(listed) on which they are divided most evenly" : "")
  }
}

extension SeriesComparison.Rival {
  /// What the images tell of it beside the first: how many it has right alone, the first alone, and the corrected
  /// probability of so uneven a split.
  package var figures: [String] {
    ["\(test.onlySecond)", "\(test.onlyFirst)", McNemarTest.text(correctedProbability)]
  }

  /// What ``figures`` are called.
  package static let figureNames = ["right alone", "first alone", "p"]
}

extension SeriesComparison.Answer {
  /// Who says so: `1, 3, 4`, and `1 to 9` of many in a row.
  package var who: String {
    var runs: [ClosedRange<Int>] = []
    for number in checkpoints {
      if let last = runs.last, last.upperBound + 1 == number {
        runs[runs.count - 1] = last.lowerBound...number
      } else {
        runs.append(number...number)
      }
    }
    return runs.map { run in
      switch run.count {
      case 1: "\(run.lowerBound)"
      case 2: "\(run.lowerBound), \(run.upperBound)"
      default: "\(run.lowerBound) to \(run.upperBound)"
      }
    }.joined(separator: ", ")
  }
}

extension SeriesComparison.Disagreement {
  /// What all say of it, those that are right first: `cat (right): 1, 3; dog: 2`.
  package var summary: Wording {
    Wording.joined(
      answers.map { "\(name: $0.guess)\($0.isRight ? " (right)" : ""): \($0.who)" },
      separator: "; ")
  }
}

extension McNemarTest {
  /// A probability of four digits that count, `0.03125`, as every report has it.
  package static func text(_ probability: Double) -> String {
    String(format: "%.4g", probability)
  }
}
