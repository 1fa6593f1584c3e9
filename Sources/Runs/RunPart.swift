public import Evaluation
import Foundation

/// What one process does of a run, all of it or a shard; it survives whatever ends the process.
///
/// In the run's folder `plan.json` says what the run is of and `engine` what computes it. A whole run has its
/// journals beside them, and when all images are done its `RunOutput`; a shard has them in `shards/03-of-64`,
/// and when it is done the file `result` in their place, which `RunMerge` reads.
public final class RunPart: Sendable {
  /// The run's folder.
  public let folder: String
  /// The part.
  public let shard: Shard
  /// What the run is of, as it is pinned.
  public let plan: RunPlan
  /// For each checkpoint what became of the images that were done before, by their places.
  public let known: [[Int: Prediction]]
  /// Whether the run began here: nobody had pinned it before.
  public let isNew: Bool
  /// Whether nothing is left to do.
  public let isDone: Bool

  private let workFolder: String
  private let pinned: PinnedPlan
  private let engines: Set<String>
  private let journal: RunJournal?
  private let lock: FolderLock

  /// Begins a part of a run in `folder`, or goes on with it.
  ///
  /// - Parameters:
  ///   - plan: What the run is of; of a folder that has one, the same.
  ///   - resumes: Whether a whole run may go on where the folder has one; without one it begins in any case. A
  ///     shard does either.
  ///   - mixesEngines: Whether machines of several kinds may work on the run.
  /// - Throws: ``RunError``; ``RunError/busy(_:)`` where another process is at work on the part.
  public init(
    _ folder: String, plan: RunPlan, shard: Shard = .whole, resumes: Bool,
    mixesEngines: Bool = false
  ) throws {
    precondition(shard.count == plan.shards, "shard \(shard) of a run in \(plan.shards)")
    self.folder = folder
    self.shard = shard
    workFolder = shard == .whole ? folder : Self.folder(of: shard, in: folder)
    try RunFile.createFolder(workFolder)
    lock = try FolderLock(workFolder)
    isNew = try !Self.hasPlan(folder)
    guard shard != .whole || resumes || isNew else { throw RunError.exists(folder) }
    pinned = try PinnedPlan.pin(plan, in: folder)
    self.plan = pinned.plan
    let engine = plan.checkpoints[0].arithmetic.engine
    try Self.pin(engine, in: folder, mixes: mixesEngines)
    if shard != .whole, ShardReader.state(of: shard, in: folder, pinned) == .whole {
      (isDone, known, engines, journal) = (true, [], [], nil)
      return
    }
    isDone = false
    let contents = try RunJournal.read(
      workFolder, pinned, places: shard.places(of: plan.images))
    known = contents.known
    engines = contents.engines.union([engine])
    guard mixesEngines || engines.count == 1 else {
      throw RunError.otherEngines(workFolder, engines.sorted())
    }
    journal = try RunJournal(in: workFolder, .init(plan: pinned.sha256, engine: engine))
  }

  /// Pins what a run is of before any process works on it.
  ///
  /// - Throws: ``RunError/another(_:parts:)`` where the folder has another run.
  public static func prepare(_ folder: String, plan: RunPlan) throws {
    try RunFile.createFolder(folder)
    _ = try PinnedPlan.pin(plan, in: folder)
  }

  /// Whether the folder has a run.
  public static func hasPlan(_ folder: String) throws -> Bool {
    try PinnedPlan.read(folder) != nil
  }

  /// The engine of whoever computes first is the run's.
  private static func pin(_ engine: String, in folder: String, mixes: Bool) throws {
    let file = "\(folder)/engine"
    try RunFile.create(Data("\(engine)\n".utf8), at: file)
    let first = String(decoding: try RunFile.read(file) ?? Data(), as: UTF8.self)
      .trimmingCharacters(in: .newlines)
    guard mixes || first == engine else { throw RunError.otherEngines(folder, [first, engine]) }
  }

  static func folder(of shard: Shard, in folder: String) -> String {
    "\(folder)/shards/\(shard.folder)"
  }

  /// Keeps what became of images from `first` on.
  public func keep(_ predictions: [Prediction], of checkpoint: Int, at first: Int) throws {
    try journal?.append(predictions, of: checkpoint, at: first)
  }

  /// Makes sure that what was kept outlives the machine.
  public func synchronize() throws { try journal?.synchronize() }

  /// Ends a shard: its result appears, and its journals go.
  public func finishShard(_ predictions: [[Prediction]]) throws {
    let count = shard.places(of: plan.images).count
    precondition(
      predictions.count == plan.checkpoints.count && predictions.allSatisfy { $0.count == count },
      "shard \(shard) is not whole")
    let header = ShardResult.Header(
      plan: pinned.sha256, shard: shard.description, engines: engines.sorted())
    try ShardResult.write(
      header, predictions, to: ShardResult.path(of: shard, in: folder))
    for file in RunJournal.files(in: workFolder) { unsafe unlink(file) }
  }

  /// Ends a whole run: its final files appear.
  public func finishRun(_ predictions: [[Prediction]]) throws -> [EvaluationReport] {
    try journal?.synchronize()
    return try RunOutput(folder: folder, plan: plan, engines: engines).write(predictions)
  }
}
