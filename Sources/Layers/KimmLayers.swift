public import Networks
import Tensors

// Layers of kimm (0.2, Apache licence), which its configs name with its package: `kimm>Attention`.

/// A token before the patches, and what is added at each place (kimm's `PositionEmbedding`): `T × C` to `(T + 1) × C`.
///
/// Weights: what is added, `1 × (T + 1) × C`, and the token, `1 × 1 × C`.
public struct TokenAndPositions: Layer {
  /// `PositionEmbedding`.
  public var kerasClass: String { "PositionEmbedding" }

  /// Adds both.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    let x = inputs[0]
    guard x.rank == 2 else {
      x.fail("puts a token before \(x.shape)")
      return [x]
    }
    let (places, channels) = (x.extents[0] + 1, x.extents[1])
    let embedding = variables(
      .placeEmbedding, [1, places, channels], viewed: [places, channels])
    let token = variables(.classToken, [1, 1, channels], viewed: [1, channels])
    return [token.applying(.concatenate(axis: 0), [x]).zip(.add, embedding)]
  }
}

/// Attention of a row of places to itself, its three projections in one (kimm's `Attention`, as Dosovitskiy and
/// others 2020 have it).
///
/// Input and output `… × T × C`. Weights: kernel `C × 3C` and perhaps a bias, and those of the last projection.
public struct JointAttention: Layer {
  /// The number of channels of all heads together.
  public var length: Int
  /// The number of heads.
  public var heads: Int
  /// Whether the first projection has a bias.
  public var hasBias: Bool
  let name: String

  /// `Attention`.
  public var kerasClass: String { "Attention" }

  /// Adds the projections and the attention.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    let x = inputs[0]
    guard (2...3).contains(x.rank), x.extents[x.rank - 1] == length else {
      x.fail("attends within \(x.shape), not of \(length) channels")
      return [x]
    }
    let one = length / heads
    let joint = x.projected(
      variables.part(["qkv", "\(name)_qkv"]), inner: [length], outer: [3 * length],
      hasBias: hasBias)
    let free = Array(x.extents.dropLast())
    func third(_ place: Int) -> Signal {
      joint.sliced(joint.rank - 1, place * length, length).reshaped(free + [heads, one])
    }
    let attention = HeadedAttention(
      axes: [x.rank - 2], scale: 1 / Float(one).squareRoot(), masked: (-1e9, false))
    let result = attention(third(0), third(1), third(2), nil).result.reshaped(x.extents)
    return [
      result.projected(
        variables.part(["projection", "\(name)_proj"]), inner: [length], outer: [length],
        hasBias: true)
    ]
  }
}

/// Channels, or places along some axes, times a number that was learnt (kimm's `LayerScale`).
public struct AxisScale: Layer {
  /// The axes; negative ones count from the last, others from the batch, which is 0.
  public var axes: [Int]

  /// `LayerScale`.
  public var kerasClass: String { "LayerScale" }

  /// Adds the product.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    let x = inputs[0]
    guard let places = x.axes(axes), places == places.sorted() else { return [x] }
    let gamma = variables(
      .gamma, places.map { x.extents[$0] }, viewed: x.extents(kept: places))
    return [x.zip(.multiply, gamma)]
  }
}
