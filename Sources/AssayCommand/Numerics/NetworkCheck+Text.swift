import Architectures
import Documents
import Foundation
import Models
import Networks
import Tensors
import Verification

extension NetworkCheck {
  /// The check as text for a terminal: what was found, and what could not be seen.
  func text(of loaded: Model, listingAll: Bool) -> String {
    var lines = ["\(loaded.identifier), \(loaded.graph.input), \(loaded.file)".shown]
    lines += lints.map { "\($0.kind.isFault ? "fault" : "note"): \($0.text)".shown }
    if lints.isEmpty { lines.append("all weights are finite, no channel is dead") }
    if let statistics {
      lines += statistics.lines(listingAll: listingAll)
    } else {
      lines.append("batch norms were not compared with images; --data names a folder of them")
    }
    lines.append("not to be seen here:")
    return (lines + blindSpots.lines.map { "  \($0)".shown }).joined(separator: "\n")
  }

  /// What was flagged, the first layer first.
  var failureLines: [String] {
    lints.filter(\.kind.isFault).map(\.text) + (statistics?.findings ?? [])
  }
}

extension StatisticsCheck {
  fileprivate func lines(listingAll: Bool) -> [String] {
    guard !norms.isEmpty else {
      return ["the network has no batch norm: images tell nothing of where its weights belong"]
    }
    var lines: [String] = []
    if let lag {
      lines.append(
        "note: the moving statistics lag: \(percent(lag)) of them is still what it was before "
          + "training, which is taken into account")
    }
    let wrong = norms.filter { $0.verdict != .fits }
    let shown = listingAll ? norms : wrong
    if !shown.isEmpty { lines.append(table(of: shown)) }
    let shownTo = "\(images) images, \(batch) at a time"
    if wrong.isEmpty {
      let worst = norms.max { $0.misfit / $0.limit < $1.misfit / $1.limit }
      let figure = worst.map {
        ", the worst by \(Self.figure($0.misfit)) where \(Self.figure($0.limit)) passes: \($0.layer)"
      }
      lines.append("all \(norms.count) batch norms fit \(shownTo)" + (figure ?? ""))
    } else {
      lines.append("\(wrong.count) of \(norms.count) batch norms do not fit \(shownTo)")
      lines.append(
        "note: images unlike those of training, or of few of its classes, misfit too, and so does a "
          + "network that was fine-tuned with its batch norms frozen")
    }
    return lines
  }

  private func table(of norms: [NormComparison]) -> String {
    var table = TextTable(
      columns: [
        .left("batch norm"), .right("channels"), .right("misfit"), .right("passes"),
        .right("mean off by"), .right("deviation"), .left(""),
      ])
    for norm in norms {
      table.add([
        norm.layer, "\(norm.channels)", Self.figure(norm.misfit), Self.figure(norm.limit),
        norm.meanShift.map { "\(Self.figure($0)) σ" } ?? "–",
        norm.deviationRatio.map { "× \(Self.ratio($0))" } ?? "–",
        norm.verdict == .fits ? "" : norm.verdict.rawValue,
      ])
    }
    return table.text
  }

  /// What is suspicious, the first layer first, and what follows from it.
  fileprivate var findings: [String] {
    let suspicious = norms.filter { $0.verdict == .suspicious }
    var lines = suspicious.enumerated().map { index, norm in
      (index == 0 ? "first suspicious: " : "also suspicious: ") + finding(norm)
    }
    let followers = norms.filter { $0.verdict == .follows }.map(\.layer)
    if !followers.isEmpty {
      lines.append("these may follow from it: " + shortened(followers))
    }
    return lines
  }

  private func finding(_ norm: NormComparison) -> String {
    var text =
      "\(norm.layer): its moving mean and variance are not those of its input (misfit "
      + "\(Self.figure(norm.misfit)), \(Self.figure(norm.limit)) passes)"
    if let lookalike = norm.lookalikes.first {
      return text + "; those of \(lookalike) in the file would fit: were they swapped?"
    }
    if norm.isRescaled, let ratio = norm.deviationRatio {
      text += "; nearly all channels have \(Self.ratio(ratio)) times the deviation of the file"
    }
    if !norms.contains(where: { $0.verdict == .follows }), norm.layer != norms.last?.layer {
      text += "; no layer after it is disturbed"
    }
    var causes = ["these statistics themselves"] + norm.suspects.filter { $0 != "input" }
    if norm.suspects.contains("input") {
      causes.append(
        "the images (their scale, normalisation or channels; or they are unlike those of training)")
    }
    return text + ". Look at: " + shortened(causes)
  }

  private func shortened(_ names: [String]) -> String {
    names.prefix(8).joined(separator: ", ")
      + (names.count > 8 ? ", and \(names.count - 8) more" : "")
  }

  private func percent(_ part: Double) -> String { String(format: "%.0f %%", 100 * part) }

  /// Three digits, of which a scale of 127.5 needs all.
  private static func ratio(_ value: Double) -> String { String(format: "%.3g", value) }

  private static func figure(_ value: Double) -> String { String(format: "%.2g", value) }
}
