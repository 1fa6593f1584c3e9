import Evaluation
import Files
import Foundation

/// The result of a run out of those of its shards: the same bytes as one process would have written.
public struct RunMerge {
  /// The run's folder.
  public let folder: String
  /// What the run is of.
  public var plan: RunPlan { pinned.plan }
  private let pinned: PinnedPlan

  /// Finds the run in a folder.
  ///
  /// - Throws: ``RunError`` where there is none, or none in shards.
  public init(_ folder: String) throws {
    guard let pinned = try PinnedPlan.read(folder) else { throw RunError.noRun(folder) }
    guard pinned.plan.shards > 1 else { throw RunError.notSharded(folder) }
    self.folder = folder
    self.pinned = pinned
  }

  /// The shards without a good result.
  public func missing() -> [Shard] {
    Shard.all(plan.shards).filter { shard in
      ShardReader.state(of: shard, in: folder, pinned) != .whole
    }
  }

  /// Writes the final files; of any number of predictions few are ever in memory.
  ///
  /// - Parameter mistakes: How many of the worst mistakes of each checkpoint are returned.
  /// - Returns: What came out, in the order of the checkpoints.
  /// - Throws: ``RunError/incomplete(_:lines:isBad:)`` with every shard that is missing or not what was
  ///   written; ``RunError/otherEngines(_:_:)`` for machines of several kinds, unless they may be mixed.
  public func write(mixesEngines: Bool = false, mistakes: Int = 0) throws -> [RunOutcome] {
    for manifest in plan.checkpoints where manifest.assay != AssayVersion.current {
      throw RunError.another(
        folder, parts: ["assay was \(manifest.assay), now \(AssayVersion.current)"])
    }
    var faults: [(shard: Shard, reason: String)] = []
    var isBad = false
    var engines: Set<String> = []
    var tallies = plan.checkpoints.map {
      RunTally(of: $0, options: plan.metrics, mistakes: mistakes)
    }
    for shard in Shard.all(plan.shards) {
      do throws(LineBlocksError) {
        guard var reader = try ShardReader(shard, in: folder, pinned) else {
          faults.append((shard, "missing"))
          continue
        }
        let fault = try reader.read { tallies[$0].add($1) }
        engines.formUnion(reader.engines)
        guard let fault else { continue }
        faults.append((shard, fault))
      } catch {
        faults.append((shard, "\(error)"))
      }
      isBad = true
    }
    guard faults.isEmpty else {
      throw RunError.incomplete(folder, lines: Self.lines(faults), isBad: isBad)
    }
    guard mixesEngines || engines.count == 1 else {
      throw RunError.otherEngines(folder, engines.sorted())
    }
    let output = RunOutput(folder: folder, plan: plan, engines: engines)
    return try output.write(tallies) { checkpoint, file in
      for shard in Shard.all(plan.shards) {
        guard var reader = try ShardReader(shard, in: folder, pinned) else {
          throw RunError.incomplete(
            folder, lines: Self.lines([(shard, "missing")]), isBad: false)
        }
        try reader.lines(of: checkpoint) { try file.append($0) }
      }
    }
  }

  /// A line for each run of neighbours with the same fault.
  private static func lines(_ faults: [(shard: Shard, reason: String)]) -> [String] {
    var groups: [(first: Shard, last: Shard, reason: String)] = []
    for (shard, reason) in faults {
      if let group = groups.last, group.reason == reason, group.last.number + 1 == shard.number {
        groups[groups.count - 1].last = shard
      } else {
        groups.append((shard, shard, reason))
      }
    }
    return groups.map { first, last, reason in
      first == last
        ? "shard \(first): \(reason)"
        : "shards \(first.number) to \(last.number) of \(last.count): \(reason)"
    }
  }
}
