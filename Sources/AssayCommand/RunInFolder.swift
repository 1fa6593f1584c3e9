import Datasets
import Engine
import Evaluation
import Foundation
import Runs

/// An evaluation that keeps what it has done in a folder, and goes on after whatever ended it.
struct RunInFolder {
  let folder: String
  let resumes: Bool
  let command: EvaluateCommand
  let images: ImageSettings

  /// Runs, or goes on, to the end.
  func run(_ file: String, on data: DataOptions.Images) async throws -> (
    report: EvaluationReport, predictions: [Prediction]
  ) {
    guard let list = data.list else {
      throw Failure(.usage, "--out: a stream cannot be gone on with; its shards on disk can")
    }
    let series = CheckpointSeries(command: command, images: images, keepsLogits: false)
    let contestant = try series.prepare(file, data)
    var manifest = try EvaluationManifest(
      planning: list, labels: contestant.labels, contestant.plan, contestant.preprocessing,
      model: contestant.loaded.description, weights: contestant.loaded.weightsDescription())
    manifest.preprocessing.source = images.source
    let run = try RunFolder(
      folder, plan: RunPlan(manifest, metrics: command.gates.options), resumes: resumes)
    if resumes {
      StandardError.write("\(folder): \(run.known.count) of \(list.images.count) images are done")
    }
    let interruption = Interruption()
    var evaluator = Evaluator(contestant.plan, preprocessing: contestant.preprocessing)
    evaluator.known = run.known
    evaluator.keep = { try run.keep($0, at: $1) }
    evaluator.shouldStop = { interruption.caught != nil }
    let progress = ProgressLine(total: list.images.count)
    evaluator.progress = { progress.update($0) }
    do {
      let result = try await evaluator.evaluate(
        ListedImages(list, without: run.known.keys), labels: [contestant.labels],
        notes: list.notes)[0]
      progress.finish()
      return (try run.finish(result.predictions), result.predictions)
    } catch let ended as EvaluationInterrupted {
      progress.finish()
      try run.synchronize()
      throw interruption.failure(
        ended.done, of: list.images.count,
        resume: "the same command with --resume goes on in \(folder)")
    }
  }
}
