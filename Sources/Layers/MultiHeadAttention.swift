public import Networks
import Tensors

/// Values of some places, mixed by how well other places' keys answer queries, several times side by side (Keras
/// `MultiHeadAttention`, `GroupQueryAttention`; Vaswani and others 2017, Ainslie and others 2023).
///
/// Query `… × T × D`, value and key `… × S × D'`; output `… × T × D`, and where asked for the scores `heads × T × S`.
/// Weights: kernel and bias of query, key, perhaps gate, value and output. The attention runs along some axes; axes
/// beside them are independent.
public struct MultiHeadAttention: Layer, ReadsSeveral {
  /// The class that Keras writes.
  public var kerasClass: String
  /// The number of heads.
  public var heads: Int
  /// The number of heads of key and value, each of which serves as many of the query's.
  public var keyHeads: Int
  /// The length of one head's query and key.
  public var keyLength: Int
  /// The length of one head's value.
  public var valueLength: Int
  /// Whether all projections have a bias.
  public var hasBias: Bool
  /// Whether the result is multiplied with the sigmoid of a projection of the query.
  public var hasGate: Bool
  /// The extents of the result's last axes; `nil` for those of the query.
  public var outputShape: [Int]?
  /// The axes along which it runs, the batch being 0; `nil` for all but the batch and the last.
  public var attentionAxes: [Int]?
  /// How far apart a query and a key may be, of at least 1; `nil` for any distance.
  public var window: Int?
  /// Whether Keras computes the scores one by one, and not all at once with their use.
  var scoresAreComputed: Bool
  let isOfKeras3: Bool
  let arguments: LayerArguments

  /// Adds the projections, the attention and the last projection.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    guard let query = arguments.values("query", among: inputs).first,
      let value = arguments.values("value", among: inputs).first,
      query.rank >= 2, value.rank >= 2
    else {
      inputs[0].fail("is called without a query or a value of two axes")
      return [inputs[0], inputs[0]]
    }
    let key = arguments.values("key", among: inputs).first ?? value
    func projected(_ x: Signal, _ name: String, _ heads: Int, _ length: Int) -> Signal {
      x.projected(
        variables.part([name, "\(name)_dense", "_\(name)_dense"]), inner: [x.extents[x.rank - 1]],
        outer: [heads, length], hasBias: hasBias)
    }
    // Weights in Keras's order; the gate has the length of a value, of grouped queries that of a head.
    let q = projected(query, "query", heads, keyLength)
    let k = projected(key, "key", keyHeads, keyLength)
    let gate = hasGate ? projected(query, "gate", heads, valueLength).map(.sigmoid) : nil
    let v = projected(value, "value", keyHeads, valueLength)
    guard let places = axes(of: query.rank, query) else { return [query, query] }
    let mask = mask(inputs, query, value, axes: places.count)
    // What a score becomes that a mask leaves out, and whether its share then is 0, even of no other.
    let masked: (Float, Bool) =
      scoresAreComputed || query.rank != 2
      ? (-1e9, isOfKeras3) : (-0.7 * Float.greatestFiniteMagnitude, false)
    let attention = HeadedAttention(
      axes: places, scale: 1 / Float(keyLength).squareRoot(), masked: masked)
    var (result, scores) = attention(
      q, k.repeatingHeads(heads / keyHeads), v.repeatingHeads(heads / keyHeads), mask)
    if let gate { result = result.zip(.multiply, gate) }
    let output = result.projected(
      variables.part(["attention_output", "output_dense", "_output_dense"]),
      inner: [heads, valueLength], outer: outputShape ?? [query.extents[query.rank - 1]],
      hasBias: hasBias)
    return arguments.flags.contains("return_attention_scores") ? [output, scores] : [output]
  }

  /// The axes of an image along which the attention runs, in the config's order.
  private func axes(of rank: Int, _ query: Signal) -> [Int]? {
    guard let attentionAxes else { return Array(0..<rank - 1) }
    // Of a projected array, which has one axis more; the last two are heads and their length.
    let places = attentionAxes.map { $0 < 0 ? $0 + rank : $0 - 1 }
    guard !places.isEmpty, Set(places).count == places.count,
      places.allSatisfy({ (0..<rank - 1).contains($0) })
    else {
      query.fail("attends along \(attentionAxes) of \(query.shape)")
      return nil
    }
    return places
  }

  /// Which keys a query may see, 1 or 0, all masks together; `nil` for all of them.
  private func mask(_ inputs: [Signal], _ query: Signal, _ value: Signal, axes: Int) -> Signal? {
    var masks: [Signal] = []
    // Keras lets a mask of the query that is passed so fall; it has only the one that layers carry.
    for name in ["value_mask", "key_mask"] {
      guard let mask = arguments.values(name, among: inputs).first else { continue }
      masks.append(mask.reshaped(mask.extents.dropLast() + [1] + mask.extents.suffix(1)))
    }
    masks += arguments.values("attention_mask", among: inputs)
    let (targets, sources) = (query.extents[0], value.extents[0])
    func constant(_ holds: (_ target: Int, _ source: Int) -> Bool) -> Signal? {
      guard let count = Signal.count([targets, sources]), count <= 1 << 24 else {
        query.fail("has a mask of \(targets)·\(sources) values")
        return nil
      }
      let values = (0..<count).map { holds($0 / sources, $0 % sources) ? Float(1) : 0 }
      return query.constant(Tensor(shape: [targets, sources], values: values))
    }
    if arguments.flags.contains("use_causal_mask"), let mask = constant({ $0 >= $1 }) {
      masks.append(mask)
    }
    if let window, let mask = constant({ abs($0 - $1) < window }) { masks.append(mask) }
    let whole = masks.map { mask -> Signal in
      // Axes beside those of the attention come before them, also that of the heads.
      guard mask.rank > 2 * axes else { return mask }
      var extents = mask.extents
      extents.insert(
        contentsOf: repeatElement(1, count: max(0, query.rank + axes - mask.rank)),
        at: mask.rank - 2 * axes)
      return mask.reshaped(extents)
    }
    return whole.dropFirst().reduce(whole.first) { $0?.zip(.multiply, $1) }
  }
}

