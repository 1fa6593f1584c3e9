import ArgumentParser
import Evaluation

/// What of a result makes the command end with an exit code other than 0: it is not to be trusted, or not as
/// expected.
struct ResultVerdict {
  let gates: [MetricGate]
  /// Unreadable images that are no failure.
  let maxFailures: Int
  /// Shows people a line.
  let show: (String) -> Void

  /// Judges the results of checkpoints, of which the one with the highest figures must be as expected.
  ///
  /// - Parameter unfit: How many more there were that could not be scored.
  func judge(_ reports: [EvaluationReport], unfit: Int = 0) throws {
    for report in reports { try judgeFailures(report) }
    if unfit > 0 {
      throw Failure(.badData, "\(unfit) of \(reports.count + unfit) checkpoints do not fit")
    }
    for report in reports { try judgeScores(report) }
    if let first = ResultTable.order(of: reports).first {
      try gates.judge(reports[first].metrics, show: show)
    }
  }

  private func judgeFailures(_ report: EvaluationReport) throws {
    guard report.failures.count > maxFailures else { return }
    throw Failure(
      .badData,
      "\(report.failures.count) of \(report.manifest.data.images) images could not be read; "
        + "--max-failures allows \(maxFailures)")
  }

  private func judgeScores(_ report: EvaluationReport) throws {
    guard report.accuracy.nonFinite > 0 else { return }
    throw Failure(
      .comparisonFailed, "\(report.accuracy.nonFinite) images have logits that are not finite")
  }
}

extension [MetricGate] {
  /// Every gate with what is wrong, if something is.
  func verdicts(_ metrics: ClassificationMetrics) -> [(name: String, failure: String?)] {
    map { ($0.description, $0.failure(in: metrics)) }
  }

  /// Fails where a gate itself cannot be meant so.
  func check() throws {
    for gate in self {
      if let fault = gate.fault { throw ValidationError("--expect \(fault)") }
    }
  }

  /// Shows every gate, and fails where one does.
  func judge(_ metrics: ClassificationMetrics, show: (String) -> Void) throws {
    for gate in self { show("gate    \(gate.verdict(in: metrics))") }
    let failures = verdicts(metrics).compactMap(\.failure)
    guard failures.isEmpty else {
      throw Failure(.comparisonFailed, "expected " + failures.joined(separator: "; expected "))
    }
  }
}
