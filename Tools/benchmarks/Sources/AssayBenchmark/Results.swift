import Assay
import Foundation

/// The outcome of all rounds, and the goals held against it.
struct Results {
  let model: BenchmarkModel
  let photographs: Photographs
  let rounds: Rounds
  let machine = Machine()
  /// The load before the first round: the benchmark itself is not in it.
  let loadBefore: String
  /// The plan and the evaluation for which the goals are.
  let batch: Int

  /// The share of the f32 peak that the plan is to reach, in nominal multiply-accumulates.
  static let planGoal = 0.80
  /// The share of the plan's rate that evaluating JPEGs is to reach.
  static let evaluationGoal = 0.90

  /// One line a contender: medians over the rounds, and the smallest and largest of them.
  var table: String {
    var table = MarkdownTable([
      "median (min–max) of \(rounds.rounds.count) rounds", "images/s", "of the peak",
      "by CPU time", "of the plan", "by CPU time", "busy",
    ])
    for (index, contender) in rounds.contenders.enumerated() {
      func cell(_ spread: Spread?, _ decimals: Int) -> String {
        spread?.text(decimals: decimals) ?? ""
      }
      table.add([
        contender.name,
        cell(rounds.spread(index, \.images.rate), 2),
        cell(rounds.spread(index, \.shareOfPeak), 3),
        rounds.spread(index, \.shareOfPeakByCPU)?.median.text(decimals: 3) ?? "",
        cell(rounds.ratioToBaseline(index, \.rate), 3),
        rounds.ratioToBaseline(index, \.rateByCPU)?.median.text(decimals: 3) ?? "",
        rounds.spread(index, \.images.occupancy)?.median.text(decimals: 2) ?? "",
      ])
    }
    return table.text
  }

  /// What the table was measured on.
  var conditions: [String] {
    let graph = model.graph
    let gmac = Double(graph.multiplyAccumulates) / 1e9
    let peak = rounds.peakRate
    let gigaflops = [peak.median, peak.minimum, peak.maximum]
      .map { ($0 / 1e9).text(decimals: 0) }
    return machine.lines + [
      "\(model.recipe.name), input \(graph.input), \(gmac.text(decimals: 3)) GMAC an image, f32, "
        + "\(rounds.threads) threads",
      "peak of f32 multiply-adds: \(gigaflops[0]) GFLOP/s (\(gigaflops[1])–\(gigaflops[2]))",
      "\(photographs.data.images.count) synthetic JPEGs of \(Photographs.width)×"
        + "\(Photographs.height), \(photographs.meanByteCount / 1000) kB each in the mean",
      "load before: \(loadBefore)",
    ]
  }

  /// Each goal with what was reached.
  var goals: [String] {
    rounds.contenders.indices.compactMap { index in
      let contender = rounds.contenders[index]
      if contender.name == Contender.planName(batch: batch, threads: rounds.threads),
        let share = rounds.spread(index, \.shareOfPeak)
      {
        return goal("plan ÷ peak at batch \(batch)", share, Self.planGoal)
      }
      guard contender.isEvaluation else { return nil }
      return rounds.ratioToBaseline(index, \.rate).map {
        goal("evaluation ÷ plan at batch \(batch)", $0, Self.evaluationGoal)
      }
    }
  }

  private func goal(_ what: String, _ reached: Spread, _ asked: Double) -> String {
    let verdict = reached.median >= asked ? "reached" : "missed"
    return "\(what): \(reached.text(decimals: 3)), asked \(asked.text(decimals: 2)): \(verdict)"
  }

  /// What the columns mean.
  static let legend = """
    The peak is measured between any two contenders; ratios are of neighbours in the same round.
    "By CPU time" is the ratio before it without the time in which other processes had the cores;
    "busy" is the share of the threads' time in which they had one.
    """
}
