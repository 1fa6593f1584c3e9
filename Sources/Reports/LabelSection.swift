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
    let head = LabelScore.columns.map {
      "<th class=\"number\">\($0.replacing(" ", with: "&nbsp;"))</th>"
    }
    return """
      <div class="wide"><table class="classes">
      <thead><tr><th class="number">no.</th><th>label</th>\(head.joined())</tr></thead>
      <tbody>
      \(indices.map(row).joined(separator: "\n"))
      </tbody></table></div>
      """
  }

  private func row(_ index: Int) -> String {
    let label = metrics.labels[index]
    // The intervals are those of shares of images, which the other figures are not.
    let titles = [label.precision, label.recall].map { share in
      share.map {
        " title=\"95 % interval \(Figures.percent($0.low)) to \(Figures.percent($0.high))\""
      } ?? ""
    }
    let figures = zip(label.figures, titles + ["", "", ""]).map { value, title in
      "<td\(title)>\(metrics.words(value))"
    }
    return "<tr><td>\(index)<td class=\"name\">\(label.name.isolatedForHTML)"
      + "<td>\(Figures.count(label.support))<td>\(Figures.count(label.predicted))"
      + figures.joined()
  }
}
