public import ArgumentParser
import Datasets
public import Evaluation
import Foundation

/// Where a report goes beside standard output.
struct ReportOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Writes the report as JSON.", valueName: "file"))
  var json: OutputFile?

  private var all: [OutputFile] { [json].compactMap(\.self) }

  /// Fails before hours of work if a file cannot be created.
  func check() throws { for file in all { try file.check() } }

  /// Whether any is asked for.
  var isEmpty: Bool { all.isEmpty }

  /// Writes what is asked for.
  func write(
    _ report: EvaluationReport, _ predictions: [Prediction], _ gates: GateOptions
  ) throws {
    try json?.write(report.json())
  }
}
