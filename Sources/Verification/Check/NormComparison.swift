import Foundation

/// A batch norm's moving statistics beside the statistics of what it reads.
public struct NormComparison: Codable, Sendable, Hashable {
  /// How a batch norm stands.
  public enum Verdict: String, Codable, Sendable {
    /// File and images agree.
    case fits
    /// They do not, and no layer before it explains why.
    case suspicious
    /// They do not, as is to be expected after a layer that is suspicious.
    case follows
  }

  /// The path of the batch norm.
  public var layer: String
  /// The number of its channels.
  public var channels: Int
  /// How far file and images are apart: 0 for the same, 1 for statistics of something else.
  public var misfit: Double
  /// The largest misfit that passes; the fewer and more different the images, the larger.
  public var limit: Double
  /// The median over the channels of how far the mean is off, in standard deviations; `nil` if it is
  /// not finite.
  public var meanShift: Double?
  /// The median over the channels of how many times the file's standard deviation the images'
  /// is; `nil` if it is not finite.
  public var deviationRatio: Double?
  /// Whether the deviation of all channels is off by about the same factor, as when the input has
  /// another scale.
  public var isRescaled: Bool
  /// How it stands.
  public var verdict: Verdict
  /// The batch norms whose statistics in the file would fit here, the best first, if its own do not.
  public var lookalikes: [String]
  /// What comes to mind where it is suspicious: its own statistics aside, the layers with weights
  /// since the last batch norms that fit, and `input` where there is none.
  public var suspects: [String]
}

extension NormComparison {
  /// The misfit that passes in any case.
  ///
  /// Sound networks show 0.01 to 0.06 on images like those that trained them, 0.2 where training
  /// stopped so early that the statistics never caught up; foreign tensors 0.25 to 1
  /// (Tools/check-study/RESULTS.md).
  static let tolerance = 0.2

  /// However few the images, statistics of something else do not pass.
  static let largestLimit = 0.75

  /// Compares the statistics of a file with those of images.
  init(
    layer: String, file: ChannelStatistics, measured: ChannelStatistics, epsilon: Double
  ) {
    self.layer = layer
    channels = file.means.count
    let distances = measured.distances(from: file, epsilon: epsilon)
    misfit = measured.misfit(to: file, epsilon: epsilon)
    // Two sources of difference that do not know of each other; 1.5 standard errors.
    let noise = 1.5 * measured.noise(epsilon: epsilon)
    limit = min(
      (Self.tolerance * Self.tolerance + noise * noise).squareRoot(), Self.largestLimit)
    let shift = distances.map { abs($0.shift) }.median
    let spreads = distances.map(\.spread)
    let spread = spreads.median
    meanShift = shift.isFinite ? shift : nil
    deviationRatio = spread.isFinite ? exp(spread) : nil
    // By 40 % or more, and at least three quarters of the channels within a third of it.
    let alike = spreads.count { abs($0 - spread) <= abs(spread) / 3 }
    isRescaled = abs(spread) > 0.35 && 4 * alike >= 3 * channels
    verdict = misfit <= limit ? .fits : .suspicious
    (lookalikes, suspects) = ([], [])
  }
}
