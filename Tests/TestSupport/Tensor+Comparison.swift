public import Tensors

/// Where two arrays differ most.
public struct WorstDifference: CustomStringConvertible {
  /// The largest absolute difference; infinite where either value is no number.
  public let difference: Float
  /// The largest absolute value of the expectation.
  public let largest: Float
  /// The position of the worst value in row-major order.
  public let index: Int

  /// The difference, its place and the scale of the values.
  public var description: String { "differs by \(difference) at \(index), values up to \(largest)" }
}

extension Tensor {
  /// Where this array is furthest from `expected`, which must have as many elements.
  public func worstDifference(from expected: Tensor) -> WorstDifference {
    precondition(values.count == expected.values.count, "\(shape) is not \(expected.shape)")
    var worst: Float = 0
    var index = 0
    var largest: Float = 0
    for (place, (value, wanted)) in zip(values, expected.values).enumerated() {
      let difference = abs(value - wanted)
      // A NaN would compare false and pass unseen.
      if !(difference <= worst) {
        (worst, index) = (difference.isNaN ? .infinity : difference, place)
      }
      largest = max(largest, abs(wanted))
    }
    return WorstDifference(difference: worst, largest: largest, index: index)
  }
}
