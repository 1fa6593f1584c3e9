import Datasets
public import Evaluation
public import Models
public import Runs

/// An evaluation that keeps what it has done in a folder, and goes on after whatever ended it: a whole run, or a
/// shard of one.
public struct ResumableRun: Sendable {
  /// Where the run is kept.
  public let folder: String
  /// Which part of it is done here.
  public let shard: Shard
  /// Whether a whole run may go on where the folder has one; a shard goes on in any case.
  public var resumes = false
  /// Whether machines of several instruction sets may work on the run.
  public var mixesEngines = false
  /// What stands in the reports beside the numbers.
  public var conditions = StudyConditions()
  /// How metrics are computed.
  public var metrics = ClassificationMetrics.Options()
  /// The most bytes of weights that are held at once.
  public var memory = 4 << 30
  /// Is told what happens.
  public var tell: @Sendable (StudyEvent) -> Void = { _ in }
  /// Is asked before each batch whether to end early.
  public var shouldStop: @Sendable () -> Bool = { false }

  /// A run in `folder`, or a part of one.
  public init(_ folder: String, shard: Shard = .whole) {
    (self.folder, self.shard) = (folder, shard)
  }

  /// What a run is of, and the first networks of it, as many as fit into memory together.
  public struct Prepared {
    /// What is pinned in the folder before the first image.
    public let plan: RunPlan
    fileprivate let files: [String]
    fileprivate let images: LabeledImages
    fileprivate let group: [Contestant]
    fileprivate let prepare: (String) throws -> Contestant
  }

  /// What came of a part.
  public enum Outcome: Sendable {
    /// The whole run is done: a report for each checkpoint, and what became of each image.
    case run(reports: [EvaluationReport], predictions: [[Prediction]])
    /// The shard is done, of so many images.
    case shard(images: Int)
    /// It had been done before.
    case wasDone
  }

  /// Reads every checkpoint once; one that `prepare` refuses ends the run before its first image.
  ///
  /// - Parameter prepare: Reads a checkpoint and compiles its network.
  /// - Throws: ``StudyError/streamCannotBeResumed``, and what `prepare` throws.
  public func prepared(
    _ files: [String], on images: StudyImages,
    preparing prepare: @escaping (_ file: String) throws -> Contestant
  ) throws -> Prepared {
    guard let list = images.list else { throw StudyError.streamCannotBeResumed }
    var manifests: [EvaluationManifest] = []
    var group: [Contestant] = []
    for file in files {
      let contestant = try prepare(file)
      let manifest = try contestant.manifest(planning: list, conditions)
      if group.count == manifests.count, contestant.fits(into: group, within: memory) {
        group.append(contestant)
      }
      manifests.append(manifest)
    }
    return Prepared(
      plan: RunPlan(manifests, metrics: metrics, shards: shard.count), files: files, images: list,
      group: group, prepare: prepare)
  }

  /// Takes hold of the part, which nobody else may then work on.
  ///
  /// - Throws: ``RunError``.
  public func part(of prepared: Prepared) throws -> RunPart {
    try RunPart(
      folder, plan: prepared.plan, shard: shard, resumes: resumes, mixesEngines: mixesEngines)
  }

  /// Scores what is not done of a part, to its end.
  ///
  /// - Throws: ``StudyError/interrupted(done:of:)`` where ``shouldStop`` said so, ``StudyError/changed(checkpoint:)``,
  ///   ``RunError``, and what ``Evaluator`` throws.
  public func finish(_ part: RunPart, of prepared: Prepared) async throws -> Outcome {
    guard !part.isDone else { return .wasDone }
    var predictions: [[Prediction]] = []
    var group = prepared.group
    while true {
      predictions += try await score(group, predictions.count, of: prepared, part)
      guard predictions.count < prepared.files.count else { break }
      group = try nextGroup(after: predictions.count, of: prepared)
    }
    guard shard == .whole else {
      try part.finishShard(predictions)
      return .shard(images: shard.places(of: part.plan.images).count)
    }
    return .run(reports: try part.finishRun(predictions), predictions: predictions)
  }

  /// The next networks that fit into memory together.
  private func nextGroup(after done: Int, of prepared: Prepared) throws -> [Contestant] {
    var group: [Contestant] = []
    for (file, planned) in zip(prepared.files, prepared.plan.checkpoints).dropFirst(done) {
      let contestant = try prepared.prepare(file)
      guard contestant.fits(into: group, within: memory) else { break }
      // Hours may have passed since it was planned.
      guard try contestant.manifest(planning: prepared.images, conditions) == planned else {
        throw StudyError.changed(checkpoint: file)
      }
      group.append(contestant)
    }
    return group
  }

  /// Scores the images of the part with some networks at once, the first of which has number `first`.
  private func score(
    _ group: [Contestant], _ first: Int, of prepared: Prepared, _ part: RunPart
  ) async throws -> [[Prediction]] {
    let places = shard.places(of: part.plan.images)
    let list = prepared.images.slice(places)
    var evaluator = try Evaluator(group)
    evaluator.known = group.indices.map { network in
      Dictionary(
        uniqueKeysWithValues: part.known[first + network].map { ($0 - places.lowerBound, $1) })
    }
    evaluator.keep = {
      try part.keep($0, of: first + $1, at: places.lowerBound + $2)
    }
    evaluator.shouldStop = shouldStop
    evaluator.progress = { [tell] in tell(.advanced(to: $0)) }
    let known = evaluator.knownPlaces
    tell(.began(total: places.count, known: known.count))
    do {
      let results = try await evaluator.evaluate(
        ListedImages(list, without: known), labels: group.map(\.labels), notes: list.notes)
      tell(.ended(done: places.count - known.count, in: results[0].duration))
      return results.map(\.predictions)
    } catch let error where error is EvaluationInterrupted || error is CancellationError {
      tell(.stopped)
      try part.synchronize()
      guard let ended = error as? EvaluationInterrupted else { throw error }
      throw StudyError.interrupted(done: ended.done, of: places.count)
    }
  }
}
