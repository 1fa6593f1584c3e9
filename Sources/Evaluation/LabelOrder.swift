/// Whether the predictions look as if labels and classes were in different orders: a near-permuted
/// confusion matrix.
///
/// A network that knows its classes and is scored under the wrong order has one column for each row, only
/// not the row's own. Random weights have no such columns.
struct LabelOrder {
  /// The class that the images of each label are taken for most often.
  private var favourite: [Int: Int] = [:]
  private let names: [String]
  /// The share of images on their label's favourite.
  private let matched: Double
  private let top1: Double

  /// Looks at the confusion of a network's classes.
  init(_ metrics: ClassificationMetrics, classNames: [String]) {
    names = classNames
    top1 = metrics.accuracy.top1.value
    var (best, all) = (0, 0)
    for row in Dictionary(grouping: metrics.confusion.cells, by: \.label) {
      all += row.value.reduce(0) { $0 + $1.count }
      // Of equally frequent ones the class itself, else the first.
      guard
        let cell = row.value.max(by: { left, right in
          (left.count, left.prediction == row.key ? 1 : 0, right.prediction)
            < (right.count, right.prediction == row.key ? 1 : 0, left.prediction)
        })
      else { continue }
      favourite[row.key] = cell.prediction
      best += cell.count
    }
    matched = all > 0 ? Double(best) / Double(all) : 0
  }

  /// What is wrong, in words, or `nil` where the order seems right.
  var suspicion: String? {
    let moved = favourite.filter { $0.key != $0.value }
    let targets = Set(favourite.values)
    // Three labels, of different favourites but for a tenth, that explain most images, and far more than
    // the order as it is.
    guard favourite.count >= 3, moved.count * 2 > favourite.count, matched >= 0.5,
      top1 < matched / 2, targets.count * 10 >= favourite.count * 9
    else { return nil }
    return "the labels seem to be in another order than the network's classes: \(cause(moved)); in "
      + "that order about \(Int((matched * 100).rounded())) % of the images would be right"
  }

  /// Which order it is, if it is one that is known.
  private func cause(_ moved: [Int: Int]) -> String {
    if agrees({ $0 + 1 }) {
      return
        "every class is predicted one higher than its label, as when labels count from 0 and the "
        + "network has a background class (--background-class, --first-label -1)"
    }
    if agrees({ $0 - 1 }) {
      return "every class is predicted one lower than its label, as when labels count from 1 "
        + "(--first-label 1)"
    }
    let indices = Array(names.indices)
    // The numbers as text, `10` before `2`, and their places in that order.
    let lexical = indices.sorted { "\($0)".utf8.lexicographicallyPrecedes("\($1)".utf8) }
    var place = indices
    for (position, index) in lexical.enumerated() { place[index] = position }
    if agrees({ indices.contains($0) ? lexical[$0] : -1 }) {
      return "folders of numbers were sorted as text, 10 before 2, and the network's classes as "
        + "numbers (--class-order natural)"
    }
    if agrees({ indices.contains($0) ? place[$0] : -1 }) {
      return
        "the labels count as numbers, and the network's classes were sorted as text, 10 before "
        + "2 (--class-order code-point)"
    }
    if agrees({ names.count - 1 - $0 }) { return "the order of the classes is reversed" }
    let pairs = moved.sorted { $0.key < $1.key }.prefix(3)
      .map { "\(name($0)) as \(name($1))" }.joined(separator: ", ")
    return
      "\(moved.count) of \(favourite.count) classes are taken for another, each for one of its "
      + "own (\(pairs)), as when numbers are the devkit's ILSVRC ids (--synsets) or names stand in "
      + "another order (--class-names)"
  }

  private func name(_ index: Int) -> String {
    names.indices.contains(index) ? names[index] : "\(index)"
  }

  /// Whether a rule gives nine of ten favourites.
  private func agrees(_ rule: (Int) -> Int) -> Bool {
    favourite.count { rule($0.key) == $0.value } * 10 >= favourite.count * 9
  }
}
