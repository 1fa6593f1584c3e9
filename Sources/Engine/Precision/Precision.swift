public import Networks
import Tensors

/// The numbers in which a plan computes its convolutions.
public enum Precision: Sendable, Hashable {
  /// float32 throughout.
  case float32
  /// Products of bfloat16, sums in float32, and maps of either. Needs a processor with AVX512_BF16.
  case bfloat16
  /// What convolutions read in 8 bits, unsigned, one scale a map; kernels in 8 bits, one scale a
  /// filter; exact sums. Dense layers are bfloat16, and what shortcuts carry is so or wider. The calibration has the
  /// maps' ranges.
  case int8(Calibration)

  /// The images of a call, up to which more of them are quicker.
  ///
  /// In float32 the maps of more than two leave the caches. Where products are quicker, or there are many weights for
  /// what is multiplied with each, as in dense layers and in squeeze-and-excitation, kernels would be read too often
  /// for so few. But maps that are laid side by side are read by one layer after the other: where products are quick
  /// and kernels few, it is the maps that would be fetched too often.
  public func imagesPerCall(of graph: Graph) -> Int {
    let weights = graph.parameterCount
    let isHeavy = weights > 64 << 20 || weights * 80 > graph.multiplyAccumulates
    if isHeavy { return 4 }
    if self == .float32 { return 2 }
    return graph.concatenatesMaps && weights < 16 << 20 ? 1 : 4
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

extension Graph {
  /// Whether concatenations give at least a fifth as many numbers as convolutions and products do: 0.4 times as many
  /// in NASNetMobile, 1.5 times in DenseNet121.
  fileprivate var concatenatesMaps: Bool {
    let concatenated = nodes.reduce(0) { sum, node in
      guard case .concatenate = node.primitive else { return sum }
      return sum + node.shape.elementCount
    }
    let multiplied = layers.reduce(0) { sum, layer in
      multiplyAccumulates(of: layer) > 0 ? sum + layer.shape.elementCount : sum
    }
    return concatenated * 5 >= multiplied && concatenated > 0
  }
}
