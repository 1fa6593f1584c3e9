import Foundation

/// A number that a result must have: `top1=75.96±0.2`, `top5>=92`, `ece<=0.05`.
public struct MetricGate: Sendable, Hashable, CustomStringConvertible {
  /// How the number is compared.
  public enum Relation: String, Sendable, Hashable, CaseIterable {
    /// Within the tolerance.
    case equals = "="
    /// At least.
    case atLeast = ">="
    /// At most.
    case atMost = "<="
  }

  /// `top1`, which is `accuracy`, `top5` or another k, in percent; `loss`, `brier`, `ece`, `precision`,
  /// `recall`, `f1`; of a network of one output `auc`, and the three before it are of its class 1.
  ///
  /// Of sets of labels `subset`, subset accuracy, and `map`, mean average precision, in percent; `precision`,
  /// `recall`, `f1` and `auc` are then means over the labels, `micro-precision`, `micro-recall` and `micro-f1` of
  /// all answers together, and `hamming` is the share of these that is wrong.
  public let metric: String
  /// How it is compared.
  public let relation: Relation
  /// The number that is expected.
  public let value: Double
  /// How far the result may be from it.
  public let tolerance: Double

  /// Whether the number was written with a sign of percent.
  private let saysPercent: Bool

  /// As it was written.
  public let description: String

  /// The metrics beside top-k.
  public static let others = [
    "loss", "brier", "ece", "precision", "recall", "f1", "auc", "subset", "map", "hamming",
    "micro-precision", "micro-recall", "micro-f1",
  ]

  /// Reads a gate, or gives `nil` for what is none.
  ///
  /// Without a tolerance the result must round to the number, in as many digits as it is written in.
  public init?(_ text: String) {
    // The longer signs first: `=` is a part of `>=`.
    let signs: [Relation] = [.atLeast, .atMost, .equals]
    guard
      let (relation, range) = signs.lazy.compactMap({ sign in
        text.range(of: sign.rawValue).map { (sign, $0) }
      }).first
    else { return nil }
    metric = String(text[..<range.lowerBound])
    guard Self.guesses(metric) != nil || Self.others.contains(metric) else { return nil }
    let parts = text[range.upperBound...].replacing("+-", with: "±").split(
      separator: "±", omittingEmptySubsequences: false
    ).map(String.init)
    // A sign of percent stands behind either number, or behind both.
    let isPercent = parts.contains { $0.hasSuffix("%") }
    guard !isPercent || Self.isInPercent(metric) else { return nil }
    let numbers = parts.map { $0.hasSuffix("%") ? String($0.dropLast()) : $0 }
    guard let value = numbers.first.flatMap(Double.init), value.isFinite, parts.count <= 2 else {
      return nil
    }
    saysPercent = isPercent
    if parts.count == 2 {
      // An endless tolerance would make a gate that cannot fail.
      guard relation == .equals, let tolerance = Double(numbers[1]), tolerance >= 0,
        tolerance.isFinite
      else {
        return nil
      }
      self.tolerance = tolerance
    } else {
      let decimals = numbers[0].split(separator: ".").dropFirst().first?.count ?? 0
      tolerance = relation == .equals ? 0.5 * pow(10, -Double(decimals)) : 0
    }
    self.relation = relation
    self.value = value
    description = text
  }

  /// How many guesses `top5` counts.
  public static func guesses(_ metric: String) -> Int? {
    if metric == "accuracy" { return 1 }
    guard metric.hasPrefix("top"), let k = Int(metric.dropFirst(3)), (1...1_000_000).contains(k)
    else { return nil }
    return k
  }

  /// How many guesses it counts, if it is a top-k.
  public var guesses: Int? { Self.guesses(metric) }

  private static func isInPercent(_ metric: String) -> Bool {
    guesses(metric) != nil || metric == "subset" || metric == "map"
  }

  /// Whether the number is in percent.
  var isInPercent: Bool { Self.isInPercent(metric) }

  /// The number of a result, top-k in percent; `nil` where it has none.
  public func measured(in metrics: ClassificationMetrics) -> Double? {
    if let share = share(in: metrics) { return share.value * 100 }
    if let sets = metrics.multiLabel, let value = measured(in: sets) { return value }
    let score = metrics.binary?.positive ?? metrics.average
    return switch metric {
    case "loss": metrics.loss
    case "brier": metrics.brier
    case "ece": metrics.calibration?.expectedError
    case "precision": score?.precision
    case "recall": score?.recall
    case "auc": metrics.binary?.auc
    case "f1": score?.f1
    default: nil
    }
  }

