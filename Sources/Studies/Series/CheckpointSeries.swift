import Datasets
public import Evaluation
public import Models

/// A checkpoint's result.
public struct ScoredCheckpoint: Sendable {
  /// What became of every image.
  public let result: EvaluationResult
  /// The same as it is kept, with what was scored with what.
  public let report: EvaluationReport
}

/// Checkpoints that are scored on the same images, which are decoded once for all that fit into memory together.
///
///     let scored = try await CheckpointSeries().evaluate(files, on: .list(images)) { file in
///       try Contestant(Model(contentsOf: file), on: images)
///     }
public struct CheckpointSeries: Sendable {
  /// What stands in the reports beside the numbers.
  public var conditions = StudyConditions()
  /// How metrics are computed.
  public var metrics = ClassificationMetrics.Options()
  /// Whether the logits of all images are kept.
  public var keepsLogits = false
  /// The most bytes of weights that are held at once; a checkpoint that is larger is scored alone.
  public var memory = 4 << 30
  /// Is told what happens.
  public var tell: @Sendable (StudyEvent) -> Void = { _ in }
  /// Is given each result as soon as it is there.
  public var scored: @Sendable (ScoredCheckpoint) -> Void = { _ in }

  /// A series with the metrics' own settings.
  public init() {}

  /// Scores the checkpoints, and gives their results in the same order.
  ///
  /// - Parameters:
  ///   - prepare: Reads a checkpoint and compiles its network.
  ///   - passBy: Is told of a checkpoint that `prepare` refused. Where it returns, the series goes on without that
  ///     one; it throws where it is not given.
  /// - Throws: ``StudyError/streamIsReadOnce(checkpoint:)``; what `prepare` throws; what ``Evaluator`` does.
  public func evaluate(
    _ files: [String], on images: StudyImages,
    preparing prepare: (_ file: String) throws -> Contestant,
    passingBy passBy: (_ file: String, _ error: any Error) throws -> Void = { throw $1 }
  ) async throws -> [ScoredCheckpoint] {
    var results: [ScoredCheckpoint] = []
    var group: [Contestant] = []
    for file in files {
      let contestant: Contestant
      do {
        contestant = try prepare(file)
      } catch {
        try passBy(file, error)
        continue
      }
      if !contestant.fits(into: group, within: memory) {
        guard images.list != nil else { throw StudyError.streamIsReadOnce(checkpoint: file) }
        results += try await score(group, on: images)
        group = []
      }
      group.append(contestant)
    }
    if !group.isEmpty { results += try await score(group, on: images) }
    return results
  }

  private func score(
    _ group: [Contestant], on images: StudyImages
  ) async throws -> [ScoredCheckpoint] {
    var evaluator = try Evaluator(group)
    evaluator.keepsLogits = keepsLogits
    evaluator.metrics = metrics
    evaluator.progress = { [tell] in tell(.advanced(to: $0)) }
    tell(.began(total: images.list?.images.count, known: 0))
    let results = try await evaluator.evaluate(
      images.supply, labels: group.map(\.labels), notes: images.notes)
    tell(.ended(done: results[0].predictions.count, in: results[0].duration))
    return try zip(group, results).enumerated().map { network, pair in
      let (contestant, result) = pair
      var report = EvaluationReport(
        result, by: evaluator, network: network, model: contestant.model.description,
        weights: try contestant.model.weightsDescription())
      conditions.complete(&report.manifest)
      report.conditions?.imagesInMemory = conditions.imagesInMemory
      let checkpoint = ScoredCheckpoint(result: result, report: report)
      scored(checkpoint)
      return checkpoint
    }
  }
}
