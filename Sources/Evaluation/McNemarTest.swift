import Foundation

/// Whether two classifiers differ on the same images (McNemar 1947): only those that one has right and the
/// other wrong tell.
public struct McNemarTest: Sendable, Hashable, Codable {
  /// Images that the first alone has right.
  public let onlyFirst: Int
  /// Images that the second alone has right.
  public let onlySecond: Int
  /// The two-sided exact probability of so uneven a split if neither were better: statsmodels'
  /// `mcnemar(exact=True)`.
  public let probability: Double
  /// `(|b − c| − 1)² / (b + c)`, the statistic with Edwards's correction; 0 where nothing differs.
  public let chiSquared: Double

  /// Tests a split of the images on which two classifiers differ.
  public init(onlyFirst: Int, onlySecond: Int) {
    self.onlyFirst = onlyFirst
    self.onlySecond = onlySecond
    let total = onlyFirst + onlySecond
    let difference = abs(onlyFirst - onlySecond) - 1
    chiSquared = total > 0 ? Double(difference * difference) / Double(total) : 0
    probability = Self.exact(min(onlyFirst, onlySecond), of: total)
  }

  /// `min(1, 2 · P(X ≤ few))` for X binomial of `total` and one half.
  private static func exact(_ few: Int, of total: Int) -> Double {
    guard total > 0 else { return 1 }
    // In logarithms: 2⁻ᵗᵒᵗᵃˡ is no number beyond a thousand.
    let all = Double(total)
    var logTerm = -all * log(2)
    var sum = exp(logTerm)
    for count in stride(from: 1, through: few, by: 1) {
      logTerm += log((all - Double(count) + 1) / Double(count))
      sum += exp(logTerm)
    }
    return min(1, 2 * sum)
  }
}
