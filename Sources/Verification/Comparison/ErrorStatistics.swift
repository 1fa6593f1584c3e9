/// How far two arrays of float32 are apart.
///
/// A value that is not finite on either side, and not the same on both, counts as ``unequal`` and
/// takes no part in the other figures.
public struct ErrorStatistics: Codable, Sendable, Hashable {
  /// The number of values compared.
  public var count: Int
  /// The largest absolute difference.
  public var largest: Double
  /// The mean absolute difference.
  public var mean: Double
  /// The largest difference over the largest magnitude of the reference.
  public var relative: Double
  /// The largest magnitude of the reference.
  public var scale: Float
  /// Units in the last place between the two.
  public var unitsInLastPlace: Units
  /// The cosine of the angle between the two arrays; 1 if both are zero, 0 if one is.
  public var cosine: Double
  /// How many values of the candidate, and of the reference, are NaN.
  public var notANumber: Pair
  /// How many values of the candidate, and of the reference, are infinite.
  public var infinite: Pair
  /// How many places hold a value that is not finite, and not the same on the other side.
  public var unequal: Int
  /// The place of the largest difference; of the first unequal value, if there is one.
  public var worst: Int

  /// Distances in units in the last place: how many float32 lie between two values.
  public struct Units: Codable, Sendable, Hashable {
    /// Half of the values are at most this far apart.
    public var median: UInt32
    /// Of a hundred values, 99 are at most this far apart.
    public var percentile99: UInt32
    /// All values are at most this far apart.
    public var worst: UInt32
  }

  /// A count on either side.
  public struct Pair: Codable, Sendable, Hashable {
    /// Of what is compared.
    public var candidate: Int
    /// Of what it is compared with.
    public var reference: Int
  }

  /// Compares `candidate` with `reference`, which have the same number of values.
  public init(of candidate: [Float], against reference: [Float]) {
    precondition(
      candidate.count == reference.count, "\(candidate.count) values against \(reference.count)")
    var sums = Sums()
    var distances: [UInt32] = []
    distances.reserveCapacity(candidate.count)
    for index in candidate.indices {
      let (value, expected) = (candidate[index], reference[index])
      if value.isFinite && expected.isFinite {
        sums.add(value, expected, at: index)
        distances.append(value.unitsInLastPlace(to: expected))
      } else {
        sums.addNotFinite(value, expected, at: index)
      }
    }
    count = candidate.count
    largest = sums.largest
    mean = distances.isEmpty ? 0 : sums.difference / Double(distances.count)
    scale = sums.scale
    // Zeros and subnormal numbers have no scale to speak of, and JSON has no infinity.
    relative = largest / Double(max(scale, .leastNormalMagnitude))
    let norms = sums.squares.squareRoot() * sums.expectedSquares.squareRoot()
    cosine = norms > 0 ? sums.product / norms : sums.squares == sums.expectedSquares ? 1 : 0
    notANumber = sums.notANumber
    infinite = sums.infinite
    unequal = sums.unequal
    worst = sums.firstUnequal ?? sums.worst
    unitsInLastPlace = Units(
      median: distances.element(atRank: distances.count / 2),
      percentile99: distances.element(atRank: distances.count * 99 / 100),
      worst: distances.max() ?? 0)
  }

  /// What one pass over both arrays gathers.
  private struct Sums {
    var largest = 0.0
    var scale: Float = 0
    var difference = 0.0
    var product = 0.0
    var squares = 0.0
    var expectedSquares = 0.0
    var worst = 0
    var unequal = 0
    var firstUnequal: Int?
    var notANumber = Pair(candidate: 0, reference: 0)
    var infinite = Pair(candidate: 0, reference: 0)

    mutating func add(_ value: Float, _ expected: Float, at index: Int) {
      let error = abs(Double(value) - Double(expected))
      if error > largest { (largest, worst) = (error, index) }
      scale = max(scale, abs(expected))
      difference += error
      product += Double(value) * Double(expected)
      squares += Double(value) * Double(value)
      expectedSquares += Double(expected) * Double(expected)
    }

    mutating func addNotFinite(_ value: Float, _ expected: Float, at index: Int) {
      if value.isNaN { notANumber.candidate += 1 }
      if expected.isNaN { notANumber.reference += 1 }
      if value.isInfinite { infinite.candidate += 1 }
      if expected.isInfinite { infinite.reference += 1 }
      guard value != expected else { return }
      unequal += 1
      if firstUnequal == nil { firstUnequal = index }
    }
  }
}

extension Float {
  /// How many float32 lie between two finite values, both zeros being one.
  package func unitsInLastPlace(to other: Float) -> UInt32 {
    let (a, b) = (ordinal, other.ordinal)
    return UInt32(a > b ? a - b : b - a)
  }

  /// The place of a finite value among all of them; 0 for either zero.
  private var ordinal: Int64 {
    let magnitude = Int64(bitPattern & 0x7FFF_FFFF)
    return sign == .minus ? -magnitude : magnitude
  }
}

extension [UInt32] {
  /// The element that would be at `rank` if this were sorted, by counting: high halves, then low.
  package func element(atRank rank: Int) -> UInt32 {
    guard !isEmpty else { return 0 }
    var left = Swift.min(rank, count - 1)
    func place(of key: (UInt32) -> Int?) -> Int {
      var counts = [Int](repeating: 0, count: 1 << 16)
      for value in self { if let key = key(value) { counts[key] += 1 } }
      var bin = 0
      while left >= counts[bin] {
        left -= counts[bin]
        bin += 1
      }
      return bin
    }
    let high = place { Int($0 >> 16) }
    let low = place { Int($0 >> 16) == high ? Int($0 & 0xFFFF) : nil }
    return UInt32(high << 16 | low)
  }
}
