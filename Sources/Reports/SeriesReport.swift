import Documents
package import Evaluation
package import Foundation

/// Many checkpoints on the same images, the best first, and what was expected of the best.
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
  /// The checkpoints, the best first.
  package let checkpoints: [Row]
  /// What was expected of the best, with what it has; `nil` where nothing was.
  package let gates: [GateVerdict]?

  /// Sums up reports that are ranked already, the best first.
  package init(ranked reports: [EvaluationReport], gates: [MetricGate]) {
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
    self.gates = gates.isEmpty ? nil : gates.map { GateVerdict($0, of: reports[0].metrics) }
  }

  /// The report as JSON: sorted keys in snake case.
  package func json() throws -> Data { try JSONText.file(self) }

  private var title: String {
    "\(Figures.count(checkpoints.count, "checkpoint")) on \(Figures.count(images, "image"))"
  }

  /// What the figures of a row are called.
  private var figureNames: [String] {
    (checkpoints[0].subset == nil
      ? ["top-1", "95 % interval", "top-5"] : ["subset accuracy", "95 % interval", "mAP"])
      + ["loss", "unreadable"]
  }

  /// The report as Markdown.
  package var markdown: String {
    var table = MarkdownTable([("weights", .left)] + figureNames.map { ($0, .right) })
    for row in checkpoints {
      table.append([row.weights.codeForMarkdown] + row.figures)
    }
    let gates = GateSection(gates: gates ?? []).markdown.map {
      "Of the best, \(checkpoints[0].weights.codeForMarkdown):\n\n\($0)"
    }
    return ["### \(title) of \(data.codeForMarkdown)", table.text, gates].compactMap(\.self)
      .joined(separator: "\n\n") + "\n"
  }

  /// The report as a page of its own.
  package var html: String {
    let rows = checkpoints.map { row in
      "<tr><td class=\"name\">\(row.weights.isolatedForHTML)</td>"
        + row.figures.map { "<td>\($0)</td>" }.joined() + "</tr>"
    }
    let body = """
      <h1>\(title.escapedForXML)</h1>
      <p>\(data.isolatedForHTML); the best is \(checkpoints[0].weights.isolatedForHTML)</p>
      \(GateSection(gates: gates ?? []).html)
      <section id="checkpoints">
      <h2>Every checkpoint, the best first</h2>
      <div class="wide"><table>
      <thead><tr>\((["weights"] + figureNames).map { "<th>\($0)</th>" }.joined())</tr></thead>
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody></table></div>
      </section>
      """
    return HTMLPage(title: title, body: body, style: EvaluationPage.style).text
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
    return JUnitSuite(name: "\(title) of \(data)", className: "assay.evaluate", cases: cases).xml
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
