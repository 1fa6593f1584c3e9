public import Tensors

/// Weights that a hash of their name yields, the same here as in `Tools/fixtures/formula.py`.
///
/// They let full-size networks be compared with Keras without files of a hundred megabytes.
public enum HashedWeights {
  /// The values of the weight `role` of the Keras layer `layer`, in row-major order.
  ///
  /// `deviation` scales gamma, and the moving variance by its square, so that variances are small
  /// and a wrong ε shows; `gain` scales the kernels.
  public static func values(
    layer: String, role: String, shape: Shape, deviation: Double = 1, gain: Double = 0.6
  ) -> [Float] {
    let uniform = Uniform(key: "\(layer)/\(role)")
    let count = shape.elementCount
    switch role {
    case "kernel":
      let fanIn = shape.dimensions.dropLast().reduce(1, *)
      let limit = gain * (6 / Double(fanIn)).squareRoot()
      return uniform.values(count) { (2 * $0 - 1) * limit }
    case "bias": return uniform.values(count) { (2 * $0 - 1) * 0.1 }
    case "gamma": return uniform.values(count) { (0.5 + $0) * deviation }
    case "moving_variance":
      return uniform.values(count) { (0.5 + $0) * (deviation * deviation) }
    case "beta", "moving_mean": return uniform.values(count) { (2 * $0 - 1) * 0.2 }
    default: preconditionFailure("there is no formula for \(role)")
    }
  }

  /// A batch of `count` images of `image`, uniform in −1 … 1, channels_last.
  public static func images(_ image: ImageShape, count: Int) -> Tensor {
    let key = "input/\(image.height)x\(image.width)x\(image.channels)"
    let shape = DataFormat.channelsLast.shape(of: image, count: count)
    return Tensor(
      shape: shape, values: Uniform(key: key).values(shape.elementCount) { 2 * $0 - 1 })
  }

  /// Uniform numbers in 0 ..< 1: splitmix64 of a counter that starts at the key's FNV-1a hash.
  private struct Uniform {
    let seed: UInt64

    init(key: String) {
      seed = key.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }

    func values(_ count: Int, _ map: (Double) -> Double) -> [Float] {
      var state = seed
      return (0..<count).map { _ in
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        z ^= z >> 31
        return Float(map(Double(z >> 40) / Double(1 << 24)))
      }
    }
  }
}
