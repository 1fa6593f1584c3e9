import ArgumentParser
import Datasets
import Documents
import Evaluation
import Foundation
import Studies
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
      "Writes one row a checkpoint, the highest figures first, in timm's columns, as CSV.",
      valueName: "file"))
  var results: OutputFile?

  /// What is asked for.
  var outputs: Outputs {
    report.outputs
      + Outputs([("--predictions", predictions), ("--logits", logits), ("--results", results)])
  }

  /// Fails where a file is of one checkpoint alone.
  func checkForMany() throws {
    try report.checkForMany()
    if predictions != nil || logits != nil {
      throw Failure(
        .usage, "--predictions and --logits are of one checkpoint; of many, --results is")
    }
  }

  /// Writes what is asked of one checkpoint, and returns its report as it was written.
  func write(
    _ checkpoint: ScoredCheckpoint, of images: LabeledImages?, _ gates: GateOptions
  ) throws -> EvaluationReport {
    if let logits, let rows = checkpoint.result.logitRows {
      try logits.replace {
        try NumPyFile.write(rows: rows, columns: checkpoint.result.logitCount, to: $0)
      }
    }
    try results?.write(Data(ResultTable([(checkpoint.report, [])]).csv.utf8))
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
        try file.write(Data(csv(predictions, of: report, gates).utf8))
      } else {
        try file.write(
          PredictionLog(manifest: report.manifest, predictions: predictions).lines())
        report.conditions?.predictions = self.report.json.map { file.path(from: $0) }
      }
    }
    let worst = WorstPredictions(EvaluationPage.mistakeCount, of: predictions, report)
    try self.report.write(
      report, mistakes: worst.predictions, gates: gates.gates, by: "assay evaluate",
      picture: Self.pictures(images))
    return report
  }

  /// Where the images of a list are; of tens of thousands only those that are shown are looked up.
  private static func pictures(_ images: LabeledImages?) -> (Prediction) -> ImageSource? {
    var places: [String: ImageSource]?
    return { prediction in
      let known =
        places
        ?? Dictionary(
          (images?.images ?? []).map { ($0.path, $0.source) },
          uniquingKeysWith: { first, _ in first })
      places = known
      return known[prediction.path]
    }
  }

  /// A line an image.
  private func csv(
    _ predictions: [Prediction], of report: EvaluationReport, _ gates: GateOptions
  ) -> String {
    let names = report.manifest.classNames
    if let metrics = report.metrics.multiLabel {
      return predictions.csv(labels: names, threshold: metrics.threshold)
    }
    return predictions.csv(
      classNames: names, tieRule: gates.ties, isBinary: report.metrics.binary != nil)
  }

  /// Writes the reports of many checkpoints, with what was expected of the first.
  func write(_ table: ResultTable, of images: LabeledImages?, _ gates: GateOptions) throws {
    try results?.write(Data(table.csv.utf8))
    try report.write(
      table, gates: gates.gates, by: "assay evaluate", picture: Self.pictures(images))
  }
}
