import Documents
import Foundation

/// A plot of each layer's error over its depth, as SVG: logarithmic, the bound as a line.
struct ErrorPlot {
  let layers: [LayerComparison]
  let firstDivergence: Int?

  private static let (width, height) = (960.0, 320.0)
  private static let (left, right, top, bottom) = (64.0, 12.0, 12.0, 40.0)

  var svg: String {
    let exponents = range
    var marks: [String] = []
    for exponent in exponents {
      let y = place(pow(10, Double(exponent)), exponents)
      marks.append(
        "<line class=\"grid\" x1=\"\(Self.left)\" x2=\"\(Self.width - Self.right)\" y1=\"\(y)\" "
          + "y2=\"\(y)\"/><text x=\"\(Self.left - 8)\" y=\"\(y + 4)\" "
          + "text-anchor=\"end\">1e\(exponent)</text>")
    }
    marks.append(boundLine(exponents))
    for (index, layer) in layers.enumerated() {
      marks.append(mark(layer, at: index, exponents))
    }
    return """
      <svg viewBox="0 0 \(Int(Self.width)) \(Int(Self.height))" role="img" \
      aria-label="Error of each layer over its depth">
      \(marks.joined(separator: "\n"))
      <text x="\(Self.width / 2)" y="\(Self.height - 8)" text-anchor="middle">layer, in the order of \
      execution</text>
      </svg>
      """
  }

  private func mark(_ layer: LayerComparison, at index: Int, _ exponents: ClosedRange<Int>)
    -> String
  {
    let (x, y) = (column(index), place(layer.errors.relative, exponents))
    let kind = layer.passes ? "pass" : index == firstDivergence ? "first" : "fail"
    let size = index == firstDivergence ? 6 : 3
    return "<circle class=\"\(kind)\" cx=\"\(format(x))\" cy=\"\(format(y))\" r=\"\(size)\">"
      + "<title>\(layer.name.escapedForXML), \(layer.kind.escapedForXML): "
      + "\(LayerComparison.text(layer.errors.relative))</title></circle>"
  }

  private func boundLine(_ exponents: ClosedRange<Int>) -> String {
    let points = layers.enumerated().map { index, layer in
      let bound = Double(layer.bound) / Double(max(layer.errors.scale, .leastNormalMagnitude))
      return "\(format(column(index))),\(format(place(bound, exponents)))"
    }
    return "<polyline class=\"bound\" points=\"\(points.joined(separator: " "))\"/>"
  }

  /// The powers of ten between which all errors lie, at most twelve.
  private var range: ClosedRange<Int> {
    let values = layers.map(\.errors.relative).filter { $0 > 0 }
    let highest = min(4, Int((log10(values.max() ?? 1e-3)).rounded(.up)))
    let lowest = Int((log10(values.min() ?? 1e-8)).rounded(.down))
    let top = max(highest, -3)
    return max(min(lowest, -7), top - 12)...top
  }

  private func column(_ index: Int) -> Double {
    let span = Self.width - Self.left - Self.right
    return Self.left + span * (Double(index) + 0.5) / Double(max(layers.count, 1))
  }

  private func place(_ error: Double, _ exponents: ClosedRange<Int>) -> Double {
    let span = Self.height - Self.top - Self.bottom
    let (low, high) = (Double(exponents.lowerBound), Double(exponents.upperBound))
    let exponent = error > 0 ? min(max(log10(error), low), high) : low
    return Self.top + span * (high - exponent) / (high - low)
  }

  private func format(_ value: Double) -> String { String(format: "%.1f", value) }
}

extension HeatMap {
  /// The map as SVG: a square for each cell, the darker the larger the error.
  var svg: String {
    let largest = errors.max() ?? 0
    let side = 480 / max(height, width)
    let cells = errors.indices.compactMap { index -> String? in
      guard errors[index] > 0, largest > 0 else { return nil }
      let strength = String(format: "%.3f", (errors[index] / largest).squareRoot())
      return "<rect x=\"\(index % width * side)\" y=\"\(index / width * side)\" width=\"\(side)\" "
        + "height=\"\(side)\" fill-opacity=\"\(strength)\"/>"
    }
    return """
      <svg class="heat" viewBox="0 0 \(width * side) \(height * side)" role="img" \
      aria-label="Where on the map the errors are">
      <rect class="ground" width="\(width * side)" height="\(height * side)"/>
      \(cells.joined(separator: "\n"))
      </svg>
      """
  }
}
