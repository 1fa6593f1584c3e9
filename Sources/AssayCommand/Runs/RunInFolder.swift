import Datasets
import Engine
import Evaluation
import Foundation
import Models
import Runs

/// An evaluation that keeps what it has done in a folder, and goes on after whatever ended it: a whole run,
/// or a shard of one.
struct RunInFolder {
  let folder: String
  let shard: Shard
  let command: EvaluateCommand
  let images: ImageSettings

  /// What the run is of, and the first networks of it, as many as fit into memory together.
  struct Prepared {
    let plan: RunPlan
    fileprivate let files: [String]
    fileprivate let list: LabeledImages
    fileprivate let group: [CheckpointSeries.Contestant]
  }

  private var series: CheckpointSeries {
    CheckpointSeries(command: command, images: images, keepsLogits: false)
  }

  /// Reads every checkpoint once; one that does not fit ends the run before its first image.
  func prepare(_ files: [String], on data: DataOptions.Images) throws -> Prepared {
    guard let list = data.list else {
      throw Failure(.usage, "--out: a stream cannot be gone on with; its shards on disk can")
    }
    var manifests: [EvaluationManifest] = []
    var group: [CheckpointSeries.Contestant] = []
    for file in files {
      let contestant = try series.prepare(file, data)
      let manifest = try manifest(of: contestant, on: list)
      if group.count == manifests.count, series.fits(contestant, into: group) {
        group.append(contestant)
      }
      manifests.append(manifest)
    }
    let plan = RunPlan(manifests, metrics: command.gates.options, shards: shard.count)
    return Prepared(plan: plan, files: files, list: list, group: group)
  }

  private func manifest(
    of contestant: CheckpointSeries.Contestant, on list: LabeledImages
  ) throws -> EvaluationManifest {
    var model = contestant.loaded.description
    model.outputActivation = contestant.activation
    var manifest = try EvaluationManifest(
      planning: list, labels: contestant.labels, contestant.plan, contestant.preprocessing,
      model: model, weights: contestant.loaded.weightsDescription())
    manifest.preprocessing.source = images.source
    manifest.data.selection = command.data.selection
    return manifest
  }

  /// Runs, or goes on, to the end.
  ///
  /// - Returns: Of a whole run the reports and what became of each image; of a shard nothing.
  func run(_ prepared: Prepared) async throws -> (
    reports: [EvaluationReport], predictions: [[Prediction]]
  )? {
    let options = command.folder
    let part = try RunPart(
      folder, plan: prepared.plan, shard: shard,
      resumes: options.resume, mixesEngines: options.mixedEngines)
    if options.resume, part.isNew {
      StandardError.write("\(folder): there is no run to resume; one begins")
    }
    let places = shard.places(of: part.plan.images)
    guard !part.isDone else {
      StandardError.write("\(folder): shard \(shard) is done already")
      return nil
    }
    let interruption = Interruption()
    var predictions: [[Prediction]] = []
    var group = prepared.group
    while true {
      predictions += try await score(group, predictions.count, of: prepared, part, interruption)
      guard predictions.count < prepared.files.count else { break }
      group = []
      for (file, planned) in zip(prepared.files, prepared.plan.checkpoints)
        .dropFirst(predictions.count)
      {
        let contestant = try series.prepare(file, .list(prepared.list))
        guard series.fits(contestant, into: group) else { break }
        // Hours may have passed since it was planned.
        guard try manifest(of: contestant, on: prepared.list) == planned else {
          throw Failure(.badData, "\(file): has changed since the run began")
        }
        group.append(contestant)
      }
    }
    guard shard == .whole else {
      try part.finishShard(predictions)
      StandardError.write("\(folder): shard \(shard) is done, \(places.count) images")
      return nil
    }
    return (try part.finishRun(predictions), predictions)
  }

  /// Scores the images of the part with some networks at once, the first of which has number `first`.
  private func score(
    _ group: [CheckpointSeries.Contestant], _ first: Int, of prepared: Prepared, _ part: RunPart,
    _ interruption: Interruption
  ) async throws -> [[Prediction]] {
    let places = shard.places(of: part.plan.images)
    let list = prepared.list.slice(places)
    var evaluator = try Evaluator(group.map(\.plan), preprocessing: group[0].preprocessing)
    evaluator.activations = group.map(\.activation)
    evaluator.known = group.indices.map { network in
      Dictionary(
        uniqueKeysWithValues: part.known[first + network].map { ($0 - places.lowerBound, $1) })
    }
    evaluator.keep = {
      try part.keep($0, of: first + $1, at: places.lowerBound + $2)
    }
    evaluator.shouldStop = { interruption.caught != nil }
    let known = evaluator.knownPlaces
    if !known.isEmpty {
      StandardError.write("\(folder): \(known.count) of \(places.count) images are done")
    }
    let progress = ProgressLine(total: places.count, known: known.count)
    evaluator.progress = { progress.update($0) }
    do {
      let results = try await evaluator.evaluate(
        ListedImages(list, without: known), labels: group.map(\.labels), notes: list.notes)
      progress.finish()
      let (count, seconds) = (places.count - known.count, results[0].duration / .seconds(1))
      if count > 0 {
        let rate = String(
          format: "%d images in %.2f s, %.1f/s", count, seconds, Double(count) / seconds)
        StandardError.write("\(folder): \(shard == .whole ? "" : "shard \(shard): ")\(rate)")
      }
      return results.map(\.predictions)
    } catch let ended as EvaluationInterrupted {
      progress.finish()
      try part.synchronize()
      throw interruption.failure(
        ended.done, of: places.count,
        resume: "the same command \(shard == .whole ? "with --resume " : "")goes on in \(folder)")
    }
  }
}
