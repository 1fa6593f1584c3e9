import Architectures
import ArgumentParser
import Datasets
import Engine
import Evaluation
import Foundation
import Studies
import Tensors

/// `assay evaluate`: the metrics of one checkpoint, or of many, on labelled images.
struct EvaluateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Scores checkpoints on labelled images.",
    discussion: """
      Examples:
        assay evaluate flowers.keras --data val/
        assay evaluate --model resnet50v2 --weights w.h5 --data val/ \\
          --html report.html --predictions predictions.jsonl
        assay evaluate --model resnet50 --weights w.h5 --data val/ --labels val.csv \\
          --class-names imagenet_class_index.json --expect top1=74.9±0.2
        assay evaluate --model resnet50 --weights w.h5 --data imagenet2012 --split 'validation[:10%]'
        assay evaluate --model resnet50 --weights 'runs/*.h5' --data val/ \\
          --results results.csv
        assay evaluate --model resnet50v2 --weights w.h5 --data val/ --out run/ --shard 3/64

      Folders are classes in the order of their names, as in Keras. An image that cannot be read is \
      listed and counted, never replaced; the run then ends with exit code 65 unless \
      --max-failures allows it.
      """)

  @OptionGroup var model: ModelOptions

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "The checkpoint, or several: files, or patterns as 'runs/*.h5'. Default: the arguments.",
      valueName: "file"), completion: .file())
  var weights: [String] = []

  @Argument(
    help: ArgumentHelp(
      "The checkpoint, or several, where --weights does not name them.", valueName: "checkpoint"),
    completion: .file())
  var checkpoints: [String] = []

  @OptionGroup var trust: TrustOptions

  @OptionGroup(title: "Data options") var data: DataOptions

  @OptionGroup(title: "Image options") var images: ImageOptions

  @OptionGroup(title: "Run options") var run: RunOptions

  @OptionGroup(title: "Precision options") var numbers: PrecisionOptions

  @Option(help: "Unreadable images that are no failure of the run.")
  var maxFailures = 0

  @OptionGroup(title: "Runs that survive, and parts of runs") var folder: RunFolderOptions

  @OptionGroup(title: "Result options") var output: ResultOptions

  @OptionGroup(title: "Gates") var gates: GateOptions

  func validate() throws {
    guard weights.isEmpty != checkpoints.isEmpty else {
      throw ValidationError(
        weights.isEmpty
          ? "give a checkpoint, as an argument or with --weights"
          : "'\(checkpoints[0])' is one argument too many beside --weights")
    }
    if maxFailures < 0 { throw ValidationError("--max-failures \(maxFailures) is negative") }
  }

  func run() async throws {
    let (images, files) = try resolved()
    let outputs = output.outputs
    try outputs.check(reading: inputs(files, images))
    let verdict = ResultVerdict(
      gates: gates.gates, maxFailures: maxFailures, show: outputs.show)
    if let out = folder.out {
      let data = try listed(images)
      let run = try resumableRun(in: out, images)
      let prepared = try run.prepared(files, on: data) { try contestant($0, on: data, images) }
      guard let (reports, predictions) = try await RunInFolder(run: run).finish(prepared) else {
        return
      }
      let table = ResultTable(Array(zip(reports, predictions)))
      if files.count == 1 {
        try output.write(reports[0], predictions[0], of: data.list, gates)
      } else {
        try output.write(table, of: data.list, gates)
      }
      try RunResult(folder: out, table: table, outputs: outputs).publish()
      return try verdict.judge(reports)
    }
    let reference = try gates.reference()
    let data = try listed(images)
    let series = series(
      images, keepsLogits: output.logits != nil || reference != nil, isOfMany: files.count > 1)
    var unfit = 0
    let scored = try await series.evaluate(
      files, on: data, preparing: { try contestant($0, on: data, images) },
      passingBy: { _, error in
        guard files.count > 1, let failure = Failure(error) else { throw error }
        // All of it is told of one checkpoint alone.
        StandardError.write(failure.message)
        unfit += 1
      })
    guard files.count == 1, let only = scored.first else {
      let table = ResultTable(scored.map { ($0.report, $0.result.predictions) })
      try output.write(table, of: data.list, gates)
      outputs.show(table.text)
      return try verdict.judge(scored.map(\.report), unfit: unfit)
    }
    let report = try output.write(only, of: data.list, gates)
    outputs.show(report.text)
    if let (file, expected) = reference, let logits = only.result.logits {
      try LogitDifference.judge(
        logits, against: expected, of: file, atol: gates.atol, show: outputs.show)
    }
    try verdict.judge([report])
  }

  /// The images, of whose labels all that is asked can be told.
  private func listed(_ images: ImageSettings) throws -> StudyImages {
    let data = try data.images(images.labels, images.extensions(for: model.defaults()))
    try gates.check(isMultiLabel: data.isMultiLabel)
    try output.report.check(isMultiLabel: data.isMultiLabel)
    return data
  }

  /// All that is read, as far as it is named; and what a run in a folder keeps there.
  private func inputs(_ files: [String], _ images: ImageSettings) -> [String] {
    files + data.inputs(images.labels) + self.images.inputs + model.variant.inputs + numbers.inputs
      + gates.inputs
      + (folder.out.map { folder in
        ["plan.json", "report.json", "predictions.jsonl"].map { "\(folder)/\($0)" }
      } ?? [])
  }

  /// The images' protocol and the checkpoints, of options that go together: a mistake in them is told before
  /// anything is read.
  func resolved() throws -> (images: ImageSettings, files: [String]) {
    let images = try images.resolved()
    _ = try images.preprocessing(for: model.defaults())
    let files = try WeightFiles.expand(weights + checkpoints)
    let expectsLogits = gates.expect.count != gates.gates.count
    if files.count > 1 {
      try output.checkForMany()
      if expectsLogits { throw Failure(.usage, "--expect: logits are compared of one checkpoint") }
    }
    if folder.out != nil, output.logits != nil || output.results != nil || expectsLogits {
      throw Failure(
        .usage,
        "--out keeps predictions, not logits: neither --logits, --results nor logits to --expect")
    }
    if folder.shard != nil, !output.outputs.isEmpty || !gates.expect.isEmpty {
      throw Failure(
        .usage, "reports and --expect are of the whole run: 'assay merge' takes them")
    }
    return (images, files)
  }
}
