import ArgumentParser
import Datasets
import Evaluation
import Foundation
import Reports
import Runs

/// `assay merge`: one result out of the shards of a run.
struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Makes one result of the shards of a run: the same bytes as one process would.",
    discussion: """
      Examples:
        assay merge run/
        assay merge run/ --expect top1=75.96±0.2 --html report.html

      Every shard that is missing, damaged or of another run is named, and there is no result then; exit \
      code 66 where shards are only missing, else 65. Merging again does no harm.
      """)

  @Argument(help: ArgumentHelp("The folder of --out.", valueName: "folder"), completion: .directory)
  var folder: String

  @Flag(help: "Merges what engines of several instruction sets computed; the report says so.")
  var mixedEngines = false

  @Option(help: "Unreadable images that are no failure of the run.")
  var maxFailures = 0

  @Option(
    help: ArgumentHelp(
      "Exit code 1 unless the result is so, as of 'assay evaluate'. May be repeated.",
      valueName: "metric"))
  var expect: [MetricGate] = []

  @OptionGroup(title: "Result options") var output: ReportOptions

  func validate() throws {
    try expect.check()
    if maxFailures < 0 { throw ValidationError("--max-failures \(maxFailures) is negative") }
  }

  /// Fails where a table of one checkpoint is asked for, and there are others.
  func check(checkpoints: Int) throws {
    if checkpoints > 1 { try output.checkForMany() }
  }

  func run() throws {
    let outputs = output.outputs
    try outputs.check(reading: [])
    let merge = try RunMerge(folder)
    try check(checkpoints: merge.plan.checkpoints.count)
    try output.check(isMultiLabel: merge.plan.checkpoints[0].isMultiLabel)
    let outcomes = try merge.write(
      mixesEngines: mixedEngines, mistakes: EvaluationPage.mistakeCount)
    let reports = outcomes.map(\.report)
    let table = try ResultTable(reports) { order, ranked in
      var tally = SeriesComparison.Tally(ranked)
      let logs = try order.map { try PredictionFile(outcomes[$0].predictions) }
      while let first = try logs[0].next() {
        tally.add([first] + (try logs.dropFirst().map { try $0.next() }))
      }
      return tally
    }
    if reports.count == 1 {
      try output.write(
        reports[0], mistakes: outcomes[0].mistakes, gates: expect, by: "assay merge",
        picture: reports[0].manifest.storedPicture)
    } else {
      try output.write(
        table, gates: expect, by: "assay merge", picture: reports[0].manifest.storedPicture)
    }
    try RunResult(folder: folder, table: table, outputs: outputs).publish()
    try ResultVerdict(gates: expect, maxFailures: maxFailures, show: outputs.show).judge(reports)
  }
}

/// What a run has come to, for people, and of several checkpoints as a table beside their folders.
struct RunResult {
  let folder: String
  let table: ResultTable
  let outputs: Outputs

  /// Prints it.
  func publish() throws {
    let reports = table.reports
    guard reports.count > 1 else { return outputs.show(reports.map(\.text).joined()) }
    try OutputFile(argument: "\(folder)/results.csv")?.write(Data(table.csv.utf8))
    outputs.show(table.text)
  }
}
