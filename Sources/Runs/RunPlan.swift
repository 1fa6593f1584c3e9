public import Evaluation
import Foundation

/// What a run is of: pinned before its first image, and the same when it goes on.
public struct RunPlan: Codable, Sendable, Hashable {
  /// What is scored with what; of the images their number and, in place of their bytes, their names.
  public let manifest: EvaluationManifest
  /// Numbers of guesses beside 1 and 5.
  public let further: [Int]
  /// How equal scores are ranked.
  public let tieRule: TieRule
  /// Bins of the calibration curve.
  public let bins: Int

  /// Plans a run.
  public init(_ manifest: EvaluationManifest, metrics: ClassificationMetrics.Options) {
    self.manifest = manifest
    further = metrics.further
    tieRule = metrics.tieRule
    bins = metrics.bins
  }

  /// How the metrics are computed.
  public var metrics: ClassificationMetrics.Options {
    ClassificationMetrics.Options(further: further, tieRule: tieRule, bins: bins)
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
  func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return try encoder.encode(self) + Data("\n".utf8)
  }

  /// Reads what ``json()`` wrote.
  init(json data: Data) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    self = try decoder.decode(RunPlan.self, from: data)
  }
}
