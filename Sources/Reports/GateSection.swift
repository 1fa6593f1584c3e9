import Documents
import Evaluation
import Foundation

/// What was expected of the result, and what it is: every gate, whether it passed or failed.
struct GateSection {
  let gates: [GateVerdict]
  /// Whether they are of the first of several.
  var ofFirst = false

  var html: String {
    guard !gates.isEmpty else { return "" }
    var table = PageTable([
      .init("expected", .name), .init("it is", .number), .init("95 % interval", .number),
      .init("verdict", .words), .init("", .words),
    ])
    for gate in gates {
      table.append([
        gate.gate.isolatedForHTML, gate.figureText, gate.intervalText,
        gate.passed ? "passed" : "<strong>failed</strong>",
        gate.remark.isEmpty ? "" : gate.remark.isolatedForHTML,
      ])
    }
    return """
      <section id="gates">
      <h2>Gates\(ofFirst ? " of the first" : ""): \(PageTitle.verdict(gates))</h2>
      \(table.html)
      </section>
      """
  }

  var markdown: String? {
    guard !gates.isEmpty else { return nil }
    var table = MarkdownTable([
      ("expected", .left), ("it is", .right), ("95 % interval", .right), ("verdict", .left),
    ])
    for gate in gates {
      let remark = gate.remark.isEmpty ? "" : ": \(gate.remark.escapedForMarkdown)"
      table.append([
        gate.gate.codeForMarkdown, gate.figureText, gate.intervalText,
        gate.passed ? "passed" : "**failed**\(remark)",
      ])
    }
    return table.text
  }
}

extension GateVerdict {
  /// The figure with its unit, `55.28 %`.
  fileprivate var figureText: String { figure.map { text($0) } ?? "–" }

  fileprivate var intervalText: String {
    guard let low, let high else { return "" }
    return "\(text(low)) – \(text(high))"
  }

  /// Why it failed, where the figure does not say so.
  fileprivate var remark: String { figure == nil ? reason ?? "" : "" }

  private func text(_ value: Double) -> String {
    switch unit {
    // A gate may be missed by less than two decimals show.
    case "percent": Figures.percent(value / 100, decimals: passed ? 2 : 3)
    case let unit?: "\(Figures.significant(value))\u{A0}\(unit.escapedForXML)"
    case nil: Figures.significant(value)
    }
  }
}
