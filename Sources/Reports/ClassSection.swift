import Documents
import Evaluation

/// How each class fared, the worst first.
struct ClassSection {
  let metrics: ClassificationMetrics

  /// So many are shown at once; the rest unfolds.
  private static let shown = 20

  var html: String {
    let order = metrics.worstClasses
    let isWhole = metrics.classes.count <= Self.shown
    let more =
      isWhole
      ? ""
      : """
      <details><summary>All \(Figures.count(metrics.classes.count)) classes</summary>
      \(table(order + metrics.classes.indices.filter { metrics.classes[$0].total == 0 }, "all"))
      </details>
      """
    let listed =
      isWhole
      ? order + metrics.classes.indices.filter { metrics.classes[$0].total == 0 }
      : Array(order.prefix(Self.shown))
    return """
      <section>
      <h2>\(isWhole ? "Classes" : "The \(listed.count) worst classes")</h2>
      <p class="note">By the share that is right at first guess, the worst first. Precision: of the images \
      taken for the class, how many are of it.</p>
      \(table(listed, ""))
      \(more)
      </section>
      """
  }

  /// Whether there are enough classes for five guesses to tell anything.
  private var hasFive: Bool { metrics.accuracy.top5 != nil }

  private func table(_ indices: [Int], _ kind: String) -> String {
    let head =
      "<th class=\"number\">no.</th><th>class</th><th class=\"number\">top-1&nbsp;%</th>"
      + (kind.isEmpty ? "<th class=\"bar\"></th>" : "")
      + ((hasFive ? ["top-5&nbsp;%"] : []) + ["images", "precision", "recall", "F1"]).map {
        "<th class=\"number\">\($0)</th>"
      }
      .joined()
    let rows = indices.map { row($0, hasBar: kind.isEmpty) }
    return """
      <div class="wide"><table class="classes \(kind)">
      <thead><tr>\(head)</tr></thead>
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody></table></div>
      """
  }

  private func row(_ index: Int, hasBar: Bool) -> String {
    let entry = metrics.classes[index]
    let share = { (count: Int) in
      entry.total > 0 ? Figures.short(Double(count) / Double(entry.total)) : "–"
    }
    var cells = ["<td>\(index)", "<td class=\"name\">\(entry.name.isolatedForHTML)"]
    cells.append("<td>\(share(entry.top1))")
    if hasBar {
      let width = entry.total > 0 ? Double(entry.top1) / Double(entry.total) * 100 : 0
      cells.append("<td class=\"bar\"><i><b style=\"width:\(Figures.place(width))%\"></b></i>")
    }
    if hasFive { cells.append("<td>\(entry.top5.map(share) ?? "–")") }
    cells += [
      "<td>\(Figures.count(entry.total))",
      "<td>\(Figures.short(entry.score.precision))", "<td>\(Figures.short(entry.score.recall))",
      "<td>\(Figures.short(entry.score.f1))",
    ]
    // HTML needs no end tags here, and a thousand rows are smaller without.
    return "<tr>" + cells.joined()
  }
}

extension ClassificationMetrics {
  /// The classes that have images, by the share that is right at first guess; of equal ones first that
  /// with more mistakes, then that of the lower index.
  var worstClasses: [Int] {
    classes.indices.filter { classes[$0].total > 0 }.sorted { left, right in
      let (first, second) = (classes[left], classes[right])
      // a/b against c/d as a·d against c·b, which does not round.
      let (a, b) = (first.top1 * second.total, second.top1 * first.total)
      let (misses, others) = (first.total - first.top1, second.total - second.top1)
      return (a, others, left) < (b, misses, right)
    }
  }
}
