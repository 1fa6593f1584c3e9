import ArgumentParser
import Datasets
import Evaluation
import Foundation
import Reports

/// `assay report`: metrics and reports of stored predictions, without network or images.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Computes metrics and reports again, from stored predictions.",
    discussion: """
      Examples:
        assay report predictions.jsonl --html report.html
        assay report predictions.jsonl --top-k 3 --ties lowest-index \\
          --expect top1=75.96±0.2

      'assay evaluate --predictions predictions.jsonl' writes them; a report in JSON stands for the \
      predictions that it names.
      """)

  @Argument(
    help: ArgumentHelp("Predictions, or a report that names them.", valueName: "file"),
    completion: .file())
  var file: String

  @OptionGroup(title: "Result options") var output: ReportOptions

  @OptionGroup(title: "Gates") var gates: GateOptions

  func run() throws {
    let outputs = output.outputs
    try outputs.check(reading: [file])
    guard gates.expect.count == gates.gates.count else {
      throw Failure(.usage, "--expect: predictions hold no logits to compare")
    }
    let stored = try PredictionFile(file)
    let manifest = stored.manifest
    try gates.check(isMultiLabel: manifest.isMultiLabel)
    try output.check(isMultiLabel: manifest.isMultiLabel)
    try outputs.check(notAmong: [stored.path])
    var tally = ReportTally(
      of: manifest, options: gates.options, mistakes: EvaluationPage.mistakeCount)
    while let prediction = try stored.next() { tally.add(prediction) }
    let report = tally.report()
    try output.write(
      report, mistakes: tally.mistakes, gates: gates.gates, by: "assay report",
      picture: manifest.storedPicture)
    outputs.show(report.text)
    try gates.gates.judge(report.metrics, show: outputs.show)
  }
}
