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
  /// What scores or normalised values are multiplied with.
  case scale
  /// What sums of scores are multiplied with (`Attention` of `score_mode` concat).
  case concatScoreWeight = "concat_score_weight"
  /// What channels are multiplied with (kecam's `ChannelAffine`).
  case weight
  /// What all values are multiplied with (kecam's `ZeroInitGain`).
  case gain
  /// What is added at each place of a map or a row of patches (kecam).
  case positionalEmbedding = "positional_embedding"
  /// The tokens that stand beside patches (kecam's `ClassToken`).
  case tokens
  /// What is added at each place (kimm's `PositionEmbedding`).
  case placeEmbedding = "pos_embed"
  /// The token that stands before patches (kimm's `PositionEmbedding`).
  case classToken = "cls_token"
  /// The mean of a `Normalization` layer.
  case mean
  /// The variance of a `Normalization` layer.
  case variance
  /// How many values a `Normalization` layer has seen.
  case count

  /// Whether gradient descent changes it; moving statistics and counts it does not.
  public var isTrainable: Bool {
    switch self {
    case .movingMean, .movingVariance, .mean, .variance, .count: false
    default: true
    }
  }
}
