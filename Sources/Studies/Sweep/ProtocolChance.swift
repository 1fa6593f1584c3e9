import Evaluation

/// How many of the protocols that a search tried would fit although none of them is the right one.
///
/// A protocol fits a number within some width of its own. If the numbers of all tried protocols lay anywhere between
/// the lowest and the highest of them, one fits with the probability of that width, to both sides, over this range; of
/// several numbers the one that is met least often counts, for they go together. The sum over the protocols is what is
/// to be expected.
public struct ProtocolChance {
  /// How many would fit.
  public let expected: Double

  /// Whether that is so many that one that fits is a guess, and the interval beside it no evidence.
  public var isGuess: Bool { expected >= 0.5 }

  /// What is to be expected of the protocols that were tried.
  public init(_ outcomes: [ProtocolOutcome]) {
    var ranges: [String: ClosedRange<Double>] = [:]
    for number in outcomes.flatMap(\.numbers) where number.value.isFinite {
      let known = ranges[number.gate.description] ?? number.value...number.value
      ranges[number.gate.description] =
        min(known.lowerBound, number.value)...max(known.upperBound, number.value)
    }
    expected = outcomes.reduce(0) { sum, outcome in
      let shares = outcome.numbers.map { number in
        Self.share(of: number.gate, number.width, ranges[number.gate.description])
      }
      return sum + (shares.min() ?? 0)
    }
  }

  /// The share of a range in which a number fits.
  private static func share(
    of gate: MetricGate, _ width: Double, _ range: ClosedRange<Double>?
  ) -> Double {
    guard let range else { return 0 }
    let spread = range.upperBound - range.lowerBound
    // What all protocols have alike tells nothing.
    guard spread > 0 else { return 1 }
    let fitting =
      switch gate.relation {
      case .equals: 2 * width
      case .atLeast: range.upperBound - gate.value + width
      case .atMost: gate.value + width - range.lowerBound
      }
    return min(1, max(0, fitting / spread))
  }
}
