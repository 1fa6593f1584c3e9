import Documents
import Foundation

extension NetworkCheck {
  /// The check as text for a terminal: what was found, and what could not be seen.
  ///
  /// - Parameter subject: The network, its input and its file, in one line.
  package func text(of subject: String, listingAll: Bool) -> String {
    var lines = [subject.shown]
    lines += lints.map { "\($0.kind.isFault ? "fault" : "note"): \($0.text)".shown }
    if lints.isEmpty { lines.append(Self.soundWeights) }
    if let statistics {
      lines += statistics.lines(listingAll: listingAll)
    } else {
      lines.append(Self.noImages)
    }
    lines.append("not to be seen here:")
    return (lines + blindSpots.lines.map { "  \($0)".shown }).joined(separator: "\n")
  }

  /// What was flagged, the first layer first.
  package var failureLines: [String] {
    lints.filter(\.kind.isFault).map(\.text) + (statistics?.findings ?? [])
  }

  /// What stands where no weight is odd.
  package static let soundWeights = "all weights are finite, no channel is dead"
  /// What stands where no image was shown.
  package static let noImages =
    "batch norms were not compared with images, for want of a folder of them"
}

extension StatisticsCheck {
  /// What the images say of all batch norms together, a sentence each.
  package var summary: [String] {
    guard !norms.isEmpty else {
      return ["the network has no batch norm: images tell nothing of where its weights belong"]
    }
    return [lagNote].compactMap(\.self) + conclusion
  }

  private var lagNote: String? {
    lag.map {
      "note: the moving statistics lag: \(String(format: "%.0f %%", 100 * $0)) of them is still what it was before "
        + "training, which is taken into account"
    }
  }

  private var conclusion: [String] {
    let wrong = norms.count { $0.verdict != .fits }
    let shownTo = "\(images) images, \(batch) at a time"
    guard wrong == 0 else {
      return [
        "\(wrong) of \(norms.count) batch norms do not fit \(shownTo)",
        "note: images unlike those of training, or of few of its classes, misfit too, and so does a "
          + "network that was fine-tuned with its batch norms frozen",
      ]
    }
    let worst = norms.max { $0.misfit / $0.limit < $1.misfit / $1.limit }
    let figure = worst.map {
      ", the worst by \(NormComparison.text($0.misfit)) where \(NormComparison.text($0.limit)) passes: \($0.layer)"
    }
    return ["all \(norms.count) batch norms fit \(shownTo)" + (figure ?? "")]
  }

  fileprivate func lines(listingAll: Bool) -> [String] {
    let shown = listingAll ? norms : norms.filter { $0.verdict != .fits }
    guard !shown.isEmpty else { return summary }
    var table = TextTable(
      columns: [.left("batch norm")] + NormComparison.figureNames.map { .right($0) } + [.left("")])
    for norm in shown {
      table.add([norm.layer] + norm.figures + [norm.verdict == .fits ? "" : norm.verdict.rawValue])
    }
    return [lagNote].compactMap(\.self) + [table.text] + conclusion
  }

  /// What is suspicious, the first layer first, and what follows from it.
  fileprivate var findings: [String] {
    let suspicious = norms.filter { $0.verdict == .suspicious }
    var lines = suspicious.enumerated().map { index, norm in
      (index == 0 ? "first suspicious: " : "also suspicious: ") + "\(norm.layer): " + finding(norm)
    }
    let followers = norms.filter { $0.verdict == .follows }.map(\.layer)
    if !followers.isEmpty {
      lines.append("these may follow from it: " + Self.shortened(followers))
    }
    return lines
  }

  /// What is wrong with a batch norm that is suspicious, and where to look.
  package func finding(_ norm: NormComparison) -> String {
    var text =
      "its moving mean and variance are not those of its input (misfit "
      + "\(NormComparison.text(norm.misfit)), \(NormComparison.text(norm.limit)) passes)"
    if let lookalike = norm.lookalikes.first {
      return text + "; those of \(lookalike) in the file would fit: were they swapped?"
    }
    if norm.isRescaled, let ratio = norm.deviationRatio {
      text +=
        "; nearly all channels have \(NormComparison.ratioText(ratio)) times the deviation of the file"
    }
    if !norms.contains(where: { $0.verdict == .follows }), norm.layer != norms.last?.layer {
      text += "; no layer after it is disturbed"
    }
    var causes = ["these statistics themselves"] + norm.suspects.filter { $0 != "input" }
    if norm.suspects.contains("input") {
      causes.append(
        "the images (their scale, normalisation or channels; or they are unlike those of training)")
    }
    return text + ". Look at: " + Self.shortened(causes)
  }

  private static func shortened(_ names: [String]) -> String {
    names.prefix(8).joined(separator: ", ")
      + (names.count > 8 ? ", and \(names.count - 8) more" : "")
  }
}

extension NormComparison {
  /// What ``figures`` are called.
  package static let figureNames = ["channels", "misfit", "passes", "mean off by", "deviation"]

  /// Channels, misfit and its limit, how far the mean is off and how many times the deviation is the file's.
  package var figures: [String] {
    [
      "\(channels)", Self.text(misfit), Self.text(limit),
      meanShift.map { "\(Self.text($0)) σ" } ?? "–",
      deviationRatio.map { "× \(Self.ratioText($0))" } ?? "–",
    ]
  }

  /// Three digits, of which a scale of 127.5 needs all.
  fileprivate static func ratioText(_ value: Double) -> String { String(format: "%.3g", value) }

  fileprivate static func text(_ value: Double) -> String { String(format: "%.2g", value) }
}
