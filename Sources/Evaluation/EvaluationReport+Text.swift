import Foundation

extension EvaluationReport {
  /// The report as a few lines for people.
  public var text: String {
    var lines = [
      "\(model.name), \(model.input), \(model.classes) classes, \(model.dataFormat)",
      "weights  \(weights.file) (\(weights.format)), sha256 \(weights.sha256.prefix(12))…",
      "images   \(data.directory): \(data.images) images, sha256 \(data.sha256.prefix(12))…",
      "input    \(preprocessing.preset), \(preprocessing.interpolation), "
        + "normalisation \(preprocessing.normalization)",
    ]
    if precision != "f32" {
      let ranges = calibration.map { ", calibration sha256 \($0.prefix(12))…" } ?? ""
      lines.append("numbers  \(precision)\(ranges)")
    }
    lines += [
      "",
      row("top-1", accuracy.top1),
      row("top-5", accuracy.top5),
    ]
    lines += weights.conventions.map { "weights: \($0)" }
    if !weights.allowances.isEmpty {
      lines.append("allowed not to fit: \(weights.allowances.joined(separator: "; "))")
    }
    if data.classOffset > 0 {
      lines.append(
        "classes: the network's class 0 is background; its class 1 is the first folder's")
    }
    if accuracy.ties > 0 { lines.append("ties    \(accuracy.ties) (\(tieRule))") }
    if accuracy.nonFinite > 0 {
      lines.append("\(accuracy.nonFinite) images with logits that are not finite: misses")
    }
    if data.exifOrientationsIgnored > 0 {
      lines.append("\(data.exifOrientationsIgnored) images with an EXIF orientation: not applied")
    }
    if !failures.isEmpty {
      lines.append("unreadable: \(failures.count), not counted above")
      lines += failures.map { "  \($0.path): \($0.reason)" }
    }
    // The format of the program, not of the user's locale: scripts read it.
    let seconds = String(format: "%.2f", conditions.seconds)
    let rate = String(format: "%.1f", conditions.imagesPerSecond)
    lines.append("")
    lines.append(
      "\(data.images) images in \(seconds) s, \(rate) images/s; batch \(conditions.batch), "
        + "\(conditions.threads) threads, \(conditions.engine)")
    return lines.joined(separator: "\n")
  }

  private func row(_ name: String, _ accuracy: Accuracy) -> String {
    let format = { (share: Double) in String(format: "%.2f", share * 100) }
    return "\(name)    \(format(accuracy.value)) %  (\(accuracy.correct) of \(accuracy.total), "
      + "95 % interval \(format(accuracy.low)) to \(format(accuracy.high)))"
  }
}
