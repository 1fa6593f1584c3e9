/// How far a layer's values may be from the reference.
///
/// A value passes if it differs by at most `absolute + relative · L`, where `L` is the largest
/// magnitude of the reference's values in that layer: an error of float32 arithmetic grows with what
/// is summed, not with the one value that the sum happens to give.
public struct Tolerance: Codable, Sendable, Hashable {
  /// The difference that is allowed in any case.
  public var absolute: Float
  /// The difference that is allowed as a part of the layer's largest magnitude.
  public var relative: Float

  /// Creates a tolerance.
  public init(absolute: Float, relative: Float) {
    self.absolute = absolute
    self.relative = relative
  }

  /// The largest difference that passes in a layer of the given largest magnitude.
  public func bound(scale: Float) -> Float { absolute + relative * scale }
}

/// The tolerances of a comparison: one for each kind of layer.
public struct Tolerances: Codable, Sendable, Hashable {
  /// For the kinds that are not listed.
  public var standard: Tolerance
  /// For the kinds that need another, by Keras's class.
  public var kinds: [String: Tolerance]
  /// For the logits.
  public var logits: Tolerance

  /// One tolerance for everything.
  public init(all tolerance: Tolerance) {
    standard = tolerance
    kinds = [:]
    logits = tolerance
  }

  private init(standard: Tolerance, kinds: [String: Tolerance], logits: Tolerance) {
    self.standard = standard
    self.kinds = kinds
    self.logits = logits
  }

  /// The tolerance of a layer of this kind.
  public func of(kind: String) -> Tolerance { kinds[kind] ?? standard }

  /// For float32 on both sides.
  ///
  /// Errors add up from the input to the layer, so a kind has the room that the deepest layer of the
  /// deepest network needs: between oneDNN's direct convolutions and Keras 5e-6 was the worst of all
  /// layers of twelve networks of 18 to 200 layers, and other orders of summation need some times that.
  public static let float32 = Tolerances(
    standard: Tolerance(absolute: 1e-6, relative: 1e-4),
    kinds: [
      // Means over a whole map: errors of either sign cancel.
      "GlobalAveragePooling2D": Tolerance(absolute: 1e-6, relative: 5e-5)
    ],
    logits: Tolerance(absolute: 1e-6, relative: 1e-4))
}
