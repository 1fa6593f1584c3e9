public import Tensors

/// What is computed: the closed list of what networks are made of.
///
/// Axes are those of one image: the batch is before them, implicit, and no primitive looks across it but
/// a batch normalisation that takes its statistics from the batch. Channels are the last axis of
/// `window`, `transposed` and `pool`; a layer for channels_first permutes.
public enum Primitive: Sendable, Hashable {
  /// What comes from outside.
  case input(Shape)
  /// Cross-correlation: x, kernel `k… × C/groups × F`, and perhaps a bias `F`; `H × W × C` to `H' × W' × F`.
  case window(Windows, groups: Int)
  /// The transpose of a convolution (`Conv2DTranspose`): x, kernel `k… × F × C`, perhaps a bias `F`. The
  /// padding is what is cut from the full result.
  case transposed(Windows)
  /// The largest of each window, or the mean; padding takes no part in either.
  case pool(Windows, Reduction)
  /// Sums of products along axes of both operands; perhaps a third, a bias of the last axis.
  case contract(Contraction)
  /// A function of each number.
  case map(Function)
  /// Arithmetic on two operands, of which axes of extent 1, and missing first axes, are repeated.
  case zip(Arithmetic)
  /// One number of all along some axes.
  case reduce(Reduction, axes: [Int], keepsAxes: Bool)
  /// Shares of 1 along some axes.
  case softmax(SoftmaxKind, axes: [Int])
  /// `(x − mean) / √(variance + epsilon)` by the moments of the numbers along some axes.
  case normalize(axes: [Int], Normalize)
  /// Of a condition and two more operands: the second where the first is not 0, else the third; all repeated as
  /// for `zip`.
  case select
  /// `gamma · (x − mean) / √(variance + epsilon) + beta` along an axis: x, mean, variance, and those of
  /// gamma and beta that there are.
  case batchNormalize(BatchNormalize)
  /// The same numbers in the same order under other extents.
  case reshape(Shape)
  /// The axes in another order: axis i of the result is axis `permutation[i]` of the operand.
  case permute([Int])
  /// Some of the places along each axis.
  case slice([Slice])
  /// Places around the numbers; negative edges are cut away.
  case pad([Edge], PadMode)
  /// The operands side by side along an axis.
  case concatenate(axis: Int)
  /// Other extents along one axis, by repeating or mixing.
  case resize(Resize)
  /// Places along an axis of the first operand, told by the numbers of the second, whose axes come where that
  /// one was; negative ones count from the end, and what lies outside gives no number (`keras.ops.take`).
  case gather(axis: Int)
}

/// The settings of a normalisation by the numbers' own moments, the variance biased.
public struct Normalize: Sendable, Hashable {
  /// ε, added to the variance.
  public var epsilon: Float
  /// Whether the mean is taken off; without that the variance is the mean of the squares (Zhang and Sennrich
  /// 2019, "Root Mean Square Layer Normalization").
  public var isCentered: Bool

  /// Creates the settings.
  public init(epsilon: Float, isCentered: Bool = true) {
    self.epsilon = epsilon
    self.isCentered = isCentered
  }
}

/// Which axes of two operands are multiplied and summed.
///
/// The result has the shared axes first, then those that are left of the first operand, then those of
/// the second.
public struct Contraction: Sendable, Hashable {
  /// The axes of the first operand that are summed over.
  public var left: [Int]
  /// Those of the second, in the same order.
  public var right: [Int]
  /// The axes of the first operand that both have, and that stay.
  public var sharedLeft: [Int]
  /// Those of the second.
  public var sharedRight: [Int]

  /// Creates a contraction of `left` with `right`.
  public init(_ left: [Int], _ right: [Int], shared: ([Int], [Int]) = ([], [])) {
    self.left = left
    self.right = right
    (sharedLeft, sharedRight) = shared
  }
}

/// The settings of a batch normalisation.
public struct BatchNormalize: Sendable, Hashable {
  /// The axis of the channels.
  public var axis: Int
  /// ε, added to the variance.
  public var epsilon: Float
  /// Whether a gamma is among the operands.
  public var hasScale: Bool
  /// Whether a beta is.
  public var hasCenter: Bool

  /// Creates the settings.
  public init(axis: Int, epsilon: Float, hasScale: Bool, hasCenter: Bool) {
    self.axis = axis
    self.epsilon = epsilon
    self.hasScale = hasScale
    self.hasCenter = hasCenter
  }
}

/// Some of the places along one axis: `count` of them, every `step`-th from `start` on.
public struct Slice: Sendable, Hashable {
  /// The first place.
  public var start: Int
  /// How many.
  public var count: Int
  /// The distance to the next one; negative ones go back.
  public var step: Int

  /// Creates a slice.
  public init(start: Int, count: Int, step: Int = 1) {
    self.start = start
    self.count = count
    self.step = step
  }
}

/// What lies around padded numbers.
public enum PadMode: Sendable, Hashable {
  /// The same number everywhere.
  case constant(Float)
  /// The numbers from the edge on, mirrored without the edge (`reflect`), or with it (`symmetric`).
  case reflect, symmetric
}
