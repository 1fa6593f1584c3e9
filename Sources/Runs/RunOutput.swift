import Evaluation
import Foundation

/// The final files of a run, `report.json` and `predictions.jsonl`.
///
/// Those of several checkpoints are in a folder each, `1-best.weights.h5`. They appear whole, and are the same bytes whatever happened on the way and into how
/// many shards the run was cut.
struct RunOutput {
  let folder: String
  let plan: RunPlan
  /// All that computed the predictions.
  let engines: Set<String>

  /// Writes the files, and returns the reports, without the conditions of the run, which differ from run
  /// to run.
  func write(_ predictions: [[Prediction]]) throws -> [EvaluationReport] {
    try zip(plan.checkpoints, predictions).enumerated().map { index, pair in
      let (planned, predictions) = pair
      guard planned.isPlan(of: predictions) else {
        throw RunError.damaged(folder, reason: "it has other images or labels than its plan")
      }
      let manifest = planned.completed(by: predictions).computed(by: engines.sorted())
      let report = EvaluationReport(predictions, manifest: manifest, options: plan.metrics)
      let place = self.place(of: index, planned.weights.file)
      try RunFile.createFolder(place)
      try RunFile.write(
        PredictionLog(manifest: manifest, predictions: predictions).lines(),
        to: "\(place)/predictions.jsonl")
      try RunFile.write(report.json(), to: "\(place)/report.json")
      return report
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
