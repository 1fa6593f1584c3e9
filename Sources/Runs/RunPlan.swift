import Documents
public import Evaluation
import Foundation

/// What a run is of: pinned before its first image, and the same when it goes on.
public struct RunPlan: Codable, Sendable, Hashable {
  /// What is scored with what; of the images their number and, in place of their bytes, their names.
  public let manifest: EvaluationManifest
  /// How the metrics are computed.
  public let metrics: ClassificationMetrics.Options

  /// Plans a run.
  public init(_ manifest: EvaluationManifest, metrics: ClassificationMetrics.Options) {
    self.manifest = manifest
    self.metrics = metrics
  }

  /// In what another plan differs, a line a part.
  func differences(from other: RunPlan) -> [String] {
    var parts = ResultComparison.differences(other.manifest, manifest).map {
      "\($0.part) was \($0.first), now \($0.second)"
    }
    if metrics != other.metrics { parts.append("--top-k, --ties or --bins were others") }
    return parts
  }

  /// Whether results of another plan may stand beside those of this one: the place of the weights and the
  /// folder's name may change, what they hold may not.
  func isSame(as other: RunPlan) -> Bool {
    var (mine, theirs) = (self.manifest, other.manifest)
    (mine.weights.file, mine.data.directory) = ("", "")
    (theirs.weights.file, theirs.data.directory) = ("", "")
    return mine == theirs && metrics == other.metrics
  }

  /// The plan as JSON, the same bytes for the same plan.
  func json() throws -> Data { try JSONText.file(self) }

  /// Reads what ``json()`` wrote.
  init(json data: Data) throws { self = try JSONText.decode(RunPlan.self, from: data) }
}
