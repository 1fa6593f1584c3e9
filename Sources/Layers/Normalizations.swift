package import JSON
public import Networks
import Tensors

/// `gamma · (x − mean) / √(variance + epsilon) + beta` by the moments along some axes of each image (Keras
/// `LayerNormalization`; Ba and others 2016).
///
/// Weights of the extents of these axes: gamma, beta. With RMS scaling the mean is not taken off x, though the
/// variance has it taken off, and there is no beta.
public struct LayerNormalization: Layer {
  /// The axes; negative ones count from the last, others from the batch, which is 0.
  public var axes: [Int]
  /// ε, added to the variance.
  public var epsilon: Float
  /// Whether there is a gamma.
  public var hasScale: Bool
  /// Whether there is a beta.
  public var hasCenter: Bool
  /// Whether x is only divided.
  public var isRMSScaling: Bool

  /// `LayerNormalization`.
  public var kerasClass: String { "LayerNormalization" }

  /// Adds the normalisation.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    let x = inputs[0]
    guard let places = x.axes(axes)?.sorted() else { return [x] }
    let own = places.map { x.extents[$0] }
    let along = x.extents(kept: places)
    var normal: Signal
    if isRMSScaling {
      let deviations = x.zip(.subtract, x.reduced(.mean, places))
      let variance = deviations.map(.square).reduced(.mean, places)
      normal = x.zip(
        .multiply, variance.map(.affine(scale: 1, offset: epsilon)).map(.reciprocalSqrt))
    } else {
      normal = x.applying(.normalize(axes: places, Normalize(epsilon: epsilon)))
    }
    if hasScale { normal = normal.zip(.multiply, variables(.gamma, own, viewed: along)) }
    if hasCenter { normal = normal.zip(.add, variables(.beta, own, viewed: along)) }
    return [normal]
  }
}

/// Normalisation by the moments of groups of channels over all other axes of an image (Keras
/// `GroupNormalization`; Wu & He 2018).
///
/// Weights of one value a channel: gamma, beta.
public struct GroupNormalization: Layer {
  /// How many groups; −1 for one a channel.
  public var groups: Int
  /// The axis of the channels; negative ones count from the last, others from the batch, which is 0.
  public var axis: Int
  /// ε, added to the variance.
  public var epsilon: Float
  /// Whether there is a gamma.
  public var hasScale: Bool
  /// Whether there is a beta.
  public var hasCenter: Bool

  /// `GroupNormalization`.
  public var kerasClass: String { "GroupNormalization" }

  /// Adds the normalisation.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    let x = inputs[0]
    guard let axis = x.axis(axis) else { return [x] }
    let channels = x.extents[axis]
    let groups = groups == -1 ? channels : groups
    guard groups > 0, channels % groups == 0 else {
      x.fail("\(channels) channels do not fall into \(groups) groups")
      return [x]
    }
    var grouped = x.extents
    grouped.replaceSubrange(axis...axis, with: [groups, channels / groups])
    let others = grouped.indices.filter { $0 != axis }
    let normal = x.reshaped(grouped)
      .applying(.normalize(axes: Array(others), Normalize(epsilon: epsilon)))
    var result = normal.reshaped(x.extents)
    let along = x.extents(kept: [axis])
    if hasScale { result = result.zip(.multiply, variables(.gamma, [channels], viewed: along)) }
    if hasCenter { result = result.zip(.add, variables(.beta, [channels], viewed: along)) }
    return [result]
  }
}

/// `x / √(mean of x² + epsilon) · scale` along some axes (Keras `RMSNormalization`; Zhang & Sennrich 2019).
///
/// Weight: scale, of the extents of these axes.
public struct RMSNormalization: Layer {
  /// The axes; negative ones count from the last, others from the batch, which is 0.
  public var axes: [Int]
  /// ε, added to the mean of the squares.
  public var epsilon: Float

  /// `RMSNormalization`.
  public var kerasClass: String { "RMSNormalization" }

  /// Adds the normalisation.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    let x = inputs[0]
    guard let places = x.axes(axes)?.sorted() else { return [x] }
    let scale = variables(
      .scale, places.map { x.extents[$0] }, viewed: x.extents(kept: places))
    let settings = Normalize(epsilon: epsilon, isCentered: false)
    return [x.applying(.normalize(axes: places, settings)).zip(.multiply, scale)]
  }
}

extension Signal {
  /// The extents, with 1 along all axes but some.
  func extents(kept axes: [Int]) -> [Int] {
    extents.indices.map { axes.contains($0) ? extents[$0] : 1 }
  }

  /// One number of all along some axes, which stay with an extent of 1.
  func reduced(_ reduction: Reduction, _ axes: [Int]) -> Signal {
    applying(.reduce(reduction, axes: axes, keepsAxes: true))
  }
}

// How a config has them.
extension LayerNormalization {
  init(_ settings: inout SettingsReader) throws(LayerError) {
    axes = try settings.integers("axis") ?? [-1]
    epsilon = try settings.number("epsilon") ?? 1e-3
    isRMSScaling = try settings.truth("rms_scaling") ?? false
    let (scale, center) = (try settings.truth("scale"), try settings.truth("center"))
    // RMS scaling has a gamma, and no beta, whatever else is said.
    hasScale = isRMSScaling || scale ?? true
    hasCenter = !isRMSScaling && center ?? true
  }
}

extension GroupNormalization {
  init(_ settings: inout SettingsReader) throws(LayerError) {
    groups = try settings.integer("groups") ?? 32
    axis = try settings.integer("axis") ?? -1
    epsilon = try settings.number("epsilon") ?? 1e-3
    hasScale = try settings.truth("scale") ?? true
    hasCenter = try settings.truth("center") ?? true
  }
}

extension RMSNormalization {
  init(_ settings: inout SettingsReader) throws(LayerError) {
    axes = try settings.integers("axis") ?? [-1]
    epsilon = try settings.number("epsilon") ?? 1e-6
  }
}

// How a config has them, the other way around.
extension LayerNormalization: CommonLayer {
  package var settings: [String: JSONTree]? {
    // Keras 2 has no RMS scaling.
    guard !isRMSScaling else { return nil }
    return [
      "axis": axes.setting, "epsilon": .number(epsilon), "scale": .truth(hasScale),
      "center": .truth(hasCenter),
    ]
  }
}

extension GroupNormalization: CommonLayer {
  package var settings: [String: JSONTree]? {
    [
      "groups": .integer(groups), "axis": .integer(axis), "epsilon": .number(epsilon),
      "scale": .truth(hasScale), "center": .truth(hasCenter),
    ]
  }
}
