import ArgumentParser
import Datasets
import Documents
import Evaluation
import Foundation
import Networks
import Reports
import Tensors

/// Where results go beside standard output.
struct ResultOptions: ParsableArguments {
  @OptionGroup var report: ReportOptions

  @Option(
    help: ArgumentHelp(
      "Writes every image's prediction: as JSON Lines, from which 'assay report' and 'assay "
        + "compare' read, or as CSV where the name ends in .csv.", valueName: "file"))
  var predictions: OutputFile?

  @Option(help: ArgumentHelp("Writes the logits, N × classes, as .npy.", valueName: "file"))
  var logits: OutputFile?

  @Option(
    help: ArgumentHelp(
      "Writes one row a checkpoint, the best first, in timm's columns, as CSV.", valueName: "file"))
  var results: OutputFile?

  private var all: [OutputFile] { [predictions, logits, results].compactMap(\.self) }

  /// Fails before hours of work if a file cannot be created.
  func check() throws {
    try report.check()
    for file in all { try file.check() }
  }

  /// Fails where a file is of one checkpoint alone.
  func checkForMany() throws {
    if !report.isEmpty || predictions != nil || logits != nil {
      throw Failure(
        .usage, "reports, --predictions and --logits are of one checkpoint; of many, --results is")
    }
  }

  /// Writes what is asked of one checkpoint, and returns its report as it was written.
  func write(
    _ checkpoint: ScoredCheckpoint, of images: LabeledImages?, _ gates: GateOptions
  ) throws -> EvaluationReport {
    if let logits, let values = checkpoint.result.logits {
      try logits.write(NumPyFile.encode(values))
    }
    try results?.write(Data(ResultTable([checkpoint]).csv.utf8))
    return try write(checkpoint.report, checkpoint.result.predictions, of: images, gates)
  }

  /// Writes predictions and reports, and returns the report as it was written.
  @discardableResult
  func write(
    _ report: EvaluationReport, _ predictions: [Prediction], of images: LabeledImages?,
    _ gates: GateOptions
  ) throws -> EvaluationReport {
    var report = report
    if let file = self.predictions {
      if file.path.hasSuffix(".csv") {
        try file.write(
          Data(predictions.csv(classNames: report.manifest.classNames, tieRule: gates.ties).utf8))
      } else {
        try file.write(
          PredictionLog(manifest: report.manifest, predictions: predictions).lines())
        report.conditions?.predictions = self.report.json.map { file.path(from: $0) }
      }
    }
    // Of tens of thousands only those that are shown are looked up.
    var places: [String: ImageSource]?
    try self.report.write(report, predictions, gates) { prediction in
      let known =
        places
        ?? Dictionary(
          (images?.images ?? []).map { ($0.path, $0.source) },
          uniquingKeysWith: { first, _ in first })
      places = known
      return known[prediction.path]
    }
    return report
  }

  /// Writes and prints the table of many checkpoints.
  func writeTable(_ scored: [ScoredCheckpoint]) throws {
    let table = ResultTable(scored)
    try results?.write(Data(table.csv.utf8))
    print(table.text)
  }
}

/// Checkpoints and their scores, the best first.
struct ResultTable {
  let scored: [ScoredCheckpoint]

  init(_ scored: [ScoredCheckpoint]) { self.scored = scored }

  /// timm's columns (`results-imagenet.csv`), then what tells the checkpoints apart.
  var csv: String {
    let header = [
      "model", "img_size", "top1", "top1_err", "top5", "top5_err", "param_count", "crop_pct",
      "interpolation", "weights", "sha256", "images", "unreadable", "loss", "ece",
    ]
    let rows = scored.map { checkpoint in
      let report = checkpoint.report
      let (model, weights) = (report.manifest.model, report.manifest.weights)
      let percent = { (share: Double) in String(format: "%.3f", share * 100) }
      let fields: [CSVTable.Field] = [
        .text(model.name), .count(checkpoint.loaded.graph.input.height),
        .number(percent(report.accuracy.top1.value)),
        .number(percent(1 - report.accuracy.top1.value)),
        .number(percent(report.accuracy.top5.value)),
        .number(percent(1 - report.accuracy.top5.value)),
        .number(String(format: "%.2f", Double(model.parameters) / 1e6)),
        .number(cropShare(checkpoint)), .text(report.manifest.preprocessing.interpolation),
        .text(weights.file), .text(weights.sha256), .count(report.manifest.data.images),
        .count(report.failures.count),
        report.metrics.loss.map { .number(String(format: "%.6f", $0)) } ?? .empty,
        .number(String(format: "%.6f", report.metrics.calibration.expectedError)),
      ]
      return fields
    }
    var table = CSVTable(columns: header)
    for row in rows { table.append(row) }
    return table.text
  }

  /// The table for people, with the best one named.
  var text: String {
    var table = TextTable(
      columns: [.left("weights"), .right("top-1"), .right("95 %"), .right("top-5"), .right("loss")])
    for checkpoint in scored {
      let accuracy = checkpoint.report.accuracy
      table.add([
        checkpoint.report.manifest.weights.file,
        String(format: "%.2f %%", accuracy.top1.value * 100),
        String(format: "%.2f to %.2f", accuracy.top1.low * 100, accuracy.top1.high * 100),
        String(format: "%.2f %%", accuracy.top5.value * 100),
        checkpoint.report.metrics.loss.map { String(format: "%.4f", $0) } ?? "–",
      ])
    }
    guard let best = scored.first else { return "no checkpoint could be scored" }
    return table.text + "\n\nbest: \(best.report.manifest.weights.file)"
  }

  /// The crop's part of the shorter side, timm's `crop_pct`.
  private func cropShare(_ checkpoint: ScoredCheckpoint) -> String {
    let height = checkpoint.loaded.graph.input.height
    let short = checkpoint.preprocessing.pipeline.shorterSide(for: height) ?? height
    return String(format: "%.3f", Double(height) / Double(short))
  }
}
