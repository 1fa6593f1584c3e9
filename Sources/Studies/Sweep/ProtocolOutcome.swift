public import Evaluation

/// An expected number under one protocol.
public struct ProtocolNumber: Sendable {
  /// What is expected.
  public let gate: MetricGate
  /// What it is here, in the gate's unit.
  public let value: Double
  /// Of top-k, what it was counted from.
  public let accuracy: Accuracy?
  /// How far from it the expected one may be.
  public let width: Double
  /// Whether it may be the expected one.
  public let fits: Bool
}

/// What came of one protocol.
public struct ProtocolOutcome: Sendable {
  /// The protocol.
  public let point: ProtocolPoint
  /// How the labels were read, where not as they stand.
  public let labels: LabelReading.Kind?
  /// The number with which labels begin, where that had to be found before anything could be scored.
  public internal(set) var firstLabel: Int?
  /// How many parts differ from the start, the reading of labels among them.
  public let depth: Int
  /// The share of images whose first guess is right.
  public let top1: Accuracy
  /// The share of images with a right one among the first five guesses; `nil` of fewer than six classes.
  public let top5: Accuracy?
  /// The expected numbers, as far as they could be computed.
  public let numbers: [ProtocolNumber]
  /// Whether some could not: another order of labels tells top-k alone.
  public let isPartial: Bool
  /// Whether every expected number may be its own, of those that could be computed.
  public let matches: Bool
  /// How far it is from these numbers, relative to each.
  public let distance: Double

  /// Puts together what was measured of a protocol; `numbers` holds `nil` for one that the result should have and
  /// has not.
  init(
    _ point: ProtocolPoint, labels: LabelReading.Kind? = nil, depth: Int, top1: Accuracy,
    top5: Accuracy?,
    numbers: [ProtocolNumber?], isPartial: Bool = false
  ) {
    (self.point, self.labels, self.depth) = (point, labels, depth)
    (self.top1, self.top5, self.isPartial) = (top1, top5, isPartial)
    self.numbers = numbers.compactMap(\.self)
    matches = numbers.allSatisfy { $0?.fits ?? false }
    distance = numbers.reduce(0) { sum, number in
      guard let number else { return .infinity }
      return sum + abs(number.value - number.gate.value) / max(abs(number.gate.value), 1e-9)
    }
  }
}

/// What a search found.
public struct ProtocolFindings: Sendable {
  /// The protocol from which it started.
  public let start: ProtocolPoint
  /// What came of each: by fit, then by how little they change, then by distance.
  public let outcomes: [ProtocolOutcome]

  /// Brings outcomes into that order.
  init(start: ProtocolPoint, _ outcomes: [ProtocolOutcome]) {
    self.start = start
    self.outcomes = outcomes.enumerated().sorted { left, right in
      let (mine, other) = (left.element, right.element)
      if mine.matches != other.matches { return mine.matches }
      if mine.matches, mine.depth != other.depth { return mine.depth < other.depth }
      return (mine.distance, left.offset) < (other.distance, right.offset)
    }.map(\.element)
  }
}
