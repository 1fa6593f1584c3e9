/// The extents of an array, outermost first, in elements.
///
/// A Keras convolution kernel of 3 × 3 from 64 to 128 channels is `[3, 3, 64, 128]` (H·W·I·O).
public struct Shape: Sendable, Hashable {
  /// The extents, outermost first.
  public let dimensions: [Int]

  /// Creates a shape from its extents, outermost first; none may be negative.
  public init(_ dimensions: [Int]) {
    precondition(dimensions.allSatisfy { $0 >= 0 }, "negative extent in \(dimensions)")
    self.dimensions = dimensions
  }

  /// The number of axes; 0 for a scalar.
  public var rank: Int { dimensions.count }

  /// The product of all extents; 1 for a scalar.
  public var elementCount: Int { dimensions.reduce(1, *) }

  /// The extent of one axis, counted from the outermost.
  public subscript(axis: Int) -> Int { dimensions[axis] }
}

extension Shape: ExpressibleByArrayLiteral {
  /// Creates a shape from its extents, outermost first.
  public init(arrayLiteral elements: Int...) { self.init(elements) }
}

extension Shape: CustomStringConvertible {
  /// The extents as people write them, `3×3×64×128`; `scalar` without any axis.
  public var description: String {
    dimensions.isEmpty ? "scalar" : dimensions.map(String.init).joined(separator: "×")
  }
}
