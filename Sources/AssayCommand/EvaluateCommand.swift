import Architectures
import ArgumentParser
import Datasets
import Engine
import Evaluation
import Foundation
import Tensors

/// `assay evaluate`: the metrics of one checkpoint, or of many, on labelled images.
struct EvaluateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Scores checkpoints on labelled images.",
    discussion: """
      Examples:
        assay evaluate --model resnet50v2 --weights w.h5 --data val/ \\
          --html report.html --predictions predictions.jsonl
        assay evaluate --model resnet50 --weights w.h5 --data val/ --labels val.csv \\
          --class-names imagenet_class_index.json --expect top1=74.9±0.2
        assay evaluate --model resnet50 --weights 'runs/*.h5' --data val/ \\
          --results results.csv

      Folders are classes in the order of their names, as in Keras. An image that cannot be read is \
      listed and counted, never replaced; the run then ends with exit code 65 unless \
      --max-failures allows it.
      """)

  @OptionGroup var model: ModelOptions

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "The checkpoint, or several: files, or patterns as 'runs/*.h5'.", valueName: "file"))
  var weights: [String]

  @OptionGroup var trust: TrustOptions

  @OptionGroup(title: "Data options") var data: DataOptions

  @OptionGroup(title: "Image options") var images: ImageOptions

  @OptionGroup(title: "Run options") var run: RunOptions

  @OptionGroup(title: "Precision options") var numbers: PrecisionOptions

  @Option(help: "Unreadable images that are no failure of the run.")
  var maxFailures = 0

  @Option(
    help: ArgumentHelp(
      "Keeps what is done in this folder as it goes, and at the end report.json and "
        + "predictions.jsonl.", valueName: "folder"))
  var out: String?

  @Flag(help: "Goes on with the run in the folder of --out.")
  var resume = false

  @OptionGroup(title: "Result options") var output: ResultOptions

  @OptionGroup(title: "Gates") var gates: GateOptions

  func validate() throws {
    if resume, out == nil { throw ValidationError("--resume goes on in the folder of --out") }
    if maxFailures < 0 { throw ValidationError("--max-failures \(maxFailures) is negative") }
  }

  func run() async throws {
    try output.check()
    // A mistake in the options is told before anything is read.
    let images = try images.resolved()
    _ = try images.preprocessing(for: model.recipe())
    let files = try WeightFiles.expand(weights)
    if files.count > 1 {
      try output.checkForMany()
      if gates.expect.count != gates.gates.count {
        throw Failure(.usage, "--expect: logits are compared of one checkpoint")
      }
    }
    let reference = try gates.reference()
    let data = try data.images(images.labels)
    if let out {
      guard files.count == 1 else {
        throw Failure(.usage, "--out is the folder of one checkpoint's run")
      }
      guard output.logits == nil, output.results == nil, reference == nil else {
        throw Failure(
          .usage,
          "--out keeps predictions, not logits: neither --logits, --results nor logits to --expect")
      }
      let run = RunInFolder(folder: out, resumes: resume, command: self, images: images)
      let (report, predictions) = try await run.run(files[0], on: data)
      try output.write(report, predictions, of: data.list, gates)
      print(report.text)
      return try judge(report)
    }
    let series = CheckpointSeries(
      command: self, images: images, keepsLogits: output.logits != nil || reference != nil)
    let (scored, unfit) = try await series.evaluate(files, on: data)
    guard files.count == 1, let only = scored.first else {
      try output.writeTable(scored)
      return try judge(scored, unfit: unfit)
    }
    let report = try output.write(only, of: data.list, gates)
    print(report.text)
    if let (file, expected) = reference, let logits = only.result.logits {
      try LogitDifference.judge(logits, against: expected, of: file, atol: gates.atol)
    }
    try judge([only], unfit: [])
  }

  /// Ends with an exit code other than 0 where a result is not to be trusted, or not as expected.
  private func judge(_ scored: [ScoredCheckpoint], unfit: [String]) throws {
    for checkpoint in scored { try judgeFailures(checkpoint.report) }
    if !unfit.isEmpty {
      throw Failure(
        .badData, "\(unfit.count) of \(scored.count + unfit.count) checkpoints do not fit")
    }
    for checkpoint in scored { try judgeScores(checkpoint.report) }
    // Of many, the best must be as expected.
    if let best = scored.first { try gates.judge(best.report.metrics) }
  }

  private func judge(_ report: EvaluationReport) throws {
    try judgeFailures(report)
    try judgeScores(report)
    try gates.judge(report.metrics)
  }

  private func judgeFailures(_ report: EvaluationReport) throws {
    guard report.failures.count > maxFailures else { return }
    throw Failure(
      .badData,
      "\(report.failures.count) of \(report.manifest.data.images) images could not be read; "
        + "--max-failures allows \(maxFailures)")
  }

  private func judgeScores(_ report: EvaluationReport) throws {
    guard report.accuracy.nonFinite > 0 else { return }
    throw Failure(
      .comparisonFailed, "\(report.accuracy.nonFinite) images have logits that are not finite")
  }
}
