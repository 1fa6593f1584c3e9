public import Evaluation
import Files
import Foundation

/// What a run of a checkpoint has come to.
public struct RunOutcome: Sendable {
  /// The report.
  public let report: EvaluationReport
  /// The file of its predictions.
  public let predictions: String
  /// The worst mistakes, as many as were asked for, the worst first.
  public let mistakes: [Prediction]
}

/// What the predictions of a checkpoint have come to, and whether they are those that were planned.
struct RunTally {
  private(set) var data: DataTally
  private(set) var report: ReportTally

  init(
    of planned: EvaluationManifest, options: ClassificationMetrics.Options, mistakes: Int = 0
  ) {
    data = DataTally(of: planned)
    report = ReportTally(of: planned, options: options, mistakes: mistakes)
  }

  mutating func add(_ prediction: Prediction) {
    data.add(prediction)
    report.add(prediction)
  }
}

/// The final files of a run, `report.json` and `predictions.jsonl`.
///
/// Those of several checkpoints are in a folder each, `1-best.weights.h5`. They appear whole, and are the same bytes whatever happened on the way and into how
/// many shards the run was cut.
struct RunOutput {
  let folder: String
  let plan: RunPlan
  /// All that computed the predictions.
  let engines: Set<String>

  /// Writes the files of predictions that are in memory.
  func write(_ predictions: [[Prediction]]) throws -> [EvaluationReport] {
    let tallies = zip(plan.checkpoints, predictions).map { manifest, predictions in
      var tally = RunTally(of: manifest, options: plan.metrics)
      for prediction in predictions { tally.add(prediction) }
      return tally
    }
    let outcomes = try write(tallies) { checkpoint, file in
      for prediction in predictions[checkpoint] {
        try file.append(PredictionLine.encode(prediction))
        try file.append([newline])
      }
    }
    return outcomes.map(\.report)
  }

  /// Writes the files.
  ///
  /// - Parameters:
  ///   - tallies: What all predictions have come to, a checkpoint each.
  ///   - lines: Appends the lines of a checkpoint's predictions.
  /// - Returns: The reports, without the conditions of the run, which differ from run to run.
  func write(
    _ tallies: [RunTally], lines: (_ checkpoint: Int, inout PieceFile) throws -> Void
  ) throws -> [RunOutcome] {
    try zip(plan.checkpoints, tallies).enumerated().map { index, pair in
      let (planned, tally) = pair
      guard tally.data.isAsPlanned else {
        throw RunError.damaged(folder, reason: "it has other images or labels than its plan")
      }
      let report = tally.report.report(
        of: tally.data.manifest.computed(by: engines.sorted()))
      let place = self.place(of: index, planned.weights.file)
      try RunFile.createFolder(place)
      let predictions = "\(place)/predictions.jsonl"
      try RunFile.write(predictions) { file in
        try file.append(PredictionLog.firstLine(report.manifest))
        try lines(index, &file)
      }
      try RunFile.write(report.json(), to: "\(place)/report.json")
      return RunOutcome(
        report: report, predictions: predictions, mistakes: tally.report.mistakes)
    }
  }

  private func place(of index: Int, _ weights: String) -> String {
    guard plan.checkpoints.count > 1 else { return folder }
    return "\(folder)/\(index + 1)-\(URL(fileURLWithPath: weights).lastPathComponent)"
  }
}

extension EvaluationManifest {
  /// Names what really computed the result; of several kinds, a reader must know it.
  fileprivate func computed(by engines: [String]) -> EvaluationManifest {
    var manifest = self
    manifest.arithmetic.engine = engines.joined(separator: " and ")
    if engines.count > 1 {
      manifest.data.notes.append(
        "scored by engines of several kinds, whose last digits differ: "
          + manifest.arithmetic.engine)
    }
    return manifest
  }
}

private let newline = UInt8(ascii: "\n")
