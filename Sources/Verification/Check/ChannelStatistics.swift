import Foundation

/// Means and variances of a batch norm's channels, from a file or from images.
struct ChannelStatistics {
  let means: [Double]
  let variances: [Double]
  /// The standard error of each mean; 0 for those of a file.
  let errors: [Double]

  init(means: [Double], variances: [Double], errors: [Double]? = nil) {
    self.means = means
    self.variances = variances
    self.errors = errors ?? Array(repeating: 0, count: means.count)
  }

  init(_ moments: ChannelMoments) {
    self.init(
      means: moments.means, variances: moments.variances, errors: moments.standardErrors)
  }

  /// What a file would hold if a part `lag` of its values were still those before training, mean 0
  /// and variance 1.
  ///
  /// Moving statistics start there, and every step of training replaces 1 − momentum of them.
  func lagging(by lag: Double) -> ChannelStatistics {
    ChannelStatistics(
      means: means.map { (1 - lag) * $0 }, variances: variances.map { lag + (1 - lag) * $0 },
      errors: errors.map { (1 - lag) * $0 })
  }

  /// How far a channel is from the same one of `other`.
  struct Distance {
    /// The difference of the means, in standard deviations: the geometric mean of both.
    let shift: Double
    /// The logarithm of the ratio of the standard deviations, these over the other's.
    let spread: Double

    /// Both in one figure, at most 1: beyond, a channel is simply another one.
    ///
    /// It is near Rao's distance between two normal distributions, and alike from either side.
    var bounded: Double {
      let distance = (shift * shift + spread * spread).squareRoot()
      return distance < 1 ? distance : 1
    }
  }

  /// The distance of every channel from the same one of `other`, with ε added to the variances.
  func distances(from other: ChannelStatistics, epsilon: Double) -> [Distance] {
    means.indices.map { channel in
      let variance = variances[channel] + epsilon
      // A negative variance is a lint of its own.
      let expected = max(0, other.variances[channel]) + epsilon
      let deviation = (variance * expected).squareRoot().squareRoot()
      return Distance(
        shift: (means[channel] - other.means[channel]) / deviation,
        spread: 0.5 * log(variance / expected))
    }
  }

  /// The mean over the channels of their bounded distance from `other`: 0 for the same, 1 for
  /// statistics of something else.
  func misfit(to other: ChannelStatistics, epsilon: Double) -> Double {
    let distances = distances(from: other, epsilon: epsilon)
    return distances.reduce(0) { $0 + $1.bounded } / Double(max(1, distances.count))
  }

  /// The misfit that the choice of the images alone explains.
  func noise(epsilon: Double) -> Double {
    let noise = zip(errors, variances).map { error, variance in
      let noise = error / (variance + epsilon).squareRoot()
      // What is no number is no excuse either.
      return noise.isFinite ? min(1, noise) : 0
    }
    return noise.reduce(0, +) / Double(max(1, noise.count))
  }
}
