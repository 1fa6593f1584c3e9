/// What a network's maps are like on images of its kind: all that ``Precision/int8(_:)`` needs
/// beside the weights.
public struct Calibration: Sendable, Hashable, Codable {
  /// The least and the largest value of a map that 8 bits are to tell apart.
  public struct Range: Sendable, Hashable, Codable {
    /// The value of the byte 0, or above it.
    public var least: Float
    /// The value of the byte 255.
    public var largest: Float

    /// Creates a range that has 0 in it, as padding does.
    public init(least: Float, largest: Float) {
      self.least = min(least, 0)
      self.largest = max(largest, 0)
    }

    /// Whether 256 steps of it are numbers that can be computed with.
    package var isPossible: Bool {
      let limit: Float = 1e30
      guard least <= 0, largest >= 0, least >= -limit, largest <= limit else { return false }
      return largest == least || largest - least >= 1 / limit
    }
  }

  /// The range of each map that a convolution reads, by the path of the node that defines it.
  public var ranges: [String: Range]
  /// The paths of convolutions that are computed in float32, as accuracy needs.
  public var kept: [String]
  /// The paths of 1×1 convolutions that multiply bfloat16, as accuracy needs: some of those that read sums to which no
  /// function was applied, as the bottlenecks of inverted residuals.
  public var inBFloat16: [String]

  /// Creates a calibration from what was measured.
  public init(ranges: [String: Range], kept: [String] = [], inBFloat16: [String] = []) {
    self.ranges = ranges
    self.kept = kept
    self.inBFloat16 = inBFloat16
  }

  private enum CodingKeys: String, CodingKey {
    case ranges, kept
    case inBFloat16 = "bf16"
  }

  /// Reads what was encoded, also before anything could be kept in bfloat16.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    ranges = try container.decode([String: Range].self, forKey: .ranges)
    kept = try container.decode([String].self, forKey: .kept)
    inBFloat16 = try container.decodeIfPresent([String].self, forKey: .inBFloat16) ?? []
  }
}

/// How the numbers of a map become bytes: `byte = round(value / step) + zero`.
struct Quantization {
  /// The difference between two bytes.
  let step: Float
  /// The byte of the value 0, which padding has, exactly.
  let zero: Int

  init(_ range: Calibration.Range) {
    let width = range.largest - range.least
    step = width > 0 ? width / 255 : 1
    zero = Int((-range.least / step).rounded())
  }
}
