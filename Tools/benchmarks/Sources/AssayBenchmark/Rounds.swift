import CPeak

/// Measures all contenders in turns, so that whatever slows the machine down slows all alike.
///
/// The machine's peak is measured between any two of them: the ratios are of neighbours in time.
struct Rounds {
  /// One contender's turn.
  struct Turn {
    let contender: Contender
    let images: Measurement
    /// The peak just before and just after, operations a second.
    let peak: (before: Measurement, after: Measurement)

    /// The share of the peak that its nominal multiply-accumulates are.
    var shareOfPeak: Double? { share(images.rate, (peak.before.rate + peak.after.rate) / 2) }

    /// The same, counting only the time in which either had the cores.
    var shareOfPeakByCPU: Double? {
      share(images.rateByCPU, (peak.before.rateByCPU + peak.after.rateByCPU) / 2)
    }

    private func share(_ rate: Double, _ peak: Double) -> Double? {
      contender.multiplyAccumulates.map { rate * 2 * Double($0) / peak }
    }
  }

  let contenders: [Contender]
  let threads: Int
  /// The turns of every round, in the order of the contenders.
  private(set) var rounds: [[Turn]] = []

  init(_ contenders: [Contender], threads: Int) {
    self.contenders = contenders
    self.threads = threads
  }

  /// Runs one more round.
  mutating func run() async throws {
    var turns: [Turn] = []
    var before = await peak()
    for contender in contenders {
      let images = try await Measurement(threads: contender.threads) {
        Double(try await contender.run())
      }
      let after = await peak()
      turns.append(Turn(contender: contender, images: images, peak: (before, after)))
      before = after
    }
    rounds.append(turns)
  }

  private func peak() async -> Measurement {
    await Measurement(threads: threads) {
      let peak = cp_measure_peak(Int32(threads), 0.3)
      return peak.flops_per_second * peak.wall_seconds
    }
  }

  /// The peak on all threads, operations a second.
  var peakRate: Spread { Spread(rounds.joined().map(\.peak.after.rate)) }

  /// What `value` is in each round of the contender at `index`; `nil` where it has none.
  func spread(_ index: Int, _ value: (Turn) -> Double?) -> Spread? {
    let values = rounds.compactMap { value($0[index]) }
    return values.isEmpty ? nil : Spread(values)
  }

  /// The rate of the contender at `index`, divided in each round by its baseline's.
  func ratioToBaseline(_ index: Int, _ rate: (Measurement) -> Double) -> Spread? {
    guard let name = contenders[index].baseline,
      let base = contenders.firstIndex(where: { $0.name == name })
    else { return nil }
    return Spread(rounds.map { rate($0[index].images) / rate($0[base].images) })
  }
}
