import Documents
import Evaluation

/// How each label of sets was told, that of the lowest average precision first.
struct LabelSection {
  let metrics: MultiLabelMetrics

  /// So many are shown at once; the rest unfolds.
  private static let shown = 40

  var html: String {
    let order = metrics.labels.indices.sorted { left, right in
      let (first, second) = (metrics.labels[left], metrics.labels[right])
      return (first.averagePrecision ?? 2, left) < (second.averagePrecision ?? 2, right)
    }
    let rest = order.dropFirst(Self.shown)
    let more =
      rest.isEmpty
      ? ""
      : "<details><summary>\(Figures.count(rest.count)) more</summary>\(table(rest))</details>"
    return """
      <section>
      <h2>Labels</h2>
      <p class="note">That of the lowest average precision (AP) first. Guessed above a probability of \
      \(metrics.thresholdText); a dash stands where a number would be divided by zero, and such labels are in no \
      mean.</p>
      \(table(order.prefix(Self.shown)))
      \(more)
      </section>
      """
  }

  private func table(_ indices: ArraySlice<Int>) -> String {
    var table = PageTable(
      [.init("no.", .number), .init("label", .name)]
        + LabelScore.columns.map { .init($0, .number) }, kind: "classes")
    for index in indices {
      let label = metrics.labels[index]
      // The intervals are those of shares of images, which the other figures are not.
      let intervals = [label.precision, label.recall].enumerated().compactMap { place, share in
        share.map {
          (4 + place, "95 % interval \(Figures.percent($0.low)) to \(Figures.percent($0.high))")
        }
      }
      table.append(
        [
          "\(index)", label.name.isolatedForHTML, Figures.count(label.support),
          Figures.count(label.predicted),
        ] + label.figures.map { metrics.words($0) },
        titles: Dictionary(uniqueKeysWithValues: intervals))
    }
    return table.html
  }
}
