import Digests
import Documents
public import Evaluation
import Foundation
import Tensors

/// What a run is of: pinned before its first image, and the same for every process that works on it.
public struct RunPlan: Codable, Sendable, Hashable {
  /// The name and version of the format.
  let format: String
  /// What is scored with what, a checkpoint each; of the images their number and, in place of their
  /// bytes, their names.
  public let checkpoints: [EvaluationManifest]
  /// How the metrics are computed.
  public let metrics: ClassificationMetrics.Options
  /// Into how many parts it is cut.
  public let shards: Int

  private static let format = "assay-run-1"

  /// Plans a run of checkpoints on the same images.
  public init(
    _ checkpoints: [EvaluationManifest], metrics: ClassificationMetrics.Options, shards: Int = 1
  ) {
    precondition(!checkpoints.isEmpty && Shard.counts.contains(shards), "a run of nothing")
    format = Self.format
    self.checkpoints = checkpoints
    self.metrics = metrics
    self.shards = shards
  }

  /// How many images there are.
  public var images: Int { checkpoints[0].data.images }

  /// In what another plan differs, a line a part.
  ///
  /// The places of weights and images may change, what they hold may not. The engine is pinned by who
  /// computes first, which the machine that makes the plan need not do.
  func differences(from other: RunPlan) -> [String] {
    var parts: [String] = []
    if checkpoints.count != other.checkpoints.count {
      parts.append("it has \(other.checkpoints.count) checkpoints, now \(checkpoints.count)")
    }
    for (mine, theirs) in zip(checkpoints, other.checkpoints) {
      let mine = mine.inPlace(of: theirs)
      guard mine != theirs else { continue }
      let found = ResultComparison.differences(theirs, mine)
      let name = checkpoints.count > 1 ? "\(theirs.weights.file): " : ""
      parts += found.map { "\(name)\($0.part) was \($0.first), now \($0.second)" }
      // Whatever has no line of its own there.
      if found.isEmpty { parts.append("\(name)the protocol, notes or classes were others") }
    }
    if metrics != other.metrics {
      parts.append("top-k, ties, bins or threshold were others")
    }
    if shards != other.shards {
      parts.append("it is cut into \(other.shards) shards, now \(shards)")
    }
    return parts
  }

  /// The plan as JSON, the same bytes for the same plan.
  func json() throws -> Data { try JSONText.file(self) }

  /// Reads what ``json()`` wrote.
  init(json data: Data) throws {
    self = try JSONText.decode(RunPlan.self, from: data)
    // More images than that are none, and their places would be no numbers.
    guard format == Self.format, let images = checkpoints.first?.data.images,
      (0...1_000_000_000_000).contains(images),
      checkpoints.allSatisfy({ $0.data.images == images }), Shard.counts.contains(shards),
      metrics.threshold.map({ $0 > 0 && $0 < 1 }) ?? true
    else { throw RunError.damaged("plan.json", reason: "not a plan in \(Self.format)") }
  }
}

extension EvaluationManifest {
  /// The same, found where `other` was found and computed by what computed that.
  fileprivate func inPlace(of other: EvaluationManifest) -> EvaluationManifest {
    var moved = self
    if weights.sha256 == other.weights.sha256 { moved.weights.file = other.weights.file }
    moved.data.directory = other.data.directory
    moved.arithmetic.engine = other.arithmetic.engine
    return moved
  }
}

/// A plan as it is pinned in a folder.
struct PinnedPlan: Sendable {
  let plan: RunPlan
  /// The SHA-256 of its file, in hexadecimal: what each result and each journal names.
  let sha256: String

  /// Reads the plan of the run in `folder`; `nil` where there is none.
  static func read(_ folder: String) throws(RunError) -> PinnedPlan? {
    let file = path(folder)
    guard let data = try RunFile.read(file) else { return nil }
    guard let plan = try? RunPlan(json: data) else {
      throw .damaged(file, reason: "not the plan of a run")
    }
    return PinnedPlan(plan: plan, sha256: SHA256.hash(data: data).hexadecimal)
  }

  /// Makes `plan` the one of the run in `folder`, unless another process has done so first.
  ///
  /// - Throws: ``RunError/another(_:parts:)`` where the folder's is not the same.
  static func pin(_ plan: RunPlan, in folder: String) throws -> PinnedPlan {
    try RunFile.create(plan.json(), at: path(folder))
    guard let pinned = try read(folder) else {
      throw RunError.damaged(path(folder), reason: "it has gone")
    }
    let parts = plan.differences(from: pinned.plan)
    guard parts.isEmpty else { throw RunError.another(folder, parts: parts) }
    return pinned
  }

  private static func path(_ folder: String) -> String { "\(folder)/plan.json" }
}
