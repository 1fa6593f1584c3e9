import ArgumentParser
import Datasets
import Evaluation
import Foundation
import Reports

/// Where a report goes beside standard output.
struct ReportOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Writes the report as JSON.", valueName: "file"))
  var json: OutputFile?

  @Option(
    help: ArgumentHelp("Writes the report as a page of its own, with pictures.", valueName: "file"))
  var html: OutputFile?

  @Option(help: ArgumentHelp("Writes the report for a pull request.", valueName: "file"))
  var markdown: OutputFile?

  @Option(help: ArgumentHelp("Writes gates and faults in JUnit's XML.", valueName: "file"))
  var junit: OutputFile?

  @Option(
    help: ArgumentHelp(
      "Writes precision, recall and F1 of each class as CSV, of sets of labels ROC AUC and average "
        + "precision too.", valueName: "file"))
  var classTable: OutputFile?

  @Option(
    help: ArgumentHelp("Writes which classes were taken for which as CSV.", valueName: "file"))
  var confusion: OutputFile?

  /// What is asked for.
  var outputs: Outputs {
    Outputs([
      ("--json", json), ("--html", html), ("--markdown", markdown), ("--junit", junit),
      ("--class-table", classTable), ("--confusion", confusion),
    ])
  }

  /// Fails where a table is of one checkpoint alone.
  func checkForMany() throws {
    if classTable != nil || confusion != nil {
      throw Failure(.usage, "--class-table and --confusion are of one checkpoint")
    }
  }

  /// Fails where a table means nothing for the labels.
  func check(isMultiLabel: Bool) throws {
    if isMultiLabel, confusion != nil {
      throw Failure(.usage, "--confusion: the labels are sets, and none is taken for another")
    }
  }

  /// Writes what is asked of many checkpoints, the first of which has to be as expected; `picture` tells where an
  /// image is to be found again.
  func write(
    _ table: ResultTable, gates: [MetricGate], by command: String,
    picture: (Prediction) -> ImageSource?
  ) throws {
    guard let first = table.reports.first else { return }
    let series = SeriesReport(
      ranked: table.reports, comparison: table.comparison, gates: gates, command: command,
      date: Date())
    try json?.write(series.json())
    if let html {
      let page = SeriesPage(series, predictions: table.predictions, picture: picture)
      try html.write(Data(page.html.utf8))
    }
    try markdown?.write(Data(series.markdown.utf8))
    try junit?.write(Data(series.junit(gates: gates.verdicts(first.metrics)).utf8))
  }

  /// Writes what is asked for, of the worst mistakes their pictures; `picture` tells where an image is to be found
  /// again.
  func write(
    _ report: EvaluationReport, mistakes: [Prediction], gates: [MetricGate],
    by command: String, picture: (Prediction) -> ImageSource?
  ) throws {
    var report = report
    if !gates.isEmpty { report.gates = gates.map { GateVerdict($0, of: report.metrics) } }
    try json?.write(report.json())
    if let html {
      let page = EvaluationPage(
        report: report, mistakes: mistakes, command: command, date: Date(),
        picture: picture)
      try html.write(Data(page.html.utf8))
    }
    try markdown?.write(Data(report.markdown.utf8))
    try junit?.write(Data(report.junit(gates: gates.verdicts(report.metrics)).utf8))
    let classes = report.metrics.multiLabel?.labelsCSV ?? report.metrics.classesCSV
    try classTable?.write(Data(classes.utf8))
    try confusion?.write(Data(report.metrics.confusionCSV.utf8))
  }
}
