public import Tensors

/// What was kept of one layer's values.
public enum ActivationRecord: Sendable, Hashable {
  /// All of them, N·H·W·C or N·C.
  case whole(Tensor)
  /// Some of them, with the mean and the largest magnitude of all.
  case sampled(SampledActivation)

  /// The shape of all values.
  public var shape: Shape {
    switch self {
    case .whole(let tensor): tensor.shape
    case .sampled(let samples): samples.shape
    }
  }

  /// The same, reduced to samples.
  public var sampled: SampledActivation {
    switch self {
    case .whole(let tensor): SampledActivation(of: tensor)
    case .sampled(let samples): samples
    }
  }
}

/// A few values of a layer at fixed, scattered positions, and two figures over all of them.
///
/// It takes 256 bytes where the whole takes megabytes, and still moves with any fault that touches
/// more than a few values.
public struct SampledActivation: Sendable, Hashable {
  /// How many values are kept of each layer.
  public static let count = 64

  /// The shape of the whole.
  public let shape: Shape
  /// The values at ``positions(among:)``.
  public let values: [Float]
  /// The mean of all values.
  public let mean: Double
  /// The largest magnitude of all values.
  public let largest: Float

  init(shape: Shape, values: [Float], mean: Double, largest: Float) {
    self.shape = shape
    self.values = values
    self.mean = mean
    self.largest = largest
  }

  /// Keeps what there is to keep of `tensor`, whose first axis counts images.
  public init(of tensor: Tensor) {
    let count = tensor.values.count
    let values = tensor.values
    let sum = values.reduce(0.0) { $0 + Double($1) }
    self.init(
      shape: tensor.shape, values: Self.positions(among: count).map { values[$0] },
      mean: count > 0 ? sum / Double(count) : 0,
      // Not `max`, which may lose a NaN.
      largest: values.reduce(0) { $1.isNaN || abs($1) > $0 ? abs($1) : $0 })
  }

  /// The positions that are kept of `count` values: the first 64 numbers of SplitMix64 (Steele,
  /// Lea & Flood 2014) from the seed 0, modulo `count`.
  public static func positions(among count: Int) -> [Int] {
    guard count > 0 else { return [] }
    return (0..<UInt64(self.count)).map { index in
      var z = (index + 1) &* 0x9E37_79B9_7F4A_7C15
      z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
      return Int((z ^ z >> 31) % UInt64(count))
    }
  }
}
