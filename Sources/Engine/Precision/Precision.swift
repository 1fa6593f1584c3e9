public import Networks

/// The numbers in which a plan computes its convolutions.
public enum Precision: Sendable, Hashable {
  /// float32 throughout.
  case float32
  /// Products of bfloat16, sums in float32, and maps of either. Needs a processor with AVX512_BF16.
  case bfloat16
  /// What convolutions read in 8 bits, unsigned, one scale a map; kernels in 8 bits, one scale a
  /// filter; exact sums. What shortcuts carry is bfloat16, also where 1×1 convolutions of inverted residuals read it.
  /// The calibration has the maps' ranges.
  case int8(Calibration)

  /// The images of a call, up to which more of them are quicker.
  ///
  /// In float32 the maps of more than two leave the caches. Where products are quicker, or there are many weights for
  /// what is multiplied with each, as in dense layers and in squeeze-and-excitation, kernels would be read too often
  /// for so few.
  public func imagesPerCall(of graph: Graph) -> Int {
    let weights = graph.parameterCount
    let isHeavy = weights > 64 << 20 || weights * 80 > graph.multiplyAccumulates
    return self == .float32 && !isHeavy ? 2 : 4
  }

  /// `f32`, `bf16`, `int8`.
  public var name: String {
    switch self {
    case .float32: "f32"
    case .bfloat16: "bf16"
    case .int8: "int8"
    }
  }
}
