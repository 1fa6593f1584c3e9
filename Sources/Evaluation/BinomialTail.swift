import Foundation

/// How probable it is that of independent trials, each a hit with the same probability, so few or so many are
/// hits: SciPy's `binom.cdf` and `binom.sf`.
package enum BinomialTail {
  /// `P(X ≤ hits)`.
  package static func atMost(_ hits: Int, of trials: Int, share: Double) -> Double {
    guard hits < trials else { return 1 }
    return sum(0...max(hits, 0), of: trials, share)
  }

  /// `P(X ≥ hits)`.
  package static func atLeast(_ hits: Int, of trials: Int, share: Double) -> Double {
    guard hits > 0 else { return 1 }
    guard hits <= trials else { return 0 }
    return sum(hits...trials, of: trials, share)
  }

  private static func sum(_ range: ClosedRange<Int>, of trials: Int, _ share: Double) -> Double {
    guard share > 0 else { return range.contains(0) ? 1 : 0 }
    guard share < 1 else { return range.contains(trials) ? 1 : 0 }
    // In logarithms: the terms are no numbers beyond a thousand trials.
    let n = Double(trials)
    let probability = range.reduce(0.0) { sum, hits in
      let k = Double(hits)
      let ways = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
      return sum + exp(ways + k * log(share) + (n - k) * log1p(-share))
    }
    return min(1, probability)
  }
}