extension Signal {
  /// Heads, on the last axis but one, each so many times.
  fileprivate func repeatingHeads(_ count: Int) -> Signal {
    guard count > 1, rank > 1 else { return self }
    return applying(
      .resize(Resize(axis: rank - 2, size: extents[rank - 2] * count, method: .nearest)))
  }
}

extension MultiHeadAttention {
  init(_ settings: inout SettingsReader) throws(LayerError) {
    let isGrouped = settings.className.hasPrefix("Group")
    kerasClass = settings.className
    arguments = settings.arguments
    isOfKeras3 = settings.kerasVersion >= 3
    heads = try settings.count(isGrouped ? "num_query_heads" : "num_heads")
    keyHeads = isGrouped ? try settings.count("num_key_value_heads") : heads
    keyLength = try settings.count(isGrouped ? "head_dim" : "key_dim")
    valueLength = isGrouped ? keyLength : try settings.integer("value_dim") ?? keyLength
    guard heads % keyHeads == 0, heads <= 1 << 16, keyLength <= 1 << 20,
      (1...1 << 20).contains(valueLength)
    else { throw LayerError("has \(heads) heads and \(keyHeads) of keys") }
    hasBias = try settings.truth("use_bias") ?? true
    hasGate = try settings.truth("use_gate") ?? false
    outputShape = try settings.integers("output_shape")
    attentionAxes = try settings.integers("attention_axes")
    window = try settings.integer("sliding_window")
    // How it was built, and by which kernel Keras computes it.
    settings.pass("query_shape", "key_shape", "value_shape", "flash_attention", "seed")
    if try settings.truth("softmax_robust_masking") == true {
      throw LayerError("has softmax_robust_masking true")
    }
    let dropout = try settings.number("dropout") ?? 0
    scoresAreComputed =
      dropout > 0 || !isOfKeras3 || arguments.flags.contains("return_attention_scores")
  }
}
