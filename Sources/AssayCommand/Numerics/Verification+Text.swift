import Documents
import Foundation
import Verification

extension Verification {
  /// The comparison as text for a terminal: the verdict, and the layers that matter, or all.
  func text(listingAll: Bool) -> String {
    let failed = layers.filter { !$0.passes }
    var lines = [
      "\(candidate.recorder) against \(reference.recorder), \(reference.name)".shown
    ]
    let shown = listingAll ? layers : Array(failed.prefix(10))
    if !shown.isEmpty { lines.append(table(of: shown)) }
    if !listingAll, failed.count > shown.count {
      lines.append("… and \(failed.count - shown.count) more; --verbose lists all layers")
    }
    let count = layers.count == 1 ? "1 layer" : "\(layers.count) layers"
    if failed.isEmpty {
      let worst = layers.max { $0.errors.relative < $1.errors.relative }
      let figure = worst.map {
        ", the worst by \($0.relative) of its largest magnitude: \($0.name.shown)"
      }
      lines.append("\(count) agree" + (figure ?? ""))
    } else {
      lines.append("\(failed.count) of \(count) differ")
    }
    if !unpaired.isEmpty {
      lines.append(
        "not compared, being in another place or on one side only: "
          + unpaired.prefix(8).map(\.shown).joined(separator: ", ")
          + (unpaired.count > 8 ? " …" : ""))
    }
    lines.append(
      "logits differ by at most \(figure(logits.errors.largest)), allowed \(logits.bound); same "
        + "first class in \(logits.sameTop1) of \(logits.images) images, same five in "
        + "\(logits.sameTop5)")
    if let fusion {
      lines.append("fused and unfused logits differ by at most \(figure(fusion.largest))")
    }
    return lines.joined(separator: "\n")
  }

  /// What tells most, in 100 columns; kinds, means and further percentiles are in JSON and on the page.
  private func table(of layers: [LayerComparison]) -> String {
    var table = TextTable(
      columns: [
        .left("layer"), .left("shape"), .right("largest"), .right("relative"), .right("ulp 50%"),
        .right("worst"), .right("1 − cosine"), .left(""),
      ])
    for layer in layers {
      let units = layer.errors.unitsInLastPlace
      table.add([
        layer.name, layer.shape.map(String.init).joined(separator: "×"),
        figure(layer.errors.largest), layer.relative, Self.count(units.median),
        Self.count(units.worst),
        figure(1 - layer.errors.cosine), layer.passes ? "" : "differs",
      ])
    }
    return table.text
  }

  /// A count in at most seven characters.
  private static func count(_ value: some BinaryInteger) -> String {
    value < 10_000_000 ? "\(value)" : String(format: "%.1e", Double(value))
  }

  private func figure(_ value: Double) -> String { LayerComparison.figure(value) }
}

extension LayerComparison {
  fileprivate static func figure(_ value: Double) -> String { String(format: "%.2g", value) }

  fileprivate var relative: String { Self.figure(errors.relative) }
}
