package import Datasets
import Documents
package import Evaluation

/// Two evaluations as a page of their own, with the images that flipped as pictures.
package struct ComparisonPage {
  /// The page as HTML in UTF-8.
  package let html: String

  /// The most flips that are shown; the JSON has more of them.
  package static let mostFlips = 48

  /// Lays out the page.
  ///
  /// - Parameters:
  ///   - report: The comparison.
  ///   - picture: Where the image of a prediction is to be read again, asked for those that are shown, and no others.
  package init(
    _ report: ComparisonReport, picture: (Prediction) -> ImageSource?
  ) {
    let title = PageTitle(
      command: "assay compare", files: report.manifests.map(\.weights.file),
      headline: Self.headline(report), date: report.date)
    let sections = [
      Self.header(report, title), Self.numbers(report), Self.differences(report.comparison),
      Self.flips(report.comparison, report.flipped, picture),
    ]
    html =
      HTMLPage(
        title: title.text, body: sections.joined(separator: "\n"), style: EvaluationPage.style,
        hasPictures: true
      ).text
  }

  /// `top-1 +1.20`.
  private static func headline(_ report: ComparisonReport) -> String {
    report.figures.first.map { "\($0.name) \($0.values[0]) to \($0.values[1])" } ?? ""
  }

  private static func header(_ report: ComparisonReport, _ title: PageTitle) -> String {
    let sides = zip(["first", "second"], report.manifests).map { place, manifest in
      "<tr><th>\(place)</th><td>\(manifest.weights.file.isolatedForHTML) on "
        + "\(manifest.data.directory.isolatedForHTML)</td></tr>"
    }
    let comparison = report.comparison
    let said = comparison.counts(areSets: report.areSets).map {
      "<p class=\"note\">\($0.capitalisedFirst.escapedForXML).</p>"
    }
    return """
      <header>
      \(title.kicker)
      <h1>Two evaluations</h1>
      <table class="sides">\(sides.joined())</table>
      <p class="verdict">\(comparison.verdict.capitalisedFirst.escapedForXML).</p>
      \(said.joined(separator: "\n"))
      </header>
      """
  }

  private static func numbers(_ report: ComparisonReport) -> String {
    var table = PageTable([
      .init("", .name), .init("first", .number), .init("second", .number),
      .init("difference", .number),
    ])
    for figure in report.figures { table.append([figure.name] + figure.values) }
    return "<section id=\"figures\">\n<h2>Figures</h2>\n\(table.html)\n</section>"
  }

  private static func differences(_ comparison: ResultComparison) -> String {
    guard !comparison.differences.isEmpty else {
      return "<section id=\"differences\">\n<h2>Made alike</h2>\n"
        + "<p class=\"note\">Weights, input, images, labels and versions are the same.</p>\n</section>"
    }
    var table = PageTable([.init("", .name), .init("first", .words), .init("second", .words)])
    for part in comparison.differences {
      table.append([
        part.part.escapedForXML, part.firstText.isolatedForHTML, part.secondText.isolatedForHTML,
      ])
    }
    return """
      <section id="differences">
      <h2>Made differently</h2>
      \(table.html)
      </section>
      """
  }

  private static func flips(
    _ comparison: ResultComparison, _ predictions: [Prediction],
    _ picture: (Prediction) -> ImageSource?
  ) -> String {
    let shown = comparison.flips.prefix(mostFlips)
    guard !shown.isEmpty else {
      return "<section id=\"flips\">\n<h2>No image flipped</h2>\n</section>"
    }
    let thumbnails = Thumbnail.all(of: shown.map(\.path), among: predictions, picture)
    let cards = shown.map { flip in
      PictureCard(
        path: flip.path, labels: flip.labels,
        thumbnail: thumbnails[flip.path] ?? .missing(Thumbnail.notKept),
        answers: [
          .init(who: "first", guess: flip.first, isRight: !flip.isGain),
          .init(who: "second", guess: flip.second, isRight: flip.isGain),
        ])
    }
    let rest = comparison.flipCount - shown.count
    let note =
      "Right in one alone, in the order of the data set"
      + (rest > 0 ? "; \(Figures.count(rest)) more" : "") + "."
    return """
      <section id="flips">
      <h2>\(Figures.count(comparison.flipCount, "image")) flipped</h2>
      \(PictureCard.gallery(cards, note: note))
      </section>
      """
  }
}
