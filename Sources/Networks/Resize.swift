import Foundation

/// Other extents along one axis.
///
/// Place i of the result stands at `(i + ½) · length / size − ½` of the operand (Keras `Resizing`, half-pixel
/// centres, no antialiasing).
public struct Resize: Sendable, Hashable {
  /// How values between the places are made.
  public enum Method: String, Sendable, Hashable, CaseIterable {
    /// The value at ⌊(i + ½) · length / size⌋.
    case nearest
    /// Of the two nearest, by distance; beyond the edge the edge's.
    case bilinear
    /// Of the four nearest (Keys 1981, a = −½), their weights from TensorFlow's table of 1024 steps and
    /// made to sum to 1 over those that lie inside.
    case bicubic
    /// Of the six or ten nearest, weights of those inside made to sum to 1.
    case lanczos3, lanczos5
  }

  /// The axis.
  public var axis: Int
  /// The places of the result.
  public var size: Int
  /// How values are made.
  public var method: Method

  /// Creates a resize of one axis.
  public init(axis: Int, size: Int, method: Method) {
    self.axis = axis
    self.size = size
    self.method = method
  }

  /// Which places of `length` each place of the result is a weighted sum of; all have equally many.
  package func taps(of length: Int) -> (count: Int, indices: [Int32], weights: [Float]) {
    let scale = Double(length) / Double(size)
    var indices: [Int32] = []
    var weights: [Float] = []
    let count = method.reach == 0 ? 1 : 2 * method.reach
    for place in 0..<size {
      if method == .nearest {
        indices.append(Int32(min(Int(((Double(place) + 0.5) * scale).rounded(.down)), length - 1)))
        weights.append(1)
        continue
      }
      // TensorFlow and JAX compute the position in float32.
      let position = (Float(place) + 0.5) * Float(scale) - 0.5
      let first = Int(position.rounded(.down)) - method.reach + 1
      var found = (first..<first + count).map { index -> (index: Int, weight: Double) in
        let isInside = (0..<length).contains(index)
        let weight = method.weight(Double(position) - Double(index))
        return (min(max(index, 0), length - 1), isInside || method == .bilinear ? weight : 0)
      }
      let sum = found.reduce(0) { $0 + $1.weight }
      if method != .bilinear, sum != 0 { for k in found.indices { found[k].weight /= sum } }
      indices += found.map { Int32($0.index) }
      weights += found.map { Float($0.weight) }
    }
    return (count, indices, weights)
  }
}

extension Resize.Method {
  /// How many places on each side take part.
  fileprivate var reach: Int {
    switch self {
    case .nearest: 0
    case .bilinear: 1
    case .bicubic: 2
    case .lanczos3: 3
    case .lanczos5: 5
    }
  }

  /// The weight of a place at the distance `x`.
  fileprivate func weight(_ x: Double) -> Double {
    let distance = abs(x)
    switch self {
    case .nearest: return 1
    case .bilinear: return max(0, 1 - distance)
    case .bicubic:
      let t = (distance * 1024).rounded() / 1024
      if t <= 1 { return (1.5 * t - 2.5) * t * t + 1 }
      return t < 2 ? ((-0.5 * t + 2.5) * t - 4) * t + 2 : 0
    case .lanczos3, .lanczos5:
      let radius = Double(reach)
      guard distance < radius else { return 0 }
      guard distance > 1e-6 else { return 1 }
      let angle = Double.pi * distance
      return radius * sin(angle) * sin(angle / radius) / (angle * angle)
    }
  }
}
