import Documents
import Evaluation

/// A reliability diagram (figure 1 of Guo and others, 2017) over the numbers of guesses in its bins.
struct CalibrationSection {
  let curve: CalibrationCurve

  private static let (left, side, top, counts) = (44.0, 300.0, 10.0, 70.0)
  /// Where the counts stand below the diagram.
  private static var floor: Double { top + side + 34 + counts }

  var html: String {
    """
    <section>
    <h2>Calibration</h2>
    <div class="split">
    <figure class="plot">\(svg)</figure>
    <div class="words">
    <p>How often first guesses of some probability are right. A network that knows how sure it may be \
    has its bars end on the line; where a bar stays below it, the network is too sure of itself. What is reddish is the distance.</p>
    <dl class="figures"><div><dt>ECE</dt><dd>\(Figures.percent(curve.expectedError))</dd>\
    <dd class="note">mean distance from the line</dd></div>
    <div><dt>MCE</dt><dd>\(Figures.percent(curve.maximumError))</dd>\
    <dd class="note">largest distance of a bin</dd></div></dl>
    <p class="note">Below: how many guesses each bar stands for. Of few guesses a bar says little.</p>
    </div>
    </div>
    </section>
    """
  }

  private var svg: String {
    let height = Self.floor + 30
    return """
      <svg viewBox="0 0 \(Figures.place(Self.left + Self.side + 16)) \(Figures.place(height))" role="img" \
      aria-label="Accuracy of first guesses by their probability">
      \(grid)
      \(curve.bins.indices.map(bar).joined(separator: "\n"))
      <line class="ideal" x1="\(x(0))" y1="\(y(0))" x2="\(x(1))" y2="\(y(1))"/>
      <line class="axis" x1="\(x(0))" x2="\(x(1))" y1="\(Figures.place(Self.floor))" \
      y2="\(Figures.place(Self.floor))"/>
      <text class="dim" transform="translate(11 \(y(0.5))) rotate(-90)" text-anchor="middle">share \
      that is right</text>
      <text class="dim" x="\(x(0.5))" y="\(Figures.place(height - 2))" text-anchor="middle">probability \
      of the first guess</text>
      </svg>
      """
  }

  private var grid: String {
    (0...5).map { step in
      let value = Double(step) / 5
      let label = "\(Figures.place(value * 100))"
      return
        "<line class=\"grid\" x1=\"\(x(0))\" x2=\"\(x(1))\" y1=\"\(y(value))\" y2=\"\(y(value))\"/>"
        + "<text class=\"dim\" x=\"\(Figures.place(Self.left - 6))\" y=\"\(y(value, 4))\" "
        + "text-anchor=\"end\">\(label)</text>"
        + "<text class=\"dim\" x=\"\(x(value))\" y=\"\(Figures.place(Self.floor + 14))\" "
        + "text-anchor=\"middle\">\(label)</text>"
    }.joined(separator: "\n")
  }

  private func bar(_ index: Int) -> String {
    let bin = curve.bins[index]
    guard bin.count > 0 else { return "" }
    let most = curve.bins.map(\.count).max() ?? 1
    let width = Figures.place((bin.high - bin.low) * Self.side - 2)
    let start = x(bin.low, 1)
    let (least, highest) = (min(bin.accuracy, bin.confidence), max(bin.accuracy, bin.confidence))
    let column = max(1, Self.counts * Double(bin.count) / Double(most))
    // Numbers over bars narrower than themselves would run into each other.
    let label =
      curve.bins.count <= 20
      ? "<text class=\"tiny\" x=\"\(x((bin.low + bin.high) / 2))\" "
        + "y=\"\(Figures.place(Self.floor - column - 3))\" text-anchor=\"middle\">"
        + "\(Figures.compact(bin.count))</text>" : ""
    let title =
      "\(Figures.short(bin.low)) to \(Figures.percent(bin.high)): "
      + "\(Figures.count(bin.count, "guess", "guesses")), mean probability \(Figures.percent(bin.confidence)), right \(Figures.percent(bin.accuracy))"
    return "<g><title>\(title)</title>"
      + "<rect class=\"share\" x=\"\(start)\" y=\"\(y(bin.accuracy))\" width=\"\(width)\" "
      + "height=\"\(Figures.place(bin.accuracy * Self.side))\"/>"
      + "<rect class=\"gap\" x=\"\(start)\" y=\"\(y(highest))\" width=\"\(width)\" "
      + "height=\"\(Figures.place((highest - least) * Self.side))\"/>"
      + "<rect class=\"guesses\" x=\"\(start)\" y=\"\(Figures.place(Self.floor - column))\" "
      + "width=\"\(width)\" height=\"\(Figures.place(column))\"/>\(label)</g>"
  }

  private func x(_ value: Double, _ shift: Double = 0) -> String {
    Figures.place(Self.left + value * Self.side + shift)
  }

  private func y(_ value: Double, _ shift: Double = 0) -> String {
    Figures.place(Self.top + (1 - value) * Self.side + shift)
  }
}
