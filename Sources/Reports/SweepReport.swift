import Documents
package import Evaluation
package import Foundation

/// What a search for the protocol of a published number found: every protocol that was tried, with each
/// expected number, the nearest first.
package struct SweepReport: Encodable, Sendable {
  /// A share of images; its interval only where it is evidence of anything.
  package struct Share: Encodable, Sendable {
    /// How many were right.
    package let correct: Int
    /// Of how many.
    package let total: Int
    /// From 0 to 1.
    package let value: Double
    /// The lower end of its 95 % interval.
    package let low: Double?
    /// The upper end.
    package let high: Double?

    /// The share of an accuracy.
    package init(_ accuracy: Accuracy, withInterval: Bool) {
      (correct, total, value) = (accuracy.correct, accuracy.total, accuracy.value)
      low = withInterval ? accuracy.low : nil
      high = withInterval ? accuracy.high : nil
    }
  }

  /// One protocol.
  package struct Row: Encodable, Sendable {
    /// In which options it differs from the start; empty for the start itself.
    package var change: String
    /// All its options.
    package var options: String
    /// The first guess.
    package var top1: Share
    /// The first five.
    package var top5: Share?
    /// Whether every number that could be computed may be the expected one.
    package var fits: Bool
    /// Each expected number, with what it is here.
    package var gates: [GateVerdict]

    /// Keeps what a protocol gave.
    package init(
      change: String, options: String, top1: Share, top5: Share?, fits: Bool, gates: [GateVerdict]
    ) {
      (self.change, self.options, self.top1, self.top5) = (change, options, top1, top5)
      (self.fits, self.gates) = (fits, gates)
    }
  }

  /// The network's name.
  package var model: String
  /// The checkpoint.
  package var weights: String
  /// The images' folder.
  package var data: String
  /// How many images were scored.
  package var images: Int
  /// Of how many.
  package var imagesInAll: Int
  /// The numbers that were looked for, as they were written.
  package var expected: [String]
  /// How many protocols would fit by chance.
  package var fittingByChance: Double
  /// Whether that is so many that one that fits is no proof.
  package var isGuess: Bool
  /// Every protocol, the nearest first.
  package var protocols: [Row]
  private let date: Date?

  private enum CodingKeys: CodingKey {
    case model, weights, data, images, imagesInAll, expected, fittingByChance, isGuess, protocols
  }

  /// Keeps what a search found.
  ///
  /// - Parameter date: When it ended, for the page.
  package init(
    model: String, weights: String, data: String, images: Int, of imagesInAll: Int,
    expected: [String], fittingByChance: Double, isGuess: Bool, protocols: [Row],
    date: Date? = nil
  ) {
    self.date = date
    (self.model, self.weights, self.data) = (model, weights, data)
    (self.images, self.imagesInAll, self.expected) = (images, imagesInAll, expected)
    (self.fittingByChance, self.isGuess, self.protocols) = (fittingByChance, isGuess, protocols)
  }

  /// The report as JSON: sorted keys in snake case.
  package func json() throws -> Data { try JSONText.file(self) }

  /// The most protocols of a table: the nearest tell what there is to tell.
  private static let mostRows = 40

  private var summary: String {
    let fitting = protocols.count(where: \.fits)
    let chance = String(format: "%.1f", fittingByChance)
    return
      "\(fitting) of \(Figures.count(protocols.count)) protocols \(fitting == 1 ? "fits" : "fit") "
      + "\(expected.joined(separator: ", ")) on \(Figures.count(images)) of "
      + "\(Figures.count(imagesInAll)) images; about \(chance) would by chance"
      + (isGuess ? ", so that one that fits is no proof" : "")
  }

  /// The report as Markdown.
  package var markdown: String {
    var table = MarkdownTable([
      ("what differs", .left), ("top-1", .right), ("95 % interval", .right), ("", .left),
    ])
    for row in protocols.prefix(Self.mostRows) {
      table.append([
        row.change.isEmpty ? "nothing" : row.change.codeForMarkdown,
        Figures.percent(row.top1.value), row.top1.intervalText, row.fits ? "fits" : "",
      ])
    }
    let gates = protocols.first.flatMap { row in
      GateSection(gates: row.gates).markdown.map {
        "Of the nearest, \(row.options.codeForMarkdown):\n\n\($0)"
      }
    }
    return [
      "### Protocols of \(model.escapedForMarkdown) on \(data.codeForMarkdown)",
      summary.escapedForMarkdown + ".", table.text, gates,
    ].compactMap(\.self).joined(separator: "\n\n") + "\n"
  }

  /// The report as a page of its own.
  package var html: String {
    var table = PageTable([
      .init("what differs", .name), .init("top-1", .number), .init("95 % interval", .number),
      .init("", .words),
    ])
    for row in protocols.prefix(Self.mostRows) {
      table.append([
        (row.change.isEmpty ? "nothing" : row.change).isolatedForHTML,
        Figures.percent(row.top1.value), row.top1.intervalText, row.fits ? "fits" : "",
      ])
    }
    let gates = protocols.first?.gates ?? []
    let title = PageTitle(
      command: "assay sweep", files: [weights],
      headline:
        "\(protocols.count(where: \.fits)) of \(Figures.count(protocols.count, "protocol")) fit",
      gates: gates, date: date)
    let body = """
      <header>
      \(title.kicker)
      <h1>Protocols of \(model.isolatedForHTML)</h1>
      <p class="lead">\(data.isolatedForHTML)</p>
      <p>\(summary.escapedForXML).</p>
      \(protocols.first.map { "<p>The nearest: <code>\($0.options.escapedForXML)</code></p>" } ?? "")
      </header>
      \(GateSection(gates: gates).html)
      <section id="protocols">
      <h2>Every protocol\(protocols.count > Self.mostRows ? ", the nearest \(Self.mostRows)" : "")</h2>
      \(table.html)
      </section>
      """
    return HTMLPage(title: title.text, body: body, style: EvaluationPage.style).text
  }
}

extension SweepReport.Share {
  fileprivate var intervalText: String {
    guard let low, let high else { return "" }
    return "\(Figures.percent(low)) – \(Figures.percent(high))"
  }
}
