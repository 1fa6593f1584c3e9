import Documents
import Evaluation

/// Which classes were taken for which: every cell where there are few classes, the map in blocks where
/// there are many, and the pairs that are confused most.
struct ConfusionSection {
  let metrics: ClassificationMetrics

  /// Above so many classes names and cells no longer fit.
  static let fullMapLimit = 40

  var html: String {
    let isFull = metrics.classes.count <= Self.fullMapLimit
    let shrinks = metrics.classes.count <= ConfusionMap.shrinkingLimit
    let map =
      shrinks
      ? ConfusionMap(metrics: metrics).svg
      : isFull
        ? "<div class=\"wide scrolls\">\(ConfusionMap(metrics: metrics).svg)</div>"
        : "<figure class=\"plot\">\(ConfusionBlocks(metrics: metrics).svg)</figure>"
    let words =
      isFull
      ? "A row for each class, a column for each guess. On the diagonal guesses are right."
      : "Wrong guesses only: classes from top to bottom, what they were taken for from left to right, "
        + "in the network's order. Along the line classes are taken for their neighbours."
    return """
      <section>
      <h2>Confusion</h2>
      <p class="note">\(words)</p>
      \(isFull && !shrinks ? ScrollHint.html : "")
      <div class="split confusion">
      \(map)
      \(pairs(isFull ? 12 : 25))
      </div>
      </section>
      """
  }

  private func pairs(_ count: Int) -> String {
    var table = PageTable([
      .init("class", .name), .init("taken for", .name), .init("images", .number),
      .init("% of class", .number),
    ])
    for cell in metrics.confusion.mostConfused(count) {
      let total =
        metrics.classes.indices.contains(cell.label) ? metrics.classes[cell.label].total : 0
      table.append([
        metrics.classes.name(cell.label).isolatedForHTML,
        metrics.classes.name(cell.prediction).isolatedForHTML, Figures.count(cell.count),
        total > 0 ? Figures.short(Double(cell.count) / Double(total)) : "",
      ])
    }
    guard !table.isEmpty else { return "<p>No class was taken for another.</p>" }
    return "<div class=\"words\">\(table.html)</div>"
  }
}

/// The confusion matrix of few classes, every cell with its number.
struct ConfusionMap {
  let metrics: ClassificationMetrics

  /// Up to so many classes the map can be read when it shrinks to the width of a phone; larger ones scroll.
  static let shrinkingLimit = 12

  private var count: Int { metrics.classes.count }
  private var side: Int { count <= 12 ? 36 : count <= 20 ? 28 : 18 }
  /// Short where the map shrinks, or long names would leave little of it.
  private var labels: [String] {
    metrics.classes.map { $0.name.spelledOut.shortened(to: count <= Self.shrinkingLimit ? 12 : 18) }
  }
  /// Room for the longest name at 11 px, by guess: nothing here can measure type.
  private var margin: Int {
    // Wide scripts take twice the room.
    let units = labels.map { $0.unicodeScalars.reduce(0) { $0 + ($1.value < 0x1100 ? 7 : 13) } }
    return min(max(units.max() ?? 0, 20), 140) + 12
  }

  var svg: String {
    let size = margin + side * count + 2
    let names = labels.indices.map { index in
      let middle = margin + side * index + side / 2
      let title = "<title>\(metrics.classes[index].name.escapedForXML)</title>"
      let text = "\(title)\(labels[index].escapedForXML)"
      return "<text x=\"\(margin - 8)\" y=\"\(middle + 4)\" text-anchor=\"end\">\(text)</text>"
        + "<text transform=\"translate(\(middle + 4) \(margin - 8)) rotate(-90)\">\(text)</text>"
    }
    return """
      <svg class="\(count <= Self.shrinkingLimit ? "shrinks" : "fixed") matrix" width="\(size)" height="\(size)" viewBox="0 0 \(size) \(size)" role="img" \
      aria-label="Confusion matrix">
      \(names.joined(separator: "\n"))
      <rect class="ground" x="\(margin)" y="\(margin)" width="\(side * count)" height="\(side * count)"/>
      \(metrics.confusion.cells.map(cell).joined(separator: "\n"))
      </svg>
      """
  }

  private func cell(_ cell: ConfusionMatrix.Cell) -> String {
    guard cell.label < count, cell.prediction < count else { return "" }
    let total = metrics.classes[cell.label].total
    let share = total > 0 ? Double(cell.count) / Double(total) : 0
    let isRight = cell.label == cell.prediction
    // By the root, or single mistakes among hundreds could not be seen.
    let strength = isRight ? share : max(share.squareRoot(), 0.15)
    let (x, y) = (margin + side * cell.prediction, margin + side * cell.label)
    let title =
      "\(metrics.classes.name(cell.label)) taken for \(metrics.classes.name(cell.prediction)): "
      + "\(Figures.count(cell.count)), \(Figures.percent(share))"
    let number =
      side >= 28
      ? "<text class=\"\(strength > 0.55 ? "on" : "off")\" x=\"\(x + side / 2)\" y=\"\(y + side / 2 + 4)\" "
        + "text-anchor=\"middle\">\(Figures.compact(cell.count))</text>" : ""
    return "<g><title>\(title.escapedForXML)</title><rect class=\"\(isRight ? "hit" : "miss")\" "
      + "x=\"\(x + 1)\" y=\"\(y + 1)\" width=\"\(side - 2)\" height=\"\(side - 2)\" "
      + "fill-opacity=\"\(Figures.place(strength * 100))%\"/>\(number)</g>"
  }
}
