import Datasets
import Evaluation

/// Labels that are read as another order of the classes; from the same predictions, so that it costs nothing to try.
public struct LabelReading: Sendable {
  /// The orders that people mix up.
  public enum Kind: Sendable, Hashable {
    /// Labels begin with this number, as class indices do that count from 1.
    case firstLabel(Int)
    /// Folders are classes in the order of code points, as in Keras.
    case codePointOrder
    /// Folders are classes in the order that people would write, 2 before 10.
    case naturalOrder
  }

  /// Which.
  public let kind: Kind
  /// The network's class in place of another; `nil` where it has none.
  let relabel: @Sendable (Int) -> Int?

  /// All of them, for a network whose classes are named so.
  ///
  /// - Parameter offset: What is added to a label now; the first label is told from there.
  static func all(names: [String], offset: Int) -> [LabelReading] {
    let indices = names.indices
    let shifted = [1, -1].map { first in
      LabelReading(kind: .firstLabel(first - offset)) { label in
        indices.contains(label - first) ? label - first : nil
      }
    }
    let orders: [(Kind, [Int])] = [
      (.codePointOrder, names.sortedIndices { $0.utf8.lexicographicallyPrecedes($1.utf8) }),
      (
        .naturalOrder,
        names.sortedIndices { NaturalKey(Array($0.utf8)) < NaturalKey(Array($1.utf8)) }
      ),
    ].filter { $0.1 != Array(indices) }
    return shifted
      + orders.map { kind, order in
        // The label is a place among the names as they stand, the class the place in the other order.
        var place = Array(indices)
        for (position, index) in order.enumerated() { place[index] = position }
        return LabelReading(kind: kind) { [place] label in place[label] }
      }
  }

  /// What the metrics would be: top-1 and top-k as far as the guesses that were kept tell.
  func share(of predictions: [Prediction], guesses count: Int) -> Accuracy? {
    guard count <= Judgement.guessCount else { return nil }
    let judged = predictions.compactMap { prediction in
      prediction.judgement.map { (prediction.labels.compactMap(relabel), $0) }
    }
    let hits = judged.count { labels, judgement in
      judgement.isFinite
        && judgement.guesses.prefix(count).contains { labels.contains($0.classIndex) }
    }
    return Accuracy(correct: hits, total: judged.count)
  }
}

extension [String] {
  fileprivate func sortedIndices(by precedes: (String, String) -> Bool) -> [Int] {
    indices.sorted { precedes(self[$0], self[$1]) }
  }
}
