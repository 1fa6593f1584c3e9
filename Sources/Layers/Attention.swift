public import Networks
import Tensors

/// Values mixed by the scores of queries and keys, without projections (Keras `Attention`, `AdditiveAttention`;
/// Luong and others 2015, Bahdanau and others 2015).
///
/// Query `… × T × D`, value `… × S × D'`, key as the value if none is given; output `… × T × D'`, and where asked for
/// the scores `… × T × S`. Weights: scale, one number, or of additive attention one for each place of the last axis; and
/// of score mode concat what the sums are multiplied with.
public struct Attention: Layer, ReadsSeveral {
  /// How a query and a key are scored.
  public enum Score: Sendable, Hashable {
    /// The sum of products.
    case dot
    /// A weight times the sum of tanh of both together.
    case concat
    /// The sum of tanh of both together, each times its scale.
    case additive
  }

  /// How a query and a key are scored.
  public var score: Score
  /// Whether there is a scale.
  public var hasScale: Bool
  /// Whether a query sees no later key, whatever the call says.
  var isCausal: Bool
  let arguments: LayerArguments

  /// `Attention`, or `AdditiveAttention`.
  public var kerasClass: String { score == .additive ? "AdditiveAttention" : "Attention" }

  /// Adds the scores and the mixture.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    let all = arguments.values("inputs", among: inputs)
    let masks = arguments.list("mask", among: inputs)
    guard (2...3).contains(all.count), all.allSatisfy({ $0.rank >= 2 && $0.rank == all[0].rank })
    else {
      inputs[0].fail("is called on \(all.count) values of unequal axes")
      return [inputs[0], inputs[0]]
    }
    let (query, value, key) = (all[0], all[1], all[all.count - 1])
    // Leading axes are independent; the last are places and what they hold.
    let leading = Array("abcdefghijklm".prefix(query.rank - 2))
    let scored = leading + ["t", "s"]
    var scores = scores(query, key, leading, variables)
    if let mask = mask(scores, masks.count > 1 ? masks[1] : nil) {
      // In float32 a score less 1e9 is −1e9.
      scores = mask.applying(.select, [scores, scores.map(.affine(scale: 1, offset: -1e9))])
    }
    let shares = scores.applying(.softmax(.plain, axes: [scores.rank - 1]))
    var result = shares.einsum(scored, value, leading + ["s", "v"], to: leading + ["t", "v"])
    if let mask = masks.first ?? nil {
      let zero = query.constant(Tensor(shape: [], values: [0]))
      result = mask.reshaped(mask.extents + [1]).applying(.select, [result, zero])
    }
    return arguments.flags.contains("return_attention_scores") ? [result, shares] : [result]
  }

  private func scores(
    _ query: Signal, _ key: Signal, _ leading: [Character], _ variables: Variables
  ) -> Signal {
    let scale =
      hasScale ? variables(.scale, score == .additive ? [query.extents[query.rank - 1]] : []) : nil
    if score == .dot {
      let product = query.einsum(
        leading + ["t", "d"], key, leading + ["s", "d"], to: leading + ["t", "s"])
      return scale.map { product.zip(.multiply, $0) } ?? product
    }
    var (rows, columns) = (query.extents, key.extents)
    rows.insert(1, at: rows.count - 1)
    columns.insert(1, at: columns.count - 2)
    var both = query.reshaped(rows).zip(.add, key.reshaped(columns))
    if score == .concat, let scale { both = both.zip(.multiply, scale) }
    both = both.map(.tanh)
    if score == .additive, let scale { both = both.zip(.multiply, scale) }
    let sum = both.applying(.reduce(.sum, axes: [both.rank - 1], keepsAxes: false))
    guard score == .concat else { return sum }
    return sum.zip(.multiply, variables(.concatScoreWeight, []))
  }

  /// Which keys a query may see; `nil` for all of them.
  private func mask(_ scores: Signal, _ values: Signal?) -> Signal? {
    let own = values.map { $0.reshaped($0.extents.dropLast() + [1] + $0.extents.suffix(1)) }
    guard isCausal || arguments.flags.contains("use_causal_mask") else { return own }
    let (targets, sources) = (scores.extents[scores.rank - 2], scores.extents[scores.rank - 1])
    guard let count = Signal.count([targets, sources]), count <= 1 << 24 else {
      scores.fail("has a mask of \(targets)·\(sources) values")
      return own
    }
    let causal = scores.constant(
      Tensor(
        shape: [targets, sources],
        values: (0..<count).map { $0 / sources >= $0 % sources ? 1 : 0 }))
    return own.map { $0.zip(.multiply, causal) } ?? causal
  }

  init(_ settings: inout SettingsReader) throws(LayerError) {
    arguments = settings.arguments
    let isAdditive = settings.className == "AdditiveAttention"
    hasScale = try settings.truth("use_scale") ?? isAdditive
    isCausal = try settings.truth("causal") ?? false
    settings.pass("dropout", "seed")
    switch try settings.text("score_mode") ?? "dot" {
    case _ where isAdditive: score = .additive
    case "dot": score = .dot
    case "concat": score = .concat
    case let mode: throw LayerError("has score_mode \(mode.debugDescription)")
    }
  }
}
