import Documents
package import Verification

extension CheckPage {
  /// The check as Markdown, for a pull request; the same as the page, but for the batch norms that fit.
  ///
  /// - Parameters:
  ///   - model: The network's name.
  ///   - weights: The checkpoint's file.
  package static func markdown(_ check: NetworkCheck, model: String, weights: String) -> String {
    let findings = LayerFindings.all(of: check)
    var table = MarkdownTable([("layer", .left), ("", .left), ("finding", .left)])
    for layer in findings {
      table.append([
        layer.layer.codeForMarkdown, layer.isFault ? "**fault**" : "note",
        layer.texts.map(\.escapedForMarkdown).joined(separator: "<br>"),
      ])
    }
    let unseen = check.blindSpots.lines.map { "- \($0.capitalisedFirst.escapedForMarkdown)" }
    return [
      "### \(headline(findings).capitalisedFirst) in \(weights.codeForMarkdown)",
      "\(model.escapedForMarkdown). "
        + summary(check).map { "\($0.capitalisedFirst.escapedForMarkdown)." }.joined(separator: " "),
      findings.isEmpty ? nil : table.text,
      unseen.isEmpty ? nil : "Not to be seen here:\n\n" + unseen.joined(separator: "\n"),
    ].compactMap(\.self).joined(separator: "\n\n") + "\n"
  }
}
