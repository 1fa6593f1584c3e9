import Documents
package import Evaluation
package import Foundation

/// Many checkpoints on the same images, the highest figures first: which of them the images can tell apart, and what
/// was expected of the first.
package struct SeriesReport: Encodable, Sendable {
  /// One checkpoint.
  package struct Row: Encodable, Sendable {
    /// The checkpoint's file.
    package let weights: String
    /// Its SHA-256.
    package let sha256: String
    /// The network's name.
    package let model: String
    /// Its input, `224×224×3`.
    package let input: String
    /// The first guess; `nil` of sets of labels.
    package let top1: Accuracy?
    /// The first five, where there are more classes.
    package let top5: Accuracy?
    /// Subset accuracy of sets of labels.
    package let subset: Accuracy?
    /// Mean average precision of sets of labels.
    package let meanAveragePrecision: Double?
    /// The cross-entropy in nats, where it is finite.
    package let loss: Double?
    /// Images that could not be read.
    package let unreadable: Int
  }

  /// The images' folder.
  package let data: String
  /// How many images there are.
  package let images: Int
  /// The checkpoints, the highest figures first.
  package let checkpoints: [Row]
  /// Whether the first is best, in words; `nil` of one checkpoint.
  package let verdict: String?
  /// The checkpoints image by image; `nil` of one checkpoint.
  package let comparison: SeriesComparison?
  /// What was expected of the first, with what it has; `nil` where nothing was.
  package let gates: [GateVerdict]?
  let command: String
  let date: Date?

  private enum CodingKeys: CodingKey {
    case data, images, checkpoints, verdict, comparison, gates
  }

  /// Sums up reports that are ranked already.
  ///
  /// - Parameters:
  ///   - command: What is at work, for the title: `assay evaluate`.
  ///   - date: When that is, where the reports do not tell when their runs ended.
  package init(
    ranked reports: [EvaluationReport], comparison: SeriesComparison?, gates: [MetricGate],
    command: String, date: Date? = nil
  ) {
    precondition(!reports.isEmpty, "a series of nothing")
    data = reports[0].manifest.data.directory
    images = reports[0].manifest.data.images
    checkpoints = reports.map { report in
      Row(
        weights: report.manifest.weights.file, sha256: report.manifest.weights.sha256,
        model: report.manifest.model.name, input: report.manifest.model.input,
        top1: report.metrics.multiLabel == nil ? report.accuracy.top1 : nil,
        top5: report.accuracy.top5, subset: report.metrics.multiLabel?.subset,
        meanAveragePrecision: report.metrics.multiLabel?.macro.averagePrecision?.value,
        loss: report.metrics.loss.flatMap { $0.isFinite ? $0 : nil },
        unreadable: report.failures.count)
    }
    self.comparison = comparison
    verdict = comparison?.verdict.plain
    self.gates = gates.isEmpty ? nil : gates.map { GateVerdict($0, of: reports[0].metrics) }
    self.command = command
    self.date = reports.compactMap(\.conditions?.finished).max() ?? date
  }

  /// The report as JSON: sorted keys in snake case.
  package func json() throws -> Data { try JSONText.file(self) }

  /// How many checkpoints there are, on how many images.
  var heading: String {
    "\(Figures.count(checkpoints.count, "checkpoint")) on \(Figures.count(images, "image"))"
  }

  /// By what the checkpoints are in order.
  var ranking: String { checkpoints[0].subset == nil ? "the highest top-1" : "the highest mAP" }

  /// What the figures of a row are called.
  var figureNames: [String] {
    (checkpoints[0].subset == nil
      ? ["top-1", "95 % interval", "top-5"] : ["subset accuracy", "95 % interval", "mAP"])
      + ["loss", "unreadable"] + (comparison == nil ? [] : SeriesComparison.Rival.figureNames)
  }

  /// The figures of the checkpoint at a place: its own, and beside the first.
  func figures(_ place: Int) -> [String] {
    let rival =
      comparison.map { place == 0 ? ["", "", ""] : $0.rivals[place - 1].figures } ?? []
    return checkpoints[place].figures + rival
  }

  /// The same in JUnit's XML: a case for each gate, and one a checkpoint for images that could not be read.
  package func junit(gates: [(name: String, failure: String?)]) -> String {
    let cases =
      gates.map { JUnitSuite.Case($0.name, failure: $0.failure) }
      + checkpoints.map { row in
        JUnitSuite.Case(
          "\(row.weights): every image can be read",
          failure: row.unreadable == 0 ? nil : Figures.count(row.unreadable, "image"))
      }
    return JUnitSuite(name: "\(heading) of \(data)", className: "assay.evaluate", cases: cases).xml
  }
}

extension SeriesReport.Row {
  /// Top-1, its interval and top-5, or subset accuracy, its interval and mAP; loss and unreadable images.
  fileprivate var figures: [String] {
    let share = top1 ?? subset
    return [
      share.map { Figures.percent($0.value) } ?? "–",
      share.map { "\(Figures.percent($0.low)) – \(Figures.percent($0.high))" } ?? "–",
      (top5?.value ?? meanAveragePrecision).map { Figures.percent($0) } ?? "–",
      loss.map { Figures.decimal($0) } ?? "–", Figures.count(unreadable),
    ]
  }
}
