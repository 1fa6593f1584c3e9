public import Networks
import Tensors

// Layers of kecam (keras_cv_attention_models 1.4, MIT licence), which its configs name with a package: `resmlp>ChannelAffine`.

/// Each channel, or each place along some axes, times a weight, plus a bias (kecam's `ChannelAffine`; `BiasLayer` with
/// a bias alone; `ExpLogitScale` with the power of a weight that is kept small).
public struct ChannelAffine: Layer {
  /// What is made of the weight.
  public enum Weight: Sendable, Hashable {
    /// None.
    case none
    /// It is the factor.
    case factor
    /// The factor is its power, and it counts as no more than this.
    case power(most: Float)
  }

  /// The class that kecam writes.
  public var kerasClass: String
  /// The axes along which weights differ; negative ones count from the last, others from the batch, which is 0.
  public var axes: [Int]
  /// What is made of the weight.
  public var weight: Weight
  /// Whether there is a bias.
  public var hasBias: Bool
  /// Whether weights along other axes than the last have an axis for the batch.
  var countsBatch: Bool

  /// Adds the product and the sum.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    let x = inputs[0]
    guard let places = x.axes(axes) else { return [x] }
    let along = x.extents(kept: places)
    let isLast = places == [x.rank - 1]
    let shape = isLast ? [x.extents[x.rank - 1]] : (countsBatch ? [1] : []) + along
    var result = x
    switch weight {
    case .none: break
    case .factor: result = result.zip(.multiply, variables(.weight, shape, viewed: along))
    case .power(let most):
      let scale = variables(.gamma, shape, viewed: along)
        .map(.clip(least: -.infinity, largest: most)).map(.exp)
      result = result.zip(.multiply, scale)
    }
    return [hasBias ? result.zip(.add, variables(.bias, shape, viewed: along)) : result]
  }
}

/// All values times one number that was learnt, plus perhaps another (kecam's `ZeroInitGain`, kimm's
/// `LearnableAffine`).
public struct LearntAffine: Layer {
  /// The class that a config has.
  public var kerasClass: String
  /// Whether there is a bias.
  public var hasBias: Bool

  /// Adds the product and the sum.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    let role: VariableRole = kerasClass == "ZeroInitGain" ? .gain : .scale
    let product = inputs[0].zip(.multiply, variables(role, []))
    return [hasBias ? product.zip(.add, variables(.bias, [])) : product]
  }
}

/// What is added at each place (kecam's `PositionalEmbedding`): weight of the input's extents, behind an axis of 1.
public struct PositionalEmbedding: Layer {
  /// `PositionalEmbedding`.
  public var kerasClass: String { "PositionalEmbedding" }

  /// Adds the sum.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    let x = inputs[0]
    return [
      x.zip(.add, variables(.positionalEmbedding, [1] + x.extents, viewed: x.extents))
    ]
  }
}

/// Tokens before a row of patches, or behind it (kecam's `ClassToken`): `T × C` to `(T + tokens) × C`.
public struct ClassToken: Layer {
  /// How many tokens.
  public var count: Int
  /// Whether they stand behind.
  public var isAtEnd: Bool

  /// `ClassToken`.
  public var kerasClass: String { "ClassToken" }

  /// Adds the tokens, the same ones to each image.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    let x = inputs[0]
    guard x.rank == 2 else {
      x.fail("puts tokens beside \(x.shape)")
      return [x]
    }
    let tokens = variables(
      .tokens, [1, count, x.extents[1]], viewed: [count, x.extents[1]])
    return [
      isAtEnd
        ? x.applying(.concatenate(axis: 0), [tokens])
        : tokens.applying(.concatenate(axis: 0), [x])
    ]
  }
}

/// What windows read, with as many zeros around the map as half a window (kecam's `CompatibleExtractPatches`).
///
/// Input `H × W × C`, output `H' × W' × k·k·C`, or with the window's axes apart.
public struct PaddedPatches: Layer {
  /// The extent of a window.
  public var size: Int
  /// The steps between windows.
  public var stride: Int
  /// The steps between the places of a window, for rows and columns.
  public var dilation: [Int]
  /// Whether zeros lie around the map.
  public var isPadded: Bool
  /// Whether all numbers of a window lie on one axis.
  public var isCompressed: Bool

  /// `CompatibleExtractPatches`.
  public var kerasClass: String { "CompatibleExtractPatches" }

  /// Adds the windows.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    let edge = Edge(before: isPadded ? size / 2 : 0, after: isPadded ? size / 2 : 0)
    let windows = Windows(
      [size, size], strides: [stride, stride], dilation: dilation, padding: [edge, edge])
    let patches = inputs[0].patches(windows)
    guard patches.rank == 4 else { return [inputs[0]] }
    let (rows, columns, channels) = (patches.extents[0], patches.extents[1], patches.extents[3])
    return [
      patches.reshaped(
        isCompressed
          ? [rows, columns, size * size * channels] : [rows, columns, size, size, channels])
    ]
  }
}
