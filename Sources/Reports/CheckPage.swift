import Documents
package import Foundation
package import Verification

/// A check of weights as a page of its own: what was found, layer by layer, and what cannot be seen.
package struct CheckPage {
  /// The page as HTML in UTF-8.
  package let html: String

  /// Lays out the page.
  ///
  /// - Parameters:
  ///   - check: What was found.
  ///   - model: The network's name.
  ///   - input: Its input, `224×224×3`.
  ///   - weights: The checkpoint's file.
  ///   - date: When it ended.
  package init(
    _ check: NetworkCheck, model: String, input: String, weights: String, date: Date?
  ) {
    let findings = LayerFindings.all(of: check)
    let headline = Self.headline(findings)
    let title = PageTitle(
      command: "assay check", files: [weights], headline: headline, date: date)
    let header = """
      <header>
      \(title.kicker)
      <h1 class="\(check.passes ? "good" : "bad")">\(headline.capitalisedFirst)</h1>
      <p class="lead">\(model.isolatedForHTML) · \(input.escapedForXML)</p>
      \(Self.paragraphs(Self.summary(check)))
      </header>
      """
    let sections = [
      header, Self.section(findings), check.statistics.map(Self.section) ?? "",
      Self.section(check.blindSpots),
    ]
    html =
      HTMLPage(
        title: title.text, body: sections.filter { !$0.isEmpty }.joined(separator: "\n"),
        style: EvaluationPage.style
      ).text
  }

  static func headline(_ findings: [LayerFindings]) -> String {
    let faults = findings.count(where: \.isFault)
    guard faults > 0 else { return "nothing suspicious" }
    return "\(Figures.count(faults, "layer")) \(faults == 1 ? "does" : "do") not fit"
  }

  static func summary(_ check: NetworkCheck) -> [String] {
    (check.lints.isEmpty ? [NetworkCheck.soundWeights] : [])
      + (check.statistics?.summary ?? [NetworkCheck.noImages])
  }

  private static func paragraphs(_ lines: [String]) -> String {
    lines.map { "<p class=\"note\">\($0.capitalisedFirst.escapedForXML).</p>" }
      .joined(separator: "\n")
  }

  private static func section(_ findings: [LayerFindings]) -> String {
    guard !findings.isEmpty else { return "" }
    var table = PageTable([.init("layer", .name), .init("", .words), .init("finding", .words)])
    for layer in findings {
      table.append([
        layer.layer.isolatedForHTML, layer.isFault ? "<strong>fault</strong>" : "note",
        layer.texts.map(\.isolatedForHTML).joined(separator: "<br>"),
      ])
    }
    return """
      <section id="findings" class="findings">
      <h2>Findings by layer</h2>
      \(table.html)
      </section>
      """
  }

  private static func section(_ statistics: StatisticsCheck) -> String {
    guard !statistics.norms.isEmpty else { return "" }
    var table = PageTable(
      [.init("batch norm", .name)] + NormComparison.figureNames.map { .init($0, .number) }
        + [.init("", .words)])
    for norm in statistics.norms {
      table.append(
        [norm.layer.isolatedForHTML] + norm.figures
          + [norm.verdict == .fits ? "fits" : "<strong>\(norm.verdict.rawValue)</strong>"])
    }
    return """
      <section id="norms">
      <h2>Every batch norm beside the images</h2>
      <p class="note">Misfit is how far the file’s moving statistics are from those of what the layer reads: 0 for the \
      same, 1 for statistics of something else.</p>
      \(table.html)
      </section>
      """
  }

  private static func section(_ spots: BlindSpots) -> String {
    """
    <section id="unseen">
    <h2>Not to be seen here</h2>
    <ul>\(spots.lines.map { "<li>\($0.capitalisedFirst.isolatedForHTML)</li>" }.joined(separator: "\n"))</ul>
    </section>
    """
  }
}
