import Datasets
import Foundation

/// Whether the predictions look as if labels and classes were in different orders.
///
/// Each order that people mix up is a rule that gives every label another class. A rule is scored on the
/// confusion matrix itself: how many images would be right under it, and how many are right as the labels
/// stand. Images that both have right, or neither, tell nothing.
struct LabelOrder {
  /// An order that people mix up, and how to say so.
  private struct Rule {
    /// The class that a label stands for under it; `nil` where it has none.
    let place: (Int) -> Int?
    let words: String
  }

  private let confusion: ConfusionMatrix
  private let names: [String]
  /// How many images have a first guess.
  private let total: Int
  /// How many are right as the labels stand.
  private let right: Int
  /// How many images each label has, and how often each class is guessed.
  private var labelCounts: [Int: Int] = [:]
  private var guessCounts: [Int: Int] = [:]

  /// Looks at the confusion of a network's classes.
  init(_ metrics: ClassificationMetrics, classNames: [String]) {
    names = classNames
    confusion = metrics.confusion
    total = confusion.cells.reduce(0) { $0 + $1.count }
    right = confusion.cells.reduce(0) { $0 + ($1.label == $1.prediction ? $1.count : 0) }
    for cell in confusion.cells {
      labelCounts[cell.label, default: 0] += cell.count
      guessCounts[cell.prediction, default: 0] += cell.count
    }
  }

  /// How unlikely chance must make it; each report of a good network runs half a dozen such tests.
  private static let significance = 1e-6

  /// What is wrong, in words, or `nil` where the order seems right.
  var suspicion: String? {
    guard total > 0 else { return nil }
    if let words = knownOrder ?? ownOrder {
      return "the labels seem to be in another order than the network's classes: \(words)"
    }
    return belowChance
  }

  /// The known rule that explains most, if it is more than chance and better than the order as it is.
  private var knownOrder: String? {
    guard names.count >= 3, labelCounts.count >= 2 else { return nil }
    let scored = rules.map { ($0, hits($0)) }
    guard let (rule, hits) = scored.max(by: { $0.1 < $1.1 }), isPlausible(hits, under: rule)
    else { return nil }
    return "\(rule.words); in that order \(percent(hits)) % of the images would be right"
  }

  /// How many images are right under a rule.
  private func hits(_ rule: Rule) -> Int {
    confusion.cells.reduce(0) { $0 + (rule.place($1.label) == $1.prediction ? $1.count : 0) }
  }

  /// Whether so many hits under a rule are no chance, neither against the order as it is nor against guesses
  /// that have nothing to do with the labels.
  private func isPlausible(_ hits: Int, under rule: Rule) -> Bool {
    guard hits >= 2 * right, hits * 10 >= total else { return false }
    // As McNemar tests two classifiers: of images that one order alone has right, half would be either's.
    let moved = labelCounts.keys.filter { rule.place($0) != $0 }
    let own = confusion.cells.reduce(0) { sum, cell in
      sum + (cell.label == cell.prediction && moved.contains(cell.label) ? cell.count : 0)
    }
    let gained = confusion.cells.reduce(0) { sum, cell in
      sum
        + (cell.label != cell.prediction && rule.place(cell.label) == cell.prediction
          ? cell.count : 0)
    }
    guard McNemarTest(onlyFirst: own, onlySecond: gained).probability < Self.significance else {
      return false
    }
    // A network that takes everything for few classes hits some label under any rule.
    let chance = labelCounts.reduce(0.0) { sum, entry in
      let guesses = rule.place(entry.key).flatMap { guessCounts[$0] } ?? 0
      return sum + Double(entry.value) * Double(guesses)
    }
    let share = chance / (Double(total) * Double(total))
    return BinomialTail.atLeast(hits, of: total, share: share) < Self.significance
      && Double(hits) >= 3 * share * Double(total)
  }

