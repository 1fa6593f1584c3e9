import Evaluation
import Files
package import Foundation

/// The parsers of a run's files, each by itself, for those who try them with bytes that nobody vouches for.
///
/// Journal and result are of the run whose plan has the SHA-256 `planDigest`, whatever its bytes are.
package struct RunParsers {
  private let pinned: PinnedPlan

  /// What the files name as the plan's digest.
  package static let planDigest = String(repeating: "0", count: 64)

  /// Reads a plan.
  package init(plan: Data) throws {
    pinned = PinnedPlan(plan: try RunPlan(json: plan), sha256: Self.planDigest)
  }

  /// Reads a journal of the run, up to its first line that is not whole.
  ///
  /// Returns how many predictions there are.
  @discardableResult
  package func journal(_ data: Data) throws -> Int {
    var contents = RunJournal.Contents(
      known: Array(repeating: [:], count: pinned.plan.checkpoints.count))
    try contents.add(
      LineBlocks([UInt8](data), of: "x"), pinned, places: 0..<pinned.plan.images)
    return contents.known.map(\.count).reduce(0, +)
  }

  /// Reads the result of the run's first part.
  package func result(_ data: Data) throws {
    guard let shard = Shard(1, of: pinned.plan.shards) else {
      throw RunError.damaged("x", reason: "no result")
    }
    var reader = ShardReader(LineBlocks([UInt8](data), of: "x"), of: shard, pinned)
    if let fault = try reader.read({ _, _ in }) { throw RunError.damaged("x", reason: fault) }
  }
}
