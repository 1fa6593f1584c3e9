package import JSON
public import Networks
import Tensors

/// `gamma · (x − mean) / √(variance + epsilon) + beta` along one axis (Keras `BatchNormalization`; Ioffe & Szegedy
/// 2015).
///
/// Weights, each of one value a channel: gamma, beta, moving mean, moving variance.
public struct BatchNormalization: Layer {
  /// The axis of the channels; negative ones count from the last, others from the batch, which is 0.
  public var axis: Int
  /// ε, added to the variance.
  public var epsilon: Float
  /// Whether there is a gamma.
  public var hasScale: Bool
  /// Whether there is a beta.
  public var hasCenter: Bool

  /// Creates a batch normalisation.
  public init(
    axis: Int = -1, epsilon: Float = 1e-3, hasScale: Bool = true, hasCenter: Bool = true
  ) {
    self.axis = axis
    self.epsilon = epsilon
    self.hasScale = hasScale
    self.hasCenter = hasCenter
  }

  /// `BatchNormalization`.
  public var kerasClass: String { "BatchNormalization" }

  /// Adds the normalisation.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    let x = inputs[0]
    guard let axis = x.axis(axis) else { return [x] }
    let channels = [x.extents[axis]]
    let gamma = hasScale ? [variables(.gamma, channels)] : []
    let beta = hasCenter ? [variables(.beta, channels)] : []
    let statistics = [variables(.movingMean, channels), variables(.movingVariance, channels)]
    let norm = BatchNormalize(
      axis: axis, epsilon: epsilon, hasScale: hasScale, hasCenter: hasCenter)
    return [x.applying(.batchNormalize(norm), statistics + gamma + beta)]
  }
}

extension Signal {
  /// An axis as Keras counts, with the batch as 0, among those of one image; `nil`, and a failure, for none.
  func axis(_ axis: Int) -> Int? {
    let place = axis < 0 ? axis + rank : axis - 1
    guard extents.indices.contains(place) else {
      fail("axis \(axis) of \(shape)")
      return nil
    }
    return place
  }

  /// The same for several axes.
  func axes(_ axes: [Int]) -> [Int]? {
    let places = axes.compactMap(axis)
    return places.count == axes.count ? places : nil
  }
}

extension BatchNormalization {
  init(_ settings: inout SettingsReader) throws(LayerError) {
    // Renormalisation is a matter of training, and so is how statistics are gathered.
    settings.pass("renorm", "renorm_clipping", "renorm_momentum", "mode", "gamma_init", "beta_init")
    let axes = try settings.integers("axis") ?? [-1]
    guard axes.count == 1 else { throw LayerError("has axis \(axes)") }
    self.init(
      axis: axes[0], epsilon: try settings.number("epsilon") ?? 1e-3,
      hasScale: try settings.truth("scale") ?? true,
      hasCenter: try settings.truth("center") ?? true)
  }
}

extension BatchNormalization: CommonLayer {
  package var settings: [String: JSONTree]? {
    [
      "axis": .integer(axis), "epsilon": .number(epsilon), "scale": .truth(hasScale),
      "center": .truth(hasCenter),
    ]
  }
}
