import Documents
import Evaluation
import Foundation

/// The wrong guesses of many classes as a map of at most fifty blocks a side, so that a thousand
/// classes take as much room as fifty.
struct ConfusionBlocks {
  let metrics: ClassificationMetrics

  private static let (limit, left, side) = (50, 40, 500)
  /// Cells of like strength share one path, which makes the map small.
  private static let levels = 8

  private var width: Int { (metrics.classes.count + Self.limit - 1) / Self.limit }
  private var blocks: Int { (metrics.classes.count + width - 1) / width }
  private var unit: Double { Double(Self.side) / Double(blocks) }

  var svg: String {
    let size = Self.left + Self.side + 4
    return """
      <svg viewBox="0 0 \(size) \(size)" role="img" aria-label="Map of wrong guesses">
      <rect class="ground" x="\(Self.left)" y="\(Self.left)" width="\(Self.side)" height="\(Self.side)"/>
      \(paths.joined(separator: "\n"))
      <line class="ideal" x1="\(Self.left)" y1="\(Self.left)" x2="\(size - 4)" y2="\(size - 4)"/>
      \(ticks.joined(separator: "\n"))
      </svg>
      """
  }

  private var paths: [String] {
    let errors = counts
    let most = errors.values.max() ?? 1
    var shapes = Array(repeating: "", count: Self.levels)
    let edge = Figures.place(unit)
    for (place, count) in errors.sorted(by: { $0.key < $1.key }) {
      let strength = (Double(count) / Double(most)).squareRoot()
      let level = min(Self.levels - 1, Int(strength * Double(Self.levels)))
      let x = Figures.place(Double(Self.left) + Double(place % blocks) * unit)
      let y = Figures.place(Double(Self.left) + Double(place / blocks) * unit)
      shapes[level] += "M\(x) \(y)h\(edge)v\(edge)h-\(edge)z"
    }
    return shapes.enumerated().compactMap { level, shape in
      guard !shape.isEmpty else { return nil }
      // Single mistakes are all over the map and must not hide where they gather.
      let opacity = Figures.place(pow(Double(level + 1) / Double(Self.levels), 1.4) * 100)
      return "<path class=\"miss\" fill-opacity=\"\(opacity)%\" d=\"\(shape)\"/>"
    }
  }

  /// Wrong guesses by block, row by row.
  private var counts: [Int: Int] {
    var counts: [Int: Int] = [:]
    let classes = metrics.classes.indices
    for cell in metrics.confusion.cells
    where cell.label != cell.prediction && classes.contains(cell.label)
      && classes.contains(cell.prediction)
    {
      counts[cell.label / width * blocks + cell.prediction / width, default: 0] += cell.count
    }
    return counts
  }

  /// The numbers of a few classes at both edges, their names to be seen by pointing at them.
  private var ticks: [String] {
    let step = max(1, (metrics.classes.count + 4) / 5)
    return stride(from: 0, to: metrics.classes.count, by: step).map { index in
      let middle = Figures.place(
        Double(Self.left) + Double(index) / Double(metrics.classes.count) * Double(Self.side) + 5)
      let text = "<title>\(metrics.classes.name(index).escapedForXML)</title>\(index)"
      return
        "<text class=\"dim\" x=\"\(Self.left - 6)\" y=\"\(middle)\" text-anchor=\"end\">\(text)</text>"
        + "<text class=\"dim\" x=\"\(middle)\" y=\"\(Self.left - 8)\" text-anchor=\"middle\">\(text)</text>"
    }
  }
}
