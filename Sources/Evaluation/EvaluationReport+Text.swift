import Foundation

extension EvaluationReport {
  /// The report as a few lines for people.
  public var text: String {
    var lines = manifest.headLines + [""]
    lines += [row("top-1", accuracy.top1), row("top-5", accuracy.top5)]
    lines += accuracy.further.map { row("top-\($0.k)", $0.accuracy) }
    lines.append(quality)
    if let suspicion { lines.append("look here: \(suspicion)") }
    lines += manifest.noteLines
    if accuracy.ties > 0 {
      lines.append("ties    \(accuracy.ties) (\(accuracy.tieRule.description))")
    }
    if accuracy.nonFinite > 0 {
      lines.append("\(accuracy.nonFinite) images with logits that are not finite: misses")
    }
    if !failures.isEmpty {
      lines.append("unreadable: \(failures.count), not counted above")
      lines += failures.map { "  \($0.path): \($0.reason)" }
    }
    if let conditions { lines += ["", conditions.line(manifest)] }
    return lines.joined(separator: "\n")
  }

  private func row(_ name: String, _ accuracy: Accuracy) -> String {
    let format = { (share: Double) in String(format: "%.2f", share * 100) }
    return "\(name)    \(format(accuracy.value)) %  (\(accuracy.correct) of \(accuracy.total), "
      + "95 % interval \(format(accuracy.low)) to \(format(accuracy.high)))"
  }

  /// Loss, Brier score, calibration error and the averages over classes, in one line.
  private var quality: String {
    var parts: [String] = []
    if let loss = metrics.loss { parts.append(String(format: "loss %.4f", loss)) }
    if let brier = metrics.brier { parts.append(String(format: "Brier %.4f", brier)) }
    parts.append(String(format: "calibration error %.4f", metrics.calibration.expectedError))
    let average = metrics.average
    parts.append(
      String(
        format: "precision %.4f, recall %.4f, F1 %.4f (means over classes)", average.precision,
        average.recall, average.f1))
    return parts.joined(separator: "; ")
  }
}

extension EvaluationManifest {
  /// What was scored with what.
  fileprivate var headLines: [String] {
    var lines = [
      "\(model.name), \(model.input), \(model.classes) classes, \(model.dataFormat)",
      "weights  \(weights.file) (\(weights.format)), sha256 \(weights.sha256.prefix(12))…",
      "images   \(data.directory): \(data.images) images, sha256 \(data.sha256.prefix(12))…",
      "input    \(preprocessing.preset), \(preprocessing.interpolation), "
        + "normalisation \(preprocessing.normalization)",
    ]
    if arithmetic.precision != "f32" {
      let ranges =
        arithmetic.calibration.map { ", calibration sha256 \($0.prefix(12))…" } ?? ""
      lines.append("numbers  \(arithmetic.precision)\(ranges)")
    }
    return lines
  }

  /// What is not plain about it.
  fileprivate var noteLines: [String] {
    var lines = weights.conventions.map { "weights: \($0)" }
    if !weights.allowances.isEmpty {
      lines.append("allowed not to fit: \(weights.allowances.joined(separator: "; "))")
    }
    if data.classOffset > 0 {
      lines.append(
        "classes: the network's class 0 is background; its class 1 is the first folder's")
    }
    if let count = data.maskedTo {
      lines.append("classes: \(count) of \(model.classes) take part")
    }
    lines += data.notes.map { "images: \($0)" }
    if data.exifOrientationsIgnored > 0 {
      lines.append("\(data.exifOrientationsIgnored) images with an EXIF orientation: not applied")
    }
    return lines
  }
}

extension EvaluationReport.Conditions {
  /// Rate and latency, in the format of the program, not of the user's locale: scripts read it.
  fileprivate func line(_ manifest: EvaluationManifest) -> String {
    let time = String(format: "%.2f s, %.1f images/s", seconds, imagesPerSecond)
    let batches = String(
      format: "%.1f, %.1f, %.1f ms", latency.median, latency.percentile90, latency.percentile99)
    return "\(manifest.data.images) images in \(time); batch \(batch), \(threads) threads, "
      + "\(manifest.arithmetic.engine)\na batch of \(latency.batch) takes \(batches) "
      + "(50, 90, 99 of 100)"
  }
}
