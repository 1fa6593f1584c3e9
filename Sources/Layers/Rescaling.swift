package import JSON
public import Networks
public import Tensors

/// `x · scale + offset` (Keras `Rescaling`), numbers or one of each for every place of the last axis.
public struct Rescaling: Layer {
  /// What x is multiplied with.
  public var scale: Tensor
  /// What is added.
  public var offset: Tensor

  /// Creates a rescaling.
  public init(scale: Tensor, offset: Tensor) {
    self.scale = scale
    self.offset = offset
  }

  /// Creates a rescaling of all numbers alike.
  public init(scale: Float, offset: Float = 0) {
    self.init(
      scale: Tensor(shape: [], values: [scale]), offset: Tensor(shape: [], values: [offset]))
  }

  /// `Rescaling`.
  public var kerasClass: String { "Rescaling" }

  /// Adds the product and the sum.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    let x = inputs[0]
    if scale.values.count == 1, offset.values.count == 1 {
      return [x.map(.affine(scale: scale.values[0], offset: offset.values[0]))]
    }
    return [x.zip(.multiply, x.constant(scale)).zip(.add, x.constant(offset))]
  }
}

extension Rescaling {
  init(_ settings: inout SettingsReader) throws(LayerError) {
    guard let scale = try settings.array("scale") else { throw LayerError("has no scale") }
    self.scale = scale
    offset = try settings.array("offset") ?? Tensor(shape: [], values: [0])
  }
}

/// `(x − mean) / max(√variance, 1e-7)` along some axes (Keras `Normalization`).
///
/// Mean and variance stand in the config, or are variables of the extents of these axes.
public struct Normalization: Layer {
  /// The axes along which they differ; negative ones count from the last, others from the batch, which is 0.
  public var axes: [Int]
  /// The mean in the config, if it is there.
  public var mean: Tensor?
  /// The variance in the config, if it is there.
  public var variance: Tensor?
  /// Whether it is undone: `x · √variance + mean`.
  public var isInverse: Bool

  /// Creates a normalisation; without mean and variance they are weights.
  public init(
    axes: [Int] = [-1], mean: Tensor? = nil, variance: Tensor? = nil, isInverse: Bool = false
  ) {
    self.axes = axes
    self.mean = mean
    self.variance = variance
    self.isInverse = isInverse
  }

  /// `Normalization`.
  public var kerasClass: String { "Normalization" }

  /// Adds the normalisation.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    let x = inputs[0]
    guard let places = x.axes(axes) else { return [x] }
    let along = x.extents.indices.map { places.contains($0) ? x.extents[$0] : 1 }
    let own = places.sorted().map { x.extents[$0] }
    func statistic(_ constant: Tensor?, _ role: VariableRole) -> Signal {
      guard let constant else { return variables(role, own, viewed: along) }
      // Of one number, or of the extents of these axes under any shape that says so.
      if constant.values.count == 1 {
        return x.constant(Tensor(shape: [], values: constant.values))
      }
      guard constant.values.count == own.reduce(1, *) else {
        x.fail("a \(role.rawValue) of \(constant.shape) for \(x.shape)")
        return x
      }
      return x.constant(Tensor(shape: Shape(along), values: constant.values))
    }
    let mean = statistic(self.mean, .mean)
    let variance = statistic(self.variance, .variance)
    if self.mean == nil { _ = variables(.count, []) }
    let deviation = variance.map(.sqrt)
    if isInverse { return [x.zip(.multiply, deviation).zip(.add, mean)] }
    let divisor = deviation.map(.clip(least: 1e-7, largest: .infinity))
    return [x.zip(.subtract, mean).zip(.divide, divisor)]
  }
}

extension Normalization {
  init(_ settings: inout SettingsReader) throws(LayerError) {
    let axis = settings.value("axis")
    axes = axis == nil ? [] : try settings.integers("axis") ?? []
    mean = try settings.array("mean")
    variance = try settings.array("variance")
    guard (mean == nil) == (variance == nil) else {
      throw LayerError("has only one of mean and variance")
    }
    isInverse = try settings.truth("invert") ?? false
  }
}

/// Each channel of an image stretched to the whole range (Keras `AutoContrast`, which works in use too).
public struct AutoContrast: Layer {
  /// The least and the largest value that the images may have.
  public var bounds: [Float]

  /// `AutoContrast`.
  public var kerasClass: String { "AutoContrast" }

  /// Adds the stretch; a channel of one value stays as it is.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    let x = inputs[0]
    guard x.rank == 3 else {
      x.fail("stretches \(x.shape), which is no image")
      return [x]
    }
    // As Keras does it, by way of 0 to 255.
    let scale = 255 / (bounds[1] - bounds[0])
    let bytes = x.map(.affine(scale: scale, offset: -bounds[0] * scale))
    let least = bytes.reduced(.least, [0, 1])
    let whole = bytes.reduced(.largest, [0, 1]).zip(.subtract, least)
    let stretch = whole.map(.reciprocal).map(.affine(scale: 255, offset: 0))
    let result = bytes.zip(.subtract, least).zip(.multiply, stretch)
      .map(.clip(least: 0, largest: 255)).map(.affine(scale: 1 / scale, offset: bounds[0]))
    return [whole.zip(.equal, whole.single(0)).applying(.select, [x, result])]
  }

  init(_ settings: inout SettingsReader) throws(LayerError) {
    let range = try settings.array("value_range")?.values ?? [0, 255]
    guard range.count == 2, range[0] < range[1] else {
      throw LayerError("has value_range \(range)")
    }
    // Keras takes the axes of channels last, whatever the format.
    settings.pass("data_format", "auto_vectorize", "bounding_box_format")
    bounds = range
  }
}

// How a config has them, the other way around.
extension Rescaling: CommonLayer {
  package var settings: [String: JSONTree]? {
    ["scale": scale.setting, "offset": offset.setting]
  }
}

extension Normalization: CommonLayer {
  package var settings: [String: JSONTree]? {
    [
      // Without an axis there is one mean for all.
      "axis": axes.isEmpty ? .null : .integers(axes), "mean": mean?.setting ?? .null,
      "variance": variance?.setting ?? .null, "invert": .truth(isInverse),
    ]
  }
}
