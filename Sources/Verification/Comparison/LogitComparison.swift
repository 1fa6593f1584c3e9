import Tensors

/// The logits of a run beside those of the reference.
public struct LogitComparison: Codable, Sendable, Hashable {
  /// How far they are apart.
  public var errors: ErrorStatistics
  /// The largest difference that passes.
  public var bound: Float
  /// Whether every logit is within the bound.
  public var passes: Bool
  /// The number of images.
  public var images: Int
  /// In how many images both sides rank the same class first.
  public var sameTop1: Int
  /// In how many images both sides have the same five classes in front, in any order.
  public var sameTop5: Int

  /// Compares logits of one shape, N × classes.
  init(of candidate: Tensor, against reference: Tensor, within tolerance: Tolerance) {
    errors = ErrorStatistics(of: candidate.values, against: reference.values)
    bound = tolerance.bound(scale: errors.scale)
    passes = errors.unequal == 0 && errors.largest <= Double(bound)
    images = candidate.count
    let ranks = (0..<images).map { image in
      (Self.best(of: candidate.row(image)), Self.best(of: reference.row(image)))
    }
    sameTop1 = ranks.count { $0.0.first == $0.1.first }
    sameTop5 = ranks.count { Set($0.0) == Set($0.1) }
  }

  /// The five classes in front; of equal logits the lower class comes first.
  private static func best(of logits: ArraySlice<Float>) -> [Int] {
    var best: [(index: Int, value: Float)] = []
    for (index, value) in logits.enumerated() {
      // A NaN is behind everything.
      let place = best.firstIndex { value > $0.value || ($0.value.isNaN && !value.isNaN) }
      best.insert((index, value), at: place ?? best.count)
      if best.count > 5 { best.removeLast() }
    }
    return best.map(\.index)
  }
}
