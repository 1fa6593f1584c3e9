import Datasets
import Documents
import Evaluation
import Foundation
import Networks

/// Checkpoints and their scores, the best first.
struct ResultTable {
  /// The reports, the best first.
  let reports: [EvaluationReport]

  /// Ranks them; of equal ones in their order.
  init(_ reports: [EvaluationReport]) {
    let ranks = reports.enumerated().sorted { left, right in
      let (mine, other) = (left.element.accuracy, right.element.accuracy)
      return (-mine.top1.value, -(mine.top5?.value ?? 0), left.offset)
        < (-other.top1.value, -(other.top5?.value ?? 0), right.offset)
    }
    self.reports = ranks.map(\.element)
  }

  /// The best one.
  var best: EvaluationReport? { reports.first }

  /// timm's columns (`results-imagenet.csv`), then what tells the checkpoints apart.
  var csv: String {
    var table = CSVTable(columns: [
      "model", "img_size", "top1", "top1_err", "top5", "top5_err", "param_count", "crop_pct",
      "interpolation", "weights", "sha256", "images", "unreadable", "loss", "ece",
      "precision", "recall", "f1", "auc",
    ])
    for report in reports {
      let (model, weights) = (report.manifest.model, report.manifest.weights)
      let percent = { (share: Double) in String(format: "%.3f", share * 100) }
      // Of a network of one output they are of its class 1, of others the means over the classes.
      let score = report.metrics.binary?.positive ?? report.metrics.average
      table.append([
        .text(model.name),
        model.inputSize.isSquare
          ? .count(model.inputSize.height) : .text(model.inputSize.typed),
        .number(percent(report.accuracy.top1.value)),
        .number(percent(1 - report.accuracy.top1.value)),
        report.accuracy.top5.map { .number(percent($0.value)) } ?? .empty,
        report.accuracy.top5.map { .number(percent(1 - $0.value)) } ?? .empty,
        .number(String(format: "%.2f", Double(model.parameters) / 1e6)),
        .number(cropShare(report.manifest)), .text(report.manifest.preprocessing.interpolation),
        .text(weights.file), .text(weights.sha256), .count(report.manifest.data.images),
        .count(report.failures.count),
        report.metrics.loss.map { .number(String(format: "%.6f", $0)) } ?? .empty,
        .number(String(format: "%.6f", report.metrics.calibration.expectedError)),
        .number(String(format: "%.6f", score.precision)),
        .number(String(format: "%.6f", score.recall)), .number(String(format: "%.6f", score.f1)),
        report.metrics.binary?.auc.map { .number(String(format: "%.6f", $0)) } ?? .empty,
      ])
    }
    return table.text
  }

  /// The table for people, with the best one named.
  var text: String {
    var table = TextTable(
      columns: [.left("weights"), .right("top-1"), .right("95 %"), .right("top-5"), .right("loss")])
    for report in reports {
      let accuracy = report.accuracy
      table.add([
        report.manifest.weights.file,
        String(format: "%.2f %%", accuracy.top1.value * 100),
        String(format: "%.2f to %.2f", accuracy.top1.low * 100, accuracy.top1.high * 100),
        accuracy.top5.map { String(format: "%.2f %%", $0.value * 100) } ?? "–",
        report.metrics.loss.map { String(format: "%.4f", $0) } ?? "–",
      ])
    }
    guard let best else { return "no checkpoint could be scored" }
    return table.text + "\n\nbest: \(best.manifest.weights.file)"
  }

  /// The crop's part of the shorter side, timm's `crop_pct`.
  private func cropShare(_ manifest: EvaluationManifest) -> String {
    let size = manifest.model.inputSize
    let input = manifest.preprocessing
    let pipeline = try? Preprocessing(
      preset: input.preset, minAspectDim: input.minAspectDim,
      crop: input.resizeDim.map { InputSize(square: $0) } ?? size
    ).pipeline
    let side = max(size.height, size.width)
    let short = pipeline?.shorterSide(for: size) ?? side
    return String(format: "%.3f", Double(side) / Double(short))
  }
}

extension EvaluationManifest.Model {
  /// Height and width of its input, of `224×224×3`.
  fileprivate var inputSize: InputSize {
    let extents = input.split(separator: "×").compactMap { Int($0) }
    return InputSize(height: extents.first ?? 0, width: extents.dropFirst().first ?? 0)
  }
}
