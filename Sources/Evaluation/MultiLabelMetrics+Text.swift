import Documents
import Foundation

extension MultiLabelMetrics {
  /// A metric of labels, averaged in both ways.
  package struct Average: Sendable {
    /// What it is called.
    package let name: String
    /// The mean over labels.
    package let macro: Mean?
    /// Of all answers together.
    package let micro: Double?
  }

  /// All metrics that are averaged over labels, the best known first.
  package var averages: [Average] {
    [
      Average(
        name: "average precision (macro: mAP)", macro: macro.averagePrecision,
        micro: micro.averagePrecision),
      Average(name: "ROC AUC", macro: macro.auc, micro: micro.auc),
      Average(name: "precision", macro: macro.precision, micro: micro.precision),
      Average(name: "recall", macro: macro.recall, micro: micro.recall),
      Average(name: "F1", macro: macro.f1, micro: micro.f1),
    ]
  }

  /// A mean in four digits, with the number of labels where these are not all.
  package func words(_ mean: Mean?) -> String {
    guard let mean else { return Self.undefined }
    let part =
      mean.labels < labels.count
      ? " (of \(mean.labels) \(mean.labels == 1 ? "label" : "labels"))" : ""
    return String(format: "%.4f", mean.value) + part
  }

  /// A number in four digits.
  package func words(_ value: Double?) -> String {
    value.map { String(format: "%.4f", $0) } ?? Self.undefined
  }

  /// The threshold in as many digits as it was written.
  package var thresholdText: String { String(format: "%.10g", threshold) }

  /// What stands in place of a number that would be divided by zero.
  private static let undefined = "–"

  /// As many labels as are shown to people; files have them all.
  private static let shownLabels = 40

  /// The averages and the labels, for people.
  func lines(quality: String) -> [String] {
    var averaged = TextTable(
      columns: [.left("over \(labels.count) labels"), .right("macro"), .right("micro")])
    for average in averages {
      averaged.add([average.name, words(average.macro), words(average.micro)])
    }
    var each = TextTable(
      columns: [.left("label")]
        + LabelScore.columns.map { .right($0) })
    for label in labels.prefix(Self.shownLabels) {
      each.add(
        [label.name, "\(label.support)", "\(label.predicted)"] + label.figures.map(words))
    }
    let rest = labels.count - Self.shownLabels
    return [
      "Hamming loss \(words(hammingLoss)); guessed above a probability of \(thresholdText)",
      quality,
      "",
    ] + averaged.lines + [""] + each.lines
      + (rest > 0 ? ["… and \(rest) more labels"] : []) + [""]
  }
}
