package import Datasets
import Documents
package import Evaluation

/// Many checkpoints as a page of their own: their figures, which of them the images tell apart, and the images on
/// which they are divided.
package struct SeriesPage {
  /// The page as HTML in UTF-8.
  package let html: String

  /// Lays out the page.
  ///
  /// - Parameters:
  ///   - report: The series.
  ///   - predictions: Those of the first checkpoint.
  ///   - picture: Where the image of a prediction is to be read again, asked for those that are shown, and no others;
  ///     `nil` where it cannot be, as when it came from a stream.
  package init(
    _ report: SeriesReport, predictions: [Prediction], picture: (Prediction) -> ImageSource?
  ) {
    let title = PageTitle(
      command: report.command, files: report.checkpoints.map(\.weights),
      headline: report.heading, gates: report.gates ?? [], date: report.date)
    let sections = [
      Self.header(report, title), GateSection(gates: report.gates ?? [], ofFirst: true).html,
      Self.table(report), report.comparison.map(Self.pairs) ?? "",
      report.comparison.map { Self.gallery($0, predictions, picture) } ?? "",
    ]
    html =
      HTMLPage(
        title: title.text, body: sections.filter { !$0.isEmpty }.joined(separator: "\n"),
        style: EvaluationPage.style, hasPictures: true
      ).text
  }

  private static func header(_ report: SeriesReport, _ title: PageTitle) -> String {
    let verdict = report.comparison.map { "<p class=\"verdict\">\($0.verdict.html)</p>" } ?? ""
    return """
      <header>
      \(title.kicker)
      <h1>\(report.heading.escapedForXML)</h1>
      <p class="lead">\(report.data.isolatedForHTML)</p>
      \(verdict)
      </header>
      """
  }

  private static func table(_ report: SeriesReport) -> String {
    var table = PageTable(
      [.init("no.", .number), .init("weights", .name)]
        + report.figureNames.map { .init($0, .number) })
    for (place, row) in report.checkpoints.enumerated() {
      table.append(["\(place + 1)", row.weights.isolatedForHTML] + report.figures(place))
    }
    let beside = report.comparison.map { comparison in
      "<p class=\"note\">\(comparison.explanation.capitalisedFirst.escapedForXML).</p>"
    }
    return """
      <section id="checkpoints">
      <h2>Every checkpoint, \(report.ranking) first</h2>
      \(beside ?? "")
      \(table.html)
      </section>
      """
  }

  /// Each with each: where there are few a table that a phone shows whole, else one that scrolls.
  private static func pairs(_ comparison: SeriesComparison) -> String {
    guard let title = comparison.matrixTitle else { return "" }
    let rows = comparison.matrix
    let lines = rows.enumerated().map { place, cells in
      "<tr><th class=\"number\">\(place + 1)</th>"
        + cells.map { "<td class=\"number\(kind(of: $0))\">\($0)</td>" }.joined() + "</tr>"
    }
    let isNarrow = rows.count <= 7
    return """
      <section id="pairs">
      <h2>Each with each</h2>
      <p class="note">\(title.capitalisedFirst.escapedForXML).</p>
      \(isNarrow ? "" : ScrollHint.html)
      <div class="wide\(isNarrow ? "" : " scrolls")"><table class="pairs">
      <thead><tr><th></th>\(rows.indices.map { "<th class=\"number\">\($0 + 1)</th>" }.joined())</tr></thead>
      <tbody>
      \(lines.joined(separator: "\n"))
      </tbody></table></div>
      </section>
      """
  }

  private static func kind(of cell: String) -> String { cell.hasSuffix("*") ? " sure" : "" }

  private static func gallery(
    _ comparison: SeriesComparison, _ predictions: [Prediction],
    _ picture: (Prediction) -> ImageSource?
  ) -> String {
    let thumbnails = Thumbnail.all(
      of: comparison.disagreements.map(\.path), among: predictions, picture)
    let cards = comparison.disagreements.map { image in
      PictureCard(
        path: image.path, labels: image.labels,
        thumbnail: thumbnails[image.path] ?? .missing(Thumbnail.notKept),
        answers: image.answers.map { .init(who: $0.who, guess: $0.guess, isRight: $0.isRight) })
    }
    let title = comparison.disagreementTitle(showing: SeriesComparison.mostDisagreements)
    return """
      <section id="disagreements">
      <h2>\(title.capitalisedFirst.escapedForXML)</h2>
      \(PictureCard.gallery(cards, note: "What each says, by the numbers of the checkpoints."))
      </section>
      """
  }
}
