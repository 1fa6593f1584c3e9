/// How long batches took, from reading their files to their logits.
public struct Latency: Sendable, Hashable, Codable {
  /// Images in a batch; the last one may have fewer.
  public let batch: Int
  /// Half of the batches took no longer, in milliseconds.
  public let median: Double
  /// Nine of ten took no longer.
  public let percentile90: Double
  /// 99 of 100 took no longer.
  public let percentile99: Double
  /// The longest.
  public let longest: Double

  // In snake case `p50_ms`.
  private enum CodingKeys: String, CodingKey {
    case batch
    case median = "p50Ms"
    case percentile90 = "p90Ms"
    case percentile99 = "p99Ms"
    case longest = "maxMs"
  }

  /// Of the times of all batches.
  init(_ times: [Duration], batch: Int) {
    let sorted = times.map { $0 / .milliseconds(1) }.sorted()
    // Nearest rank: the least time that so many do not exceed.
    let rank = { (share: Double) -> Double in
      guard !sorted.isEmpty else { return 0 }
      let place = Int((share * Double(sorted.count)).rounded(.up)) - 1
      return sorted[min(max(place, 0), sorted.count - 1)]
    }
    self.batch = batch
    median = rank(0.5)
    percentile90 = rank(0.9)
    percentile99 = rank(0.99)
    longest = sorted.last ?? 0
  }
}
