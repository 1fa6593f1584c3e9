import Networks

/// Why a layer differs: each of a fixed list of guesses, tried on that layer alone.
public struct Diagnosis: Codable, Sendable, Hashable {
  /// The layer, by the candidate's name.
  public var layer: String
  /// The largest difference that the layer leaves as it is, fed with the reference's inputs.
  ///
  /// `nil` where it gives another shape.
  public var unchanged: Double?
  /// The largest difference that passes.
  public var bound: Double
  /// The guesses that make the difference vanish, the best first.
  public var fitting: [Attempt]
  /// The guesses that do not, the best first.
  public var others: [Attempt]

  /// A guess, and what is left of the difference if it holds.
  public struct Attempt: Codable, Sendable, Hashable {
    /// What the reference would have done.
    public var claim: String
    /// The largest difference that is left.
    public var error: Double
  }

  /// Whether the layer, fed with the reference's inputs, agrees: then its error is one of rounding, or
  /// comes from before.
  public var isInherited: Bool { unchanged.map { $0 <= bound } ?? false }

  /// Tries every guess on the first layer that differs.
  ///
  /// - Returns: `nil` if none differs, or if too little is recorded to try anything.
  /// - Throws: ``GoldenError``, or whatever reading a weight throws.
  init?(
    of verification: Verification, _ recording: Golden, bound: BoundGraph, reference: Golden
  ) throws {
    guard let first = verification.firstDivergence else { return nil }
    let comparison = verification.layers[first]
    let pairs = Dictionary(
      verification.layers.map { ($0.name, $0.referenceName) },
      uniquingKeysWith: { first, _ in first })
    guard
      let bench = try LayerOnBench(
        comparison, of: recording, bound: bound, reference: reference, pairs: pairs)
    else { return nil }
    layer = comparison.name
    let tolerance = verification.tolerances.of(kind: bench.node.kerasClass)
    let scale = comparison.referenceShape == nil ? comparison.errors.scale : bench.scale
    self.bound = Double(tolerance.bound(scale: scale))
    unchanged = bench.error(bench.layer, bench.paddedInputs)
    let limit = self.bound
    var attempts: [(attempt: Attempt, kind: Hypothesis.Kind?)] = []
    if !(unchanged.map { $0 <= limit } ?? false) {
      attempts = Hypothesis.all(for: bench).compactMap { guess in
        guess.error().map {
          (Attempt(claim: guess.claim, error: min($0, .greatestFiniteMagnitude)), guess.kind)
        }
      }
    }
    // Stable: of two guesses that leave the same, the more likely one was made first.
    let ranked = attempts.enumerated()
      .sorted { ($0.1.attempt.error, $0.0) < ($1.1.attempt.error, $1.0) }.map(\.element)
    var told: Set<Hypothesis.Kind> = []
    fitting = ranked.filter { entry in
      entry.attempt.error <= limit && (entry.kind.map { told.insert($0).inserted } ?? true)
    }.map(\.attempt)
    others = ranked.map(\.attempt).filter { $0.error > limit }
    unchanged = unchanged.map { min($0, .greatestFiniteMagnitude) }
  }

  /// The finding in one sentence.
  public var finding: String {
    if isInherited {
      return "fed with the reference's own inputs, the layer gives the reference's values: the "
        + "difference is one of rounding, or has built up before it"
    }
    guard let best = fitting.first else {
      return "none of \(others.count) known causes explains it"
    }
    let also = fitting.dropFirst().map { "; it would also vanish if \($0.claim)" }.joined()
    let before = unchanged.map { "from \(LayerComparison.text($0)) " } ?? ""
    return "the difference vanishes, \(before)to \(LayerComparison.text(best.error)), if in the "
      + "reference \(best.claim)\(also)"
  }
}
