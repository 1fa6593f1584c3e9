/// How often first guesses of some probability are right.
public struct CalibrationCurve: Sendable, Hashable, Codable {
  /// The guesses whose probability lies in one interval, above `low` and up to `high`.
  public struct Bin: Sendable, Hashable, Codable {
    /// The open lower end.
    public let low: Double
    /// The closed upper end.
    public let high: Double
    /// How many guesses it has.
    public var count = 0
    /// The mean of their probabilities.
    public var confidence = 0.0
    /// The share that is right.
    public var accuracy = 0.0
  }

  /// Expected calibration error: the mean over all guesses of the distance between their bin's confidence
  /// and accuracy, 0 to 1.
  ///
  /// Guo, Pleiss, Sun, Weinberger 2017, "On Calibration of Modern Neural Networks", eq. 3.
  public let expectedError: Double
  /// Maximum calibration error: the largest such distance.
  public let maximumError: Double
  /// The bins, of equal width, from 0 to 1.
  public let bins: [Bin]

  /// The curve of judgements that pass by one after another.
  struct Tally {
    private let tieRule: TieRule
    private var bins: [Bin]

    /// Sorts first guesses into `count` bins.
    init(bins count: Int, tieRule: TieRule) {
      self.tieRule = tieRule
      bins = (0..<count).map { index in
        Bin(low: Double(index) / Double(count), high: Double(index + 1) / Double(count))
      }
    }

    /// Adds a first guess with finite scores.
    mutating func add(_ judgement: Judgement) {
      guard judgement.isFinite, let guess = judgement.guesses.first else { return }
      let confidence = Double(guess.probability)
      // The first whose upper end is not below it, as NumPy's `searchsorted` finds it.
      let index = bins.firstIndex { confidence <= $0.high } ?? bins.count - 1
      bins[index].count += 1
      bins[index].confidence += confidence
      if judgement.isHit(1, tieRule) { bins[index].accuracy += 1 }
    }

    var curve: CalibrationCurve { CalibrationCurve(sums: bins) }
  }

  /// Of bins that have sums in place of means.
  private init(sums: [Bin]) {
    var bins = sums
    for index in bins.indices where bins[index].count > 0 {
      bins[index].confidence /= Double(bins[index].count)
      bins[index].accuracy /= Double(bins[index].count)
    }
    let total = bins.reduce(0) { $0 + $1.count }
    expectedError = bins.reduce(0) { sum, bin in
      sum + abs(bin.confidence - bin.accuracy) * Double(bin.count) / Double(max(total, 1))
    }
    maximumError = bins.reduce(0) { max($0, abs($1.confidence - $1.accuracy)) }
    self.bins = bins
  }
}
