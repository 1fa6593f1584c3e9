import Documents
public import Foundation
public import Networks

/// What can be said of a network's weights without any golden.
public struct NetworkCheck: Codable, Sendable, Hashable {
  /// What is odd about the weights themselves.
  public var lints: [WeightLint]
  /// The batch norms beside images; `nil` where none were shown.
  public var statistics: StatisticsCheck?
  /// What no such comparison sees.
  public var blindSpots: BlindSpots
  /// Whether nothing was flagged: no fault among the lints, no batch norm that misfits.
  public var passes: Bool

  /// Looks through the weights, and puts what images showed beside it.
  ///
  /// - Throws: Whatever reading a weight throws.
  public init(of bound: BoundGraph, statistics: StatisticsCheck? = nil) throws {
    lints = try WeightLint.all(of: bound)
    self.statistics = statistics
    blindSpots = BlindSpots(of: bound.graph)
    passes =
      !lints.contains { $0.kind.isFault }
      && statistics?.norms.contains { $0.verdict != .fits } != true
  }

  /// The check as JSON: sorted keys in snake case.
  public func json() throws -> Data { try JSONText.file(self) }
}
