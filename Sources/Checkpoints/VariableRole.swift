/// What a variable is to its layer; the raw value is Keras's own word.
public enum VariableRole: String, Sendable, Hashable, CaseIterable {
  /// The weights of a convolution or a dense layer.
  case kernel
  /// What is added per output channel.
  case bias
  /// The scale of a normalisation, γ.
  case gamma
  /// The offset of a normalisation, β.
  case beta
  /// The mean that a batch normalisation saw in training.
  case movingMean = "moving_mean"
  /// The variance that a batch normalisation saw in training.
  case movingVariance = "moving_variance"
  /// The weights of a depthwise convolution, H·W·C·multiplier.
  case depthwiseKernel = "depthwise_kernel"
  /// The 1×1 weights of a separable convolution.
  case pointwiseKernel = "pointwise_kernel"
  /// The weights of a recurrent layer's own past.
  case recurrentKernel = "recurrent_kernel"
  /// The slopes of a PReLU.
  case alpha
  /// The rows of an embedding.
  case embeddings
  /// The mean of a `Normalization` layer.
  case mean
  /// The variance of a `Normalization` layer.
  case variance
  /// How many values a `Normalization` layer has seen.
  case count
}

extension VariableRole {
  /// The role that a variable's name tells: `conv2d/kernel:0`, `conv2d/kernel`, `conv1_W_1:0`.
  package init?(variableName: String) {
    let last = variableName.split(separator: "/").last ?? ""
    let name = last.removingNumber(after: ":")
    let base = name.removingNumber(after: "_")
    guard let role = Self(rawValue: String(name)) ?? Self(rawValue: String(base)) else {
      guard let old = Self.kerasOne.first(where: { base.hasSuffix($0.suffix) }) else { return nil }
      self = old.role
      return
    }
    self = role
  }

  /// How Keras 1 ended its names, which began with the layer's.
  ///
  /// `running_std` held the variance in all but a few weeks of its life.
  private static let kerasOne: [(suffix: String, role: VariableRole)] = [
    ("_W", .kernel), ("_b", .bias), ("_gamma", .gamma), ("_beta", .beta),
    ("_running_mean", .movingMean), ("_running_std", .movingVariance),
  ]
}

extension StringProtocol {
  /// Without a final `separator` and digits: `kernel:0` is `kernel`, `conv2d_10` is `conv2d`.
  func removingNumber(after separator: Character) -> SubSequence {
    guard let place = lastIndex(of: separator), place != startIndex else { return self[...] }
    let digits = self[index(after: place)...]
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return self[...]
    }
    return self[..<place]
  }
}
