/// How much of the moving statistics is still what they were before training.
///
/// All batch norms of a network start at mean 0 and variance 1, and are updated as often, so one
/// number holds for all: momentum to the power of the steps. Channel by channel it can be read off
/// the file and the images, `1 − μ / m` and `(σ² − v) / (1 − v)`; the median of these, weighted with
/// how much a channel says, does not mind a few tensors in wrong places.
enum StatisticsLag {
  /// Less is as good as nothing.
  private static let least = 0.05

  /// The part that is left, where it explains at least half of how the network's batch norms misfit;
  /// otherwise 0.
  static func estimate(
    _ norms: [(file: ChannelStatistics, measured: ChannelStatistics, epsilon: Double)]
  ) -> Double {
    var votes: [(lag: Double, weight: Double)] = []
    for (file, measured, epsilon) in norms {
      for channel in file.means.indices {
        let (mean, variance) = (measured.means[channel], measured.variances[channel])
        let (start, scale) = (1 - variance, (variance + epsilon).squareRoot())
        votes.append(
          ((file.variances[channel] - variance) / start, abs(start) / max(1, variance)))
        votes.append((1 - file.means[channel] / mean, abs(mean) / scale))
      }
    }
    votes.removeAll { !$0.lag.isFinite || !$0.weight.isFinite }
    votes.sort { $0.lag < $1.lag }
    let half = votes.reduce(0) { $0 + $1.weight } / 2
    var sum = 0.0
    let lag = votes.first { vote in
      sum += vote.weight
      return sum >= half
    }?.lag
    // A network that was never trained is a lint.
    guard let lag, (least..<0.999).contains(lag) else { return 0 }
    func misfit(_ lag: Double) -> Double {
      norms.map { $0.measured.lagging(by: lag).misfit(to: $0.file, epsilon: $0.epsilon) }.median
    }
    return misfit(lag) < misfit(0) / 2 ? lag : 0
  }
}

extension Collection<Double> {
  /// The middle value, the lower of two; 0 if there is none.
  var median: Double { isEmpty ? 0 : sorted()[(count - 1) / 2] }
}
