public import Datasets
import Documents
public import Evaluation
public import Foundation

/// An evaluation as a page of its own, to be looked at or sent: how good the network is and how sure of
/// it, which classes it confuses, its worst mistakes as pictures, and all that was scored with what.
///
/// The page loads nothing and runs no script. Names of files and classes, whatever they say, stay text.
/// The same report and pictures give the same bytes; of 50,000 images and 1000 classes they are less
/// than 5 MB.
public struct EvaluationPage: Sendable {
  /// The page as HTML in UTF-8.
  public let html: String

  /// How many mistakes are shown.
  package static let mistakeCount = 24

  /// Lays out the page.
  ///
  /// - Parameters:
  ///   - report: The report.
  ///   - predictions: Those that the report was computed of.
  ///   - command: What made the page, for its title: `assay evaluate`.
  ///   - date: When that was, where the report does not tell when its run ended.
  ///   - picture: Where the image of a prediction is to be read again; `nil` where it cannot be, as
  ///     when it came from a stream. It is asked for the mistakes that are shown, and no others.
  public init(
    report: EvaluationReport, predictions: [Prediction], command: String = "Evaluation",
    date: Date? = nil, picture: (Prediction) -> ImageSource? = { _ in nil }
  ) {
    let worst = WorstPredictions(Self.mistakeCount, of: predictions, report)
    self.init(
      report: report, mistakes: worst.predictions, command: command, date: date, picture: picture)
  }

  /// The same of the worst mistakes alone, the worst first.
  package init(
    report: EvaluationReport, mistakes: [Prediction], command: String, date: Date?,
    picture: (Prediction) -> ImageSource?
  ) {
    let metrics = report.metrics
    let mistakes = Mistake.all(of: mistakes, picture)
    let classes =
      metrics.multiLabel.map { [LabelSection(metrics: $0).html] }
      ?? [ConfusionSection(metrics: metrics).html, ClassSection(metrics: metrics).html]
    let title = PageTitle(
      command: command, files: [report.manifest.weights.file],
      headline: "\(Figures.percent(metrics.accuracy.top1.value)) \(metrics.headlineName)",
      gates: report.gates ?? [], date: report.conditions?.finished ?? date)
    let sections =
      [
        PageHeader(report: report, title: title).html,
        GateSection(gates: report.gates ?? []).html,
        MistakeGallery(mistakes: mistakes, report: report).html,
      ] + classes + [
        metrics.calibration.map { CalibrationSection(curve: $0).html } ?? "",
        FailureSection(failures: report.failures).html,
        ManifestSection(report: report).html,
      ]
    html =
      HTMLPage(
        title: title.text, body: sections.filter { !$0.isEmpty }.joined(separator: "\n"),
        style: Self.style, hasPictures: true
      ).text
  }
}

/// The images that could not be read.
struct FailureSection {
  let failures: [EvaluationReport.Failure]

  /// A list of thousands helps nobody, and must not make the page large.
  private static let limit = 200

  var html: String {
    guard !failures.isEmpty else { return "" }
    var table = PageTable([.init("image", .name), .init("reason", .name)])
    for failure in failures.prefix(Self.limit) {
      table.append([failure.path.isolatedForHTML, failure.reason.isolatedForHTML])
    }
    let rest = failures.count - Self.limit
    let more = rest > 0 ? "<p class=\"note\">And \(Figures.count(rest)) more.</p>" : ""
    return """
      <section id="unreadable">
      <h2>\(Figures.count(failures.count, "image")) could not be read</h2>
      <p class="note">They are not counted in any figure, and nothing took their place.</p>
      \(table.html)
      \(more)
      </section>
      """
  }
}
