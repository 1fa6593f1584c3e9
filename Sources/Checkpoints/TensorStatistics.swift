package import Tensors

/// What can be said of a tensor's values in a line.
package struct TensorStatistics: Sendable, Hashable {
  /// The smallest finite value; 0 if there is none.
  package private(set) var minimum: Float = 0
  /// The largest finite value; 0 if there is none.
  package private(set) var maximum: Float = 0
  /// The mean of the finite values.
  package private(set) var mean = 0.0
  /// The standard deviation of the finite values, biased.
  package private(set) var deviation = 0.0
  /// How many values are exactly zero.
  package private(set) var zeroCount = 0
  /// How many values are infinite or no number.
  package private(set) var nonFiniteCount = 0

  /// Looks at all values of `tensor`.
  package init(_ tensor: Tensor) {
    var finite = 0
    var sum = 0.0
    for value in tensor.values {
      guard value.isFinite else {
        nonFiniteCount += 1
        continue
      }
      minimum = finite == 0 ? value : min(minimum, value)
      maximum = finite == 0 ? value : max(maximum, value)
      if value == 0 { zeroCount += 1 }
      finite += 1
      sum += Double(value)
    }
    guard finite > 0 else { return }
    mean = sum / Double(finite)
    var squares = 0.0
    for value in tensor.values where value.isFinite {
      squares += (Double(value) - mean) * (Double(value) - mean)
    }
    deviation = (squares / Double(finite)).squareRoot()
  }
}

/// How far two tensors of one shape lie apart.
package struct TensorDifference: Sendable, Hashable {
  /// How many elements are not equal; two values that are no number count as equal.
  package private(set) var count = 0
  /// The largest absolute difference; infinite where only one value is finite.
  package private(set) var largest: Float = 0
  /// The largest absolute value of the first tensor.
  package private(set) var scale: Float = 0

  /// Compares two tensors of one shape.
  package init(_ left: Tensor, _ right: Tensor) {
    precondition(left.shape == right.shape, "\(left.shape) is not \(right.shape)")
    for (left, right) in zip(left.values, right.values) {
      scale = max(scale, left.isFinite ? abs(left) : 0)
      if left == right || (left.isNaN && right.isNaN) { continue }
      count += 1
      let difference = abs(left - right)
      largest = max(largest, difference.isFinite ? difference : .infinity)
    }
  }
}
