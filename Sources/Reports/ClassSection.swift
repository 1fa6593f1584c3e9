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
    let hasBar = kind.isEmpty
    var columns: [PageTable.Column] = [
      .init("no.", .number), .init("class", .name), .init("top-1 %", .number),
    ]
    if hasBar { columns.append(.init("", .bar)) }
    if hasFive { columns.append(.init("top-5 %", .number)) }
    columns += ["images", "precision", "recall", "F1"].map { .init($0, .number) }
    var table = PageTable(columns, kind: "classes \(kind)")
    for index in indices { table.append(cells(index, hasBar: hasBar)) }
    return table.html
  }

  private func cells(_ index: Int, hasBar: Bool) -> [String] {
    let entry = metrics.classes[index]
    let share = { (count: Int) in
      entry.total > 0 ? Figures.short(Double(count) / Double(entry.total)) : "–"
    }
    var cells = ["\(index)", entry.name.isolatedForHTML, share(entry.top1)]
    if hasBar {
      let width = entry.total > 0 ? Double(entry.top1) / Double(entry.total) * 100 : 0
      cells.append("<i><b style=\"width:\(Figures.place(width))%\"></b></i>")
    }
    if hasFive { cells.append(entry.top5.map(share) ?? "–") }
    return cells + [
      Figures.count(entry.total), Figures.short(entry.score.precision),
      Figures.short(entry.score.recall), Figures.short(entry.score.f1),
    ]
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
