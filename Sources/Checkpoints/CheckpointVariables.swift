/// Which values of the weights are read where a checkpoint has two of each.
///
/// Training with `tf.train.ExponentialMovingAverage` saves beside each weight its average over the last
/// steps, `conv/kernel/ExponentialMovingAverage`, with which such networks are meant to be scored.
public enum CheckpointVariables: String, Sendable, Hashable, CaseIterable {
  /// The weights as the last step left them.
  case raw
  /// The moving averages; weights without one as they are.
  case averages
}

extension Checkpoint {
  /// How many moving averages of weights stand beside those that are listed in ``layers``.
  public var averageCount: Int { leftOut.count { $0.reason == .average } }
}
