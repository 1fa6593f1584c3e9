import Foundation

/// What the same measurement gave, round after round.
struct Spread {
  let median: Double
  let minimum: Double
  let maximum: Double

  /// The spread of at least one value.
  init(_ values: [Double]) {
    let sorted = values.sorted()
    guard let first = sorted.first, let last = sorted.last else {
      preconditionFailure("nothing was measured")
    }
    let middle = sorted.count / 2
    median = sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    minimum = first
    maximum = last
  }

  /// `27.31 (26.90–27.55)`, with so many decimals.
  func text(decimals: Int) -> String {
    func number(_ value: Double) -> String { value.text(decimals: decimals) }
    return "\(number(median)) (\(number(minimum))–\(number(maximum)))"
  }
}

extension Double {
  /// The number with so many decimals.
  func text(decimals: Int) -> String {
    formatted(.number.precision(.fractionLength(decimals)).grouping(.never))
  }
}
