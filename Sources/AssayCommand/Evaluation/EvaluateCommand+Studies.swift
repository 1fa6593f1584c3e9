import Datasets
import Engine
import Evaluation
import Foundation
import Models
import Networks
import Runs
import Studies

/// What the options say, as the studies of the library take it.
extension EvaluateCommand {
  /// What stands in the reports beside the numbers.
  private func conditions(_ images: ImageSettings) -> StudyConditions {
    var conditions = StudyConditions()
    conditions.protocolSource = images.source
    conditions.selection = data.selection
    conditions.imagesInMemory = run.batch
    return conditions
  }

  /// The checkpoints on the same images, one after the other or together.
  ///
  /// Of many, a terminal shows each result as it comes; the table, which ranks them, has to wait for the last.
  func series(_ images: ImageSettings, keepsLogits: Bool, isOfMany: Bool) -> CheckpointSeries {
    var series = CheckpointSeries()
    series.conditions = conditions(images)
    series.metrics = gates.options
    series.keepsLogits = keepsLogits
    series.tell = StudyProgress().tell
    if isOfMany, StandardError.isTerminal {
      series.scored = { checkpoint in
        let metrics = checkpoint.report.metrics
        let (name, share) =
          metrics.multiLabel.map { ("subset accuracy", $0.subset) }
          ?? ("top-1", metrics.accuracy.top1)
        StandardError.write(
          "\(checkpoint.report.manifest.weights.file): \(name) "
            + String(format: "%.2f %%", share.value * 100)
            + " (\(share.correct) of \(share.total))")
      }
    }
    return series
  }

  /// The run, or the part of one, in `out`.
  func resumableRun(in out: String, _ images: ImageSettings) throws -> ResumableRun {
    var run = ResumableRun(out, shard: try folder.part())
    run.resumes = folder.resume
    run.mixesEngines = folder.mixedEngines
    run.conditions = conditions(images)
    run.metrics = gates.options
    return run
  }

  /// Reads a checkpoint and compiles its network.
  func contestant(
    _ file: String, on images: StudyImages, _ settings: ImageSettings
  ) throws -> Contestant {
    let loaded = try Model(
      model.model, model.variant, weights: file, trust: trust, height: settings.size?.height,
      width: settings.size?.width)
    // A checkpoint may be of more files than were named.
    try output.outputs.check(notAmong: loaded.files)
    if let broken = try loaded.nonFiniteWeights() { StandardError.write("\(file): \(broken)") }
    let activation = try loaded.activation(
      isMultiLabel: images.isMultiLabel,
      answersQuestions: data.answersQuestions(settings.labels) ?? false)
    let labels = try data.classLabels(for: images, of: loaded, settings.labels)
    let precision = try numbers.precision(for: loaded)
    let plan = try Plan(
      compiling: loaded.bound,
      batch: min(
        run.imagesPerThread(of: loaded.bound.graph, in: precision),
        images.list?.images.count ?? .max),
      threads: run.threads, exact: run.exact, precision: precision)
    return Contestant(
      loaded, plan, preprocessing: try settings.preprocessing(for: loaded, on: images.list),
      labels: labels, activation: activation)
  }
}
