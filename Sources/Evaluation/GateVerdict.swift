/// What a result has to do with a number that it must have, as reports keep it.
public struct GateVerdict: Codable, Sendable, Hashable {
  /// The gate as it was written, `top5>=92`.
  public var gate: String
  /// What the result has, in ``unit``; `nil` where it has no such figure, or none that is finite.
  public var figure: Double?
  /// The lower end of the figure's 95 % interval, in ``unit``; `nil` where there is no interval.
  public var low: Double?
  /// The upper end.
  public var high: Double?
  /// `percent`, `nats`, or `share`, which is from 0 to 1; `nil` of a figure without unit.
  public var unit: String?
  /// Whether the result is as expected.
  public var passed: Bool
  /// What is wrong where it is not.
  public var reason: String?

  /// Holds `metrics` to `gate`.
  public init(_ gate: MetricGate, of metrics: ClassificationMetrics) {
    self.gate = gate.description
    let measured = gate.measured(in: metrics)
    figure = measured.flatMap { $0.isFinite ? $0 : nil }
    if let share = gate.share(in: metrics) {
      (low, high) = (share.low * 100, share.high * 100)
    }
    unit = gate.unit
    reason = gate.failure(in: metrics)
    passed = reason == nil
  }

  /// Holds a number to `gate` by another rule than whether it passes: as one of a sample.
  ///
  /// - Parameters:
  ///   - figure: The number; `nil` where it could not be computed.
  ///   - interval: Its interval; `nil` where it has none, or none that is evidence.
  ///   - passed: What the rule says.
  package init(_ gate: MetricGate, figure: Double?, interval: Accuracy?, passed: Bool) {
    self.gate = gate.description
    self.figure = figure.flatMap { $0.isFinite ? $0 : nil }
    low = interval.map { $0.low * 100 }
    high = interval.map { $0.high * 100 }
    unit = gate.unit
    self.passed = passed
    reason = figure == nil ? "\(gate): it cannot be computed of another order of labels" : nil
  }
}

extension MetricGate {
  /// The unit of the figure.
  var unit: String? {
    if isInPercent { return "percent" }
    if metric == "loss" { return "nats" }
    return metric == "brier" || metric == "auc" ? nil : "share"
  }
}
