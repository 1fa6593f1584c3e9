import Documents
import Foundation
package import Networks

extension EvaluationReport {
  /// The report as a few lines for people.
  public var text: String {
    var lines = manifest.headLines + [""]
    if let sets = metrics.multiLabel {
      lines.append(row("subset accuracy", sets.subset))
      lines += sets.lines(quality: quality)
    } else {
      lines.append(row(metrics.binary == nil ? "top-1" : "accuracy", accuracy.top1))
      if let top5 = accuracy.top5 { lines.append(row("top-5", top5)) }
      lines += accuracy.further.map { row("top-\($0.k)", $0.accuracy) }
      if let binary = metrics.binary { lines.append(words(of: binary)) }
      lines.append(quality)
    }
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
      lines += failures.prefix(Self.shownFailures).map { "  \($0.path): \($0.reason)" }
      let rest = failures.count - Self.shownFailures
      if rest > 0 { lines.append("  … and \(rest) more, all of them in JSON") }
    }
    if let conditions { lines += [""] + conditions.lines(manifest) }
    return lines.map(\.shown).joined(separator: "\n")
  }

  /// As many as a page of the report shows.
  private static let shownFailures = 200

  private func row(_ name: String, _ accuracy: Accuracy) -> String {
    let format = { (share: Double) in String(format: "%.2f", share * 100) }
    return "\(name)    \(format(accuracy.value)) %  (\(accuracy.correct) of \(accuracy.total), "
      + "95 % interval \(format(accuracy.low)) to \(format(accuracy.high)))"
  }

  /// Loss, Brier score, calibration error and the averages over classes, in one line.
  private var quality: String {
    var parts: [String] = []
    let activation = manifest.model.outputActivation
    if let loss = metrics.loss {
      parts.append(
        String(format: "loss %.4f", loss) + (activation.lossName.map { " (\($0))" } ?? ""))
    }
    if let brier = metrics.brier { parts.append(String(format: "Brier %.4f", brier)) }
    if let calibration = metrics.calibration {
      parts.append(
        String(format: "calibration error %.4f", calibration.expectedError)
          + (activation == .softmax ? "" : " (of sigmoids)"))
    }
    guard metrics.binary == nil, let average = metrics.average else {
      return parts.joined(separator: "; ")
    }
    parts.append(
      String(
        format: "precision %.4f, recall %.4f, F1 %.4f (means over classes)", average.precision,
        average.recall, average.f1))
    return parts.joined(separator: "; ")
  }

  /// How class 1 is told from class 0.
  private func words(of binary: BinaryMetrics) -> String {
    let area = binary.auc.map { String(format: "ROC AUC %.4f; ", $0) } ?? ""
    let score = binary.positive
    return area
      + String(
        format: "precision %.4f, recall %.4f, F1 %.4f", score.precision, score.recall, score.f1)
      + " (of class 1, \(metrics.classes[1].name))"
  }
}

extension OutputActivation {
  /// What the loss is, where that is not the cross-entropy of a softmax.
  package var lossName: String? {
    switch self {
    case .softmax: nil
    case .sigmoid: "binary cross-entropy, mean over the classes' sigmoids"
    case .binary: "binary cross-entropy"
    }
  }
}

extension EvaluationManifest {
  /// What was scored with what.
  fileprivate var headLines: [String] {
    var lines = [
      "\(model.name), \(model.input), \(model.classes) classes"
        + (model.outputActivation == .softmax
          ? "" : model.outputActivation == .sigmoid ? " (a sigmoid each)" : " (one sigmoid)")
        + ", \(model.dataFormat)",
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
    if data.classOffset < 0 {
      lines.append("labels: they count from \(-data.classOffset), which is the network's class 0")
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
  fileprivate func lines(_ manifest: EvaluationManifest) -> [String] {
    let time = String(format: "%.2f s, %.1f images/s", seconds, imagesPerSecond)
    let batches = String(
      format: "%.1f, %.1f, %.1f ms", latency.median, latency.percentile90, latency.percentile99)
    return [
      "\(manifest.data.images) images in \(time); "
        + (imagesInMemory.map { "batch \($0), " } ?? "")
        + "\(threads == 1 ? "1 thread" : "\(threads) threads") of \(batch) at once, \(manifest.arithmetic.engine)",
      "\(latency.batch == 1 ? "1 image takes" : "\(latency.batch) images at once take") \(batches) (50, 90, 99 of 100)",
    ]
  }
}