  private var rules: [Rule] {
    let indices = Array(names.indices)
    // The numbers as text, `10` before `2`, and their places in that order.
    let lexical = indices.sorted { "\($0)".utf8.lexicographicallyPrecedes("\($1)".utf8) }
    var place = indices
    for (position, index) in lexical.enumerated() { place[index] = position }
    let known = { (index: Int) in indices.contains(index) ? index : nil }
    var rules = [
      Rule(
        place: { known($0 + 1) },
        words:
          "every class is predicted one higher than its label, as when labels count from 0 and the "
          + "network has a background class (first label -1)"),
      Rule(
        place: { known($0 - 1) },
        words: "every class is predicted one lower than its label, as when labels count from 1 "
          + "(first label 1)"),
      Rule(place: { names.count - 1 - $0 }, words: "the order of the classes is reversed"),
    ]
    if lexical != indices {
      rules += [
        Rule(
          place: { lexical[$0] },
          words:
            "folders of numbers were sorted as text, 10 before 2, and the network's classes as "
            + "numbers (class order natural)"),
        Rule(
          place: { place[$0] },
          words: "the labels count as numbers, and the network's classes were sorted as text, 10 "
            + "before 2 (class order code-point)"),
      ]
    }
    return rules + namedOrders
  }

  /// The orders of names as text and with their numbers as numbers, where they stand otherwise.
  private var namedOrders: [Rule] {
    let natural = names.map { NaturalKey(Array($0.utf8)) }
    let orders: [(order: [Int], words: String)] = [
      (
        names.indices.sorted { natural[$0] < natural[$1] },
        "the classes were sorted as text, and the network's with their numbers as numbers "
          + "(class order natural)"
      ),
      (
        names.indices.sorted { names[$0].utf8.lexicographicallyPrecedes(names[$1].utf8) },
        "the network's classes were sorted as text, and the data's were not (class order code-point)"
      ),
    ]
    return orders.compactMap { order, words in
      guard order != Array(names.indices) else { return nil }
      var place = order
      for (position, index) in order.enumerated() { place[index] = position }
      return Rule(place: { [place] in place[$0] }, words: words)
    }
  }

  /// An order that no rule has, as the devkit's of ILSVRC ids: three labels or more, each taken for a class
  /// of its own, far more often than for itself.
  private var ownOrder: String? {
    var favourite: [Int: Int] = [:]
    var matched = 0
    for row in Dictionary(grouping: confusion.cells, by: \.label) {
      // Of equally frequent ones the class itself, else the first.
      guard
        let cell = row.value.max(by: { left, right in
          (left.count, left.prediction == row.key ? 1 : 0, right.prediction)
            < (right.count, right.prediction == row.key ? 1 : 0, left.prediction)
        })
      else { continue }
      favourite[row.key] = cell.prediction
      matched += cell.count
    }
    let moved = favourite.filter { $0.key != $0.value }
    guard favourite.count >= 3, moved.count * 2 > favourite.count, matched * 2 >= total,
      right * 2 < matched, Set(favourite.values).count * 10 >= favourite.count * 9
    else { return nil }
    let pairs = moved.sorted { $0.key < $1.key }.prefix(3)
      .map { "\(name($0)) as \(name($1))" }.joined(separator: ", ")
    return
      "\(moved.count) of \(favourite.count) classes are taken for another, each for one of its "
      + "own (\(pairs)), as when numbers are the devkit's ILSVRC ids, which its synsets name, or names stand in "
      + "another order, which a list of class names gives; in that order about \(percent(matched)) % of the images would "
      + "be right"
  }

  /// Fewer hits than guesses that have nothing to do with the labels would have.
  private var belowChance: String? {
    let expected = labelCounts.reduce(0.0) { sum, entry in
      sum + Double(entry.value) * Double(guessCounts[entry.key] ?? 0)
    }
    let share = expected / (Double(total) * Double(total))
    guard BinomialTail.atMost(right, of: total, share: share) < Self.significance else {
      return nil
    }
    let format = { (value: Double) in String(format: "%.1f", value * 100) }
    return
      "\(format(Double(right) / Double(total))) % of the images are right, fewer than the "
      + "\(format(share)) % that guesses at random would have: the labels seem to be in another order "
      + "than the network's classes"
      + (names.count == 2 ? ", the two exchanged (a class order that lists them)" : "")
  }

  private func percent(_ count: Int) -> Int {
    Int((Double(count) / Double(total) * 100).rounded())
  }

  private func name(_ index: Int) -> String {
    names.indices.contains(index) ? names[index] : "\(index)"
  }
}
