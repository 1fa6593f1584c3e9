package import JSON
public import Networks
import Tensors

/// Several arrays in one, number by number (Keras `Add`, `Subtract`, `Multiply`, `Average`, `Maximum`, `Minimum`).
///
/// An array of fewer axes gains axes of 1 after the batch, as Keras's layers have it; axes of 1 are repeated.
public struct Merging: Layer {
  /// What is made of two numbers.
  public var arithmetic: Arithmetic
  /// Whether the result is divided by how many there are.
  public var averages: Bool

  /// Creates a merging; by default a sum.
  public init(_ arithmetic: Arithmetic = .add, averages: Bool = false) {
    self.arithmetic = arithmetic
    self.averages = averages
  }

  /// `Add` and so on.
  public var kerasClass: String {
    if averages { return "Average" }
    return arithmetic.rawValue.prefix(1).uppercased() + arithmetic.rawValue.dropFirst()
  }

  /// Adds the operations, from the first array on.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    if arithmetic == .subtract, inputs.count != 2 {
      inputs[0].fail("reads \(inputs.count) arrays, not 2")
    }
    let rank = inputs.map(\.rank).max() ?? 0
    // Of unequal ranks the batch lies first in all, and what follows it is on the right.
    let aligned = inputs.map {
      $0.reshaped(Array(repeating: 1, count: rank - $0.rank) + $0.extents)
    }
    let result = aligned.dropFirst().reduce(aligned[0]) { $0.zip(arithmetic, $1) }
    guard averages else { return [result] }
    return [result.map(.affine(scale: 1 / Float(inputs.count), offset: 0))]
  }
}

/// Arrays side by side along an axis (Keras `Concatenate`).
public struct Concatenate: Layer {
  /// The axis; negative ones count from the last, others from the batch, which is 0.
  public var axis: Int

  /// Creates a concatenation.
  public init(axis: Int = -1) { self.axis = axis }

  /// `Concatenate`.
  public var kerasClass: String { "Concatenate" }

  /// Adds the concatenation.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    guard let axis = inputs[0].axis(axis) else { return [inputs[0]] }
    guard inputs.count > 1 else { return [inputs[0]] }
    return [inputs[0].applying(.concatenate(axis: axis), Array(inputs.dropFirst()))]
  }
}

/// Sums of products along an axis of each of two arrays (Keras `Dot`).
public struct Dot: Layer {
  /// The axis of the first and of the second; the batch is 0.
  public var axes: [Int]
  /// Whether both are first divided by their length along that axis.
  public var normalizes: Bool

  /// `Dot`.
  public var kerasClass: String { "Dot" }

  /// Adds the product.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    guard inputs.count == 2, axes.count == 2, let left = inputs[0].axis(axes[0]),
      let right = inputs[1].axis(axes[1])
    else {
      inputs[0].fail("multiplies \(inputs.count) arrays along \(axes)")
      return [inputs[0]]
    }
    let (a, b) =
      normalizes
      ? (inputs[0].unitLength(along: [left]), inputs[1].unitLength(along: [right]))
      : (inputs[0], inputs[1])
    let product = a.applying(.contract(Contraction([left], [right])), [b])
    // Keras leaves no array without an axis.
    return [product.rank == 0 ? product.reshaped([1]) : product]
  }
}

/// Each row along some axes over its length (Keras `UnitNormalization`).
public struct UnitNormalization: Layer {
  /// The axes; negative ones count from the last, others from the batch, which is 0.
  public var axes: [Int]

  /// `UnitNormalization`.
  public var kerasClass: String { "UnitNormalization" }

  /// Adds the division.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    guard let axes = inputs[0].axes(axes) else { return [inputs[0]] }
    return [inputs[0].unitLength(along: axes)]
  }
}

extension UnitNormalization {
  init(_ settings: inout SettingsReader) throws(LayerError) {
    axes = try settings.integers("axis") ?? [-1]
  }
}

extension Signal {
  /// Each row along some axes over its length, whose square is at least the given number.
  func unitLength(along axes: [Int], leastSquare: Float = 1e-12) -> Signal {
    let squares = map(.square).applying(.reduce(.sum, axes: axes, keepsAxes: true))
    return zip(
      .multiply,
      squares.map(.clip(least: leastSquare, largest: .infinity)).map(.reciprocalSqrt))
  }
}

// How a config has them.
extension Merging {
  /// Keras 1's `Merge`, of several kinds.
  static func reading(older settings: inout SettingsReader) throws(LayerError) -> any Layer {
    settings.pass(
      "layers", "node_indices", "tensor_indices", "dot_axes", "output_shape",
      "output_shape_type", "mode_type", "arguments", "output_mask", "output_mask_type")
    switch try settings.text("mode") ?? "sum" {
    case "sum": return Merging(.add)
    case "mul": return Merging(.multiply)
    case "ave": return Merging(.add, averages: true)
    case "max": return Merging(.maximum)
    case "concat": return Concatenate(axis: try settings.integer("concat_axis") ?? -1)
    case let mode: throw LayerError("has mode \(mode.debugDescription)")
    }
  }
}

extension Dot {
  init(_ settings: inout SettingsReader) throws(LayerError) {
    guard let axes = try settings.integers("axes"), (1...2).contains(axes.count) else {
      throw LayerError("has no axes")
    }
    self.axes = axes.count == 1 ? [axes[0], axes[0]] : axes
    normalizes = try settings.truth("normalize") ?? false
  }
}

// How a config has them, the other way around.
extension Merging: CommonLayer {
  package var settings: [String: JSONTree]? {
    let classes = ["Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"]
    return classes.contains(kerasClass) ? [:] : nil
  }
}

extension Concatenate: CommonLayer {
  package var settings: [String: JSONTree]? { ["axis": .integer(axis)] }
}

extension Dot: CommonLayer {
  package var settings: [String: JSONTree]? {
    ["axes": .integers(axes), "normalize": .truth(normalizes)]
  }
}

extension UnitNormalization: CommonLayer {
  package var settings: [String: JSONTree]? { ["axis": .integers(axes)] }
}
