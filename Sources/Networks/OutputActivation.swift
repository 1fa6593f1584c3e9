/// What makes probabilities of the values that a classifier ends in.
public enum OutputActivation: String, Sendable, Hashable, Codable, CaseIterable {
  /// One class is right: `exp(logit) / Σ exp(logits)` over the classes.
  case softmax
  /// Each class for itself, Keras's `sigmoid` of several units: `1 / (1 + exp(−logit))`; they need not
  /// sum to 1.
  case sigmoid
  /// One output tells two classes apart: its sigmoid is the probability of class 1, and the rest is that of
  /// class 0.
  case binary

  /// That of a network of so many outputs of which nothing else is known.
  public init(outputs: Int) { self = outputs == 1 ? .binary : .softmax }

  /// How many classes so many outputs tell apart.
  public func classes(ofOutputs outputs: Int) -> Int { self == .binary ? 2 : outputs }
}
