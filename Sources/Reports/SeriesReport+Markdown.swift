import Documents
import Evaluation

extension SeriesReport {
  /// So many contested images are listed for a pull request.
  private static let shownDisagreements = 10

  /// The report as Markdown.
  package var markdown: String {
    var table = MarkdownTable(
      [("no.", .right), ("weights", .left)] + figureNames.map { ($0, .right) })
    for (place, row) in checkpoints.enumerated() {
      table.append(["\(place + 1)", row.weights.codeForMarkdown] + figures(place))
    }
    let gates = GateSection(gates: gates ?? []).markdown.map {
      "Of the first, \(checkpoints[0].weights.codeForMarkdown):\n\n\($0)"
    }
    let parts = [
      "### \(heading) of \(data.codeForMarkdown)", comparison?.verdict.markdown.capitalisedFirst,
      table.text, comparison.map { $0.explanation.capitalisedFirst + "." }, gates,
      comparison.flatMap(matrix), comparison.map(disagreements),
    ]
    return parts.compactMap(\.self).joined(separator: "\n\n") + "\n"
  }

  private func matrix(_ comparison: SeriesComparison) -> String? {
    guard let title = comparison.matrixTitle else { return nil }
    let rows = comparison.matrix
    var table = MarkdownTable([("", .right)] + rows.indices.map { ("\($0 + 1)", .right) })
    for (place, row) in rows.enumerated() { table.append(["**\(place + 1)**"] + row) }
    return folded("Each with each", "\(title.capitalisedFirst).\n\n\(table.text)")
  }

  private func disagreements(_ comparison: SeriesComparison) -> String {
    let title = comparison.disagreementTitle(showing: Self.shownDisagreements).capitalisedFirst
    let shown = comparison.disagreements.prefix(Self.shownDisagreements)
    guard !shown.isEmpty else { return title + "." }
    var table = MarkdownTable([("image", .left), ("class", .left), ("guesses", .left)])
    for image in shown {
      table.append([
        image.path.shortened(to: 120).codeForMarkdown,
        image.labels.joined(separator: ", ").shortened(to: 80).codeForMarkdown,
        image.summary.markdown,
      ])
    }
    return folded(title, table.text)
  }

  // Markdown inside needs an empty line on either side.
  private func folded(_ title: String, _ text: String) -> String {
    "<details><summary>\(title.escapedForXML)</summary>\n\n\(text)\n\n</details>"
  }
}