  /// The number where each class is a question of its own.
  private func measured(in sets: MultiLabelMetrics) -> Double? {
    switch metric {
    case "map": sets.macro.averagePrecision.map { $0.value * 100 }
    case "hamming": sets.hammingLoss
    case "precision": sets.macro.precision?.value
    case "recall": sets.macro.recall?.value
    case "f1": sets.macro.f1?.value
    case "auc": sets.macro.auc?.value
    case "micro-precision": sets.micro.precision
    case "micro-recall": sets.micro.recall
    case "micro-f1": sets.micro.f1
    default: nil
    }
  }

  /// What it is a share of, with its interval; `nil` of a number that is none, or that the result has not.
  func share(in metrics: ClassificationMetrics) -> Accuracy? {
    if let sets = metrics.multiLabel { return metric == "subset" ? sets.subset : nil }
    return guesses.flatMap { metrics.accuracy[$0] }
  }

  /// What is wrong with the gate itself; `nil` where nothing is.
  ///
  /// One that asks for a share where percent are meant, or for percent where a share is, would pass or fail
  /// whatever the result is.
  public var fault: String? {
    if isInPercent, value <= 1, !saysPercent {
      let percent = String(format: "%.10g", value * 100)
      return
        "\(description): \(metric) is in percent; write \(metric)\(relation.rawValue)\(percent), or "
        + "\(metric)\(relation.rawValue)\(String(format: "%.10g", value))% if that is meant"
    }
    if Self.shares.contains(metric), value > 1 {
      let share = String(format: "%.10g", value / 100)
      return "\(description): \(metric) is a share, from 0 to 1; write "
        + "\(metric)\(relation.rawValue)\(share)"
    }
    return nil
  }

  /// Metrics from 0 to 1.
  private static let shares = [
    "ece", "precision", "recall", "f1", "auc", "hamming", "micro-precision", "micro-recall",
    "micro-f1",
  ]

  /// What a result has to do with it, as a line: the gate, the figure, for top-k with its interval.
  public func verdict(in metrics: ClassificationMetrics) -> String {
    if let failure = failure(in: metrics) { return "failed  \(failure)" }
    guard let measured = measured(in: metrics) else { return "failed  \(description)" }
    return "passed  \(description): it is \(figure(measured, in: metrics, decimals: 2))"
  }

  /// A figure with its unit and, of top-k, its interval.
  private func figure(
    _ measured: Double, in metrics: ClassificationMetrics, decimals: Int
  ) -> String {
    guard isInPercent else {
      return String(format: "%.6g", measured) + (unit == "nats" ? " nats" : "")
    }
    var text = String(format: "%.\(decimals)f %%", measured)
    if let share = share(in: metrics) {
      text += String(format: ", 95 %% interval %.2f to %.2f %%", share.low * 100, share.high * 100)
    }
    return text
  }

  /// Whether a number passes.
  public func passes(_ measured: Double) -> Bool {
    // Half a unit of the last digit counts as round, whatever binary fractions make of it.
    let slack = 1e-9 * max(1, abs(value))
    return switch relation {
    case .equals: abs(measured - value) <= tolerance + slack
    case .atLeast: measured >= value - slack
    case .atMost: measured <= value + slack
    }
  }

  /// What is wrong with a result, or `nil` where it passes.
  public func failure(in metrics: ClassificationMetrics) -> String? {
    guard let measured = measured(in: metrics) else {
      return "\(description): the result has no \(metric)\(absence(from: metrics))"
    }
    guard !passes(measured) else { return nil }
    // A gate may be missed by less than two decimals show.
    return "\(description): it is \(figure(measured, in: metrics, decimals: 3))"
  }

  /// Why a result has no such number, where that is known.
  private func absence(from metrics: ClassificationMetrics) -> String {
    if metrics.multiLabel != nil {
      return guesses != nil || metric == "ece"
        ? ", for its labels are sets" : ", for no label has one"
    }
    // Of as many guesses as there are classes one is always right.
    let isAlwaysRight = guesses.map { $0 >= metrics.classes.count } ?? false
    return isAlwaysRight ? ", for there are \(metrics.classes.count) classes" : ""
  }
}
