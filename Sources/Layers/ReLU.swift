package import JSON
public import Networks
import Tensors

/// The rectified linear unit and its kin (Keras `ReLU`, `LeakyReLU`, `ThresholdedReLU`, `ELU`).
public struct ReLU: Layer {
  /// The class that Keras writes.
  public var kerasClass: String
  /// What it does to each number.
  public var function: Function

  /// Creates one; by default max(x, 0).
  public init(_ kerasClass: String = "ReLU", _ function: Function = .relu) {
    self.kerasClass = kerasClass
    self.function = function
  }

  /// Adds the function.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    [inputs[0].map(function)]
  }
}

/// A rectified linear unit with learned slopes (Keras `PReLU`).
///
/// Weights: alpha, of the input's extents, but 1 along the shared axes.
public struct PReLU: Layer {
  /// The axes along which slopes are shared, counted from 1.
  public var sharedAxes: [Int]

  /// `PReLU`.
  public var kerasClass: String { "PReLU" }

  /// Adds `max(x, 0) + alpha · min(x, 0)`.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    let x = inputs[0]
    guard let shared = x.axes(sharedAxes) else { return [x] }
    let extents = x.extents.enumerated().map { shared.contains($0) ? 1 : $1 }
    let negative = x.map(.clip(least: -.infinity, largest: 0))
    return [x.map(.relu).zip(.add, negative.zip(.multiply, variables(.alpha, extents)))]
  }
}

/// Shares along some axes (Keras `Softmax`).
public struct Softmax: Layer {
  /// The axes; negative ones count from the last, others from the batch, which is 0.
  public var axes: [Int]

  /// Creates a softmax.
  public init(axes: [Int] = [-1]) { self.axes = axes }

  /// `Softmax`.
  public var kerasClass: String { "Softmax" }

  /// Adds the softmax.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    guard let axes = inputs[0].axes(axes) else { return [inputs[0]] }
    return [inputs[0].applying(.softmax(.plain, axes: axes))]
  }
}

// How a config has them.
extension ReLU {
  init(relu settings: inout SettingsReader) throws(LayerError) {
    self.init(
      "ReLU",
      .relu(
        negativeSlope: try settings.number("negative_slope") ?? 0,
        largest: try settings.number("max_value") ?? .infinity,
        threshold: try settings.number("threshold") ?? 0))
  }

  init(leaky settings: inout SettingsReader) throws(LayerError) {
    let slope = try settings.number("negative_slope") ?? 0.3
    self.init(
      "LeakyReLU", .relu(negativeSlope: slope, largest: .infinity, threshold: 0))
  }

  init(thresholded settings: inout SettingsReader) throws(LayerError) {
    self.init("ThresholdedReLU", .threshold(try settings.number("theta") ?? 1, value: 0))
  }

  init(exponential settings: inout SettingsReader) throws(LayerError) {
    self.init("ELU", .elu(alpha: try settings.number("alpha") ?? 1))
  }
}

extension PReLU {
  init(_ settings: inout SettingsReader) throws(LayerError) {
    sharedAxes = try settings.integers("shared_axes") ?? []
  }
}

extension Softmax {
  init(_ settings: inout SettingsReader) throws(LayerError) {
    axes = try settings.integers("axis") ?? [-1]
  }
}

// How a config has them, the other way around.
extension ReLU: CommonLayer {
  package var settings: [String: JSONTree]? {
    switch (kerasClass, function) {
    case ("ReLU", .relu(let slope, let largest, let threshold)):
      [
        "negative_slope": .number(slope),
        "max_value": largest == .infinity ? .null : .number(largest),
        "threshold": .number(threshold),
      ]
    case ("ELU", .elu(let alpha)): ["alpha": .number(alpha)]
    // The generations differ in what they call the slope, or one has no such class.
    default: nil
    }
  }
}

extension PReLU: CommonLayer {
  package var settings: [String: JSONTree]? {
    ["shared_axes": sharedAxes.isEmpty ? .null : .integers(sharedAxes)]
  }
}

extension Softmax: CommonLayer {
  package var settings: [String: JSONTree]? {
    // Keras 3 drops several axes of an .h5.
    axes.count == 1 ? ["axis": .integer(axes[0])] : nil
  }
}
