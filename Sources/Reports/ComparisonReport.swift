import Documents
package import Evaluation
package import Foundation

/// Two evaluations beside each other: their figures, in what they were made differently, and the images that flipped.
package struct ComparisonReport: Sendable {
  /// One figure of both.
  struct Figure: Sendable {
    let name: String
    /// Of the first, of the second, and their difference.
    let values: [String]
  }

  /// The two, image by image.
  package let comparison: ResultComparison
  /// What was scored with what, of the first and of the second.
  let manifests: [EvaluationManifest]
  let figures: [Figure]
  /// When they were compared.
  let date: Date?

  /// What the first says of images that flipped, as many as were kept.
  let flipped: [Prediction]

  /// Reports what two results have come to.
  package init(_ tally: ComparisonTally, date: Date? = nil) {
    comparison = tally.comparison
    manifests = tally.manifests
    figures = Self.figures(tally.metrics, tally.manifests)
    flipped = tally.flipped
    self.date = date
  }

  /// Whether the labels are sets.
  package var areSets: Bool { manifests[0].isMultiLabel }

  private static func figures(
    _ metrics: [ClassificationMetrics], _ manifests: [EvaluationManifest]
  ) -> [Figure] {
    let percent = { (share: Double) in String(format: "%.2f %%", share * 100) }
    let areSets = manifests[0].isMultiLabel
    let shares: [(name: String, values: [Double?])] = [
      (areSets ? "subset accuracy" : "top-1", metrics.map(\.accuracy.top1.value)),
      ("top-5", metrics.map(\.accuracy.top5?.value)),
      ("mAP", metrics.map { $0.multiLabel?.macro.averagePrecision?.value }),
    ]
    // Five guesses among five classes or fewer tell nothing.
    var figures = shares.compactMap { name, values -> Figure? in
      guard let first = values[0], let second = values[1] else { return nil }
      return Figure(
        name: name,
        values: [
          percent(first), percent(second), String(format: "%+.2f", (second - first) * 100),
        ])
    }
    if let first = metrics[0].loss, let second = metrics[1].loss {
      figures.append(
        Figure(
          name: "loss",
          values: [
            String(format: "%.4f", first), String(format: "%.4f", second),
            String(format: "%+.4f", second - first),
          ]))
    }
    let counts = manifests.map(\.data.images)
    figures.append(
      Figure(name: "images", values: (counts + [counts[1] - counts[0]]).map { "\($0)" }))
    return figures
  }

  /// The report as text for a terminal, with at most so many flips.
  package func text(flips: Int) -> String {
    var numbers = TextTable(
      columns: [.left(""), .right("first"), .right("second"), .right("difference")])
    for figure in figures { numbers.add([figure.name] + figure.values) }
    let said = comparison.counts(areSets: areSets) + [comparison.verdict]
    return [numbers.text, reasons, said.joined(separator: "\n"), listing(flips)]
      .filter { !$0.isEmpty }.joined(separator: "\n\n")
  }

  /// In what the two were not made alike.
  private var reasons: String {
    guard !comparison.differences.isEmpty else { return ResultComparison.madeAlike }
    var table = TextTable(columns: [.left("made differently"), .left("first"), .left("second")])
    for part in comparison.differences { table.add([part.part, part.firstText, part.secondText]) }
    return table.text
  }

  private func listing(_ count: Int) -> String {
    guard count > 0, !comparison.flips.isEmpty else { return "" }
    var table = TextTable(
      columns: [.left("flipped"), .left("class"), .left("first"), .left("second"), .left("")])
    for flip in comparison.flips.prefix(count) {
      table.add([
        flip.path, flip.labels.joined(separator: "|"), flip.first, flip.second, flip.outcome,
      ])
    }
    let rest = comparison.flipCount - count
    return table.text + (rest > 0 ? "\n… and \(rest) more" : "")
  }

  /// The most flips in Markdown.
  private static let shownFlips = 20

  /// The report as Markdown.
  package var markdown: String {
    var numbers = MarkdownTable([
      ("", .left), ("first", .right), ("second", .right), ("difference", .right),
    ])
    for figure in figures { numbers.append([figure.name] + figure.values) }
    var parts = [
      "### \(manifests[0].weights.file.codeForMarkdown) and "
        + manifests[1].weights.file.codeForMarkdown, numbers.text,
      (comparison.counts(areSets: areSets) + [comparison.verdict]).map { "- \($0)" }
        .joined(separator: "\n"),
    ]
    if comparison.differences.isEmpty {
      parts.append(ResultComparison.madeAlike.capitalisedFirst + ".")
    } else {
      var table = MarkdownTable([
        ("made differently", .left), ("first", .left), ("second", .left),
      ])
      for part in comparison.differences {
        table.append([
          part.part, part.firstText.codeForMarkdown, part.secondText.codeForMarkdown,
        ])
      }
      parts.append(table.text)
    }
    return (parts + [flipTable].compactMap(\.self)).joined(separator: "\n\n") + "\n"
  }

  private var flipTable: String? {
    guard !comparison.flips.isEmpty else { return nil }
    var table = MarkdownTable([
      ("image", .left), ("class", .left), ("first", .left), ("second", .left), ("", .left),
    ])
    for flip in comparison.flips.prefix(Self.shownFlips) {
      let names = [flip.path, flip.labels.joined(separator: ", "), flip.first, flip.second]
      table.append(names.map { $0.shortened(to: 80).codeForMarkdown } + [flip.outcome])
    }
    let rest = comparison.flipCount - Self.shownFlips
    let more = rest > 0 ? "\n\nAnd \(Figures.count(rest)) more." : ""
    return
      "<details><summary>\(Figures.count(comparison.flipCount, "image")) flipped</summary>\n\n"
      + "\(table.text)\(more)\n\n</details>"
  }
}
