import Foundation
import Verification

/// The study as a page of Markdown.
package struct StudyPage {
  private let studies: [Study]
  private let images: [Int]
  private let heading: String

  /// Lays out studies that were made with these numbers of images.
  package init(_ studies: [Study], images: [Int], heading: String) {
    self.studies = studies
    self.images = images
    self.heading = heading
  }

  /// The whole page.
  package var text: String {
    """
    # What `assay check` sees

    \(heading)

    Two weights of one shape are swapped in a trained network, every pair that there is; the network is scored on
    all 360 images and checked with some of them. A swap is costly if it takes more than \
    \(Int(StudyRow.costly)) points of top-1. "Named"
    means that the check named a layer of the swap among its suspects. Its one tolerance was set with the
    pre-activation networks in view, and not changed for digits-v1.

    ## All networks

    \(table(of: studies))

    ## Clean networks

    The worst batch norm's misfit, as a part of what passes; beyond 1 there would be an alarm.

    \(clean)

    """
      + studies.map { "\n## \($0.network.name)\n\n\(table(of: [$0]))\n" }.joined()
      + "\n## Costly swaps that were not flagged\n\n\(missed)\n"
  }

  /// Detection rates, a row a kind.
  private func table(of studies: [Study]) -> String {
    let counts = images.map { "with \($0) images" }.joined(separator: " | ")
    var lines = [
      "| swapped | pairs | cost, median and worst | flagged \(counts) | costly | of these flagged "
        + "\(counts) | named |",
      "|---|---|---|" + String(repeating: "---|", count: 2 * images.count + 2),
    ]
    let last = images.last ?? 0
    for kind in PlantedSwap.Kind.allCases {
      let rows = studies.flatMap(\.rows).filter { $0.swap.kind == kind }
      guard !rows.isEmpty else { continue }
      let costs = rows.map(\.cost).sorted()
      let costly = rows.filter(\.isCostly)
      var cells = [kind.rawValue, "\(rows.count)"]
      cells.append("\(figure(costs[(costs.count - 1) / 2])), \(figure(costs.last ?? 0))")
      cells += images.map { count in rate(rows) { $0.flagged[count] == true } }
      cells.append("\(costly.count)")
      cells += images.map { count in rate(costly) { $0.flagged[count] == true } }
      cells.append(rate(costly) { $0.named[last] == true })
      lines.append("| " + cells.joined(separator: " | ") + " |")
    }
    return lines.joined(separator: "\n")
  }

  private var clean: String {
    let counts = images.map { "\($0) images" }.joined(separator: " | ")
    let head = [
      "| network | top-1 | \(counts) | statistics that lag |",
      "|---|---|" + String(repeating: "---|", count: images.count + 1),
    ]
    return
      (head
      + studies.map { study in
        let worst = images.map { String(format: "%.2f", study.clean[$0]?.worst ?? 0) }
        let lag = study.clean[images.last ?? 0]?.statistics?.lag
        let cells =
          [study.network.name, figure(100 * Double(study.top1) / Double(study.network.count))]
          + worst + [lag.map { "by \(figure(100 * $0)) %" } ?? "no"]
        return "| " + cells.joined(separator: " | ") + " |"
      }).joined(separator: "\n")
  }

  private var missed: String {
    let lines = studies.flatMap { study in
      study.rows.filter { row in row.isCostly && images.contains { row.flagged[$0] == false } }.map
      {
        row in
        let unseen = images.filter { row.flagged[$0] == false }.map(String.init)
        return "| \(study.network.name) | \(row.swap.kind.rawValue) | "
          + "\(row.swap.layers.joined(separator: ", ")) | \(figure(row.cost)) | "
          + "\(unseen.joined(separator: ", ")) |"
      }
    }
    return (["| network | swapped | layers | points | images |", "|---|---|---|---|---|"] + lines)
      .joined(separator: "\n")
  }

  private func rate(_ rows: [StudyRow], _ holds: (StudyRow) -> Bool) -> String {
    guard !rows.isEmpty else { return "–" }
    return "\(figure(100 * Double(rows.count(where: holds)) / Double(rows.count))) %"
  }

  private func figure(_ value: Double) -> String {
    value == value.rounded() ? "\(Int(value))" : String(format: "%.1f", value)
  }
}
