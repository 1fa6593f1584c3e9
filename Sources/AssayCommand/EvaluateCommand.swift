import Architectures
import ArgumentParser
import Datasets
import Engine
import Evaluation
import Foundation
import Tensors

/// `assay evaluate`: top-1 and top-5 over a labelled folder.
struct EvaluateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Scores a checkpoint on a folder with one sub-folder per class.",
    discussion: """
      Examples:
        assay evaluate --model resnet50v2 --weights w.h5 --data val/ \\
          --json report.json
        assay evaluate --model preact-resnet18 --weights w.h5 --data val/ \\
          --preset keras-tf --normalize tf --input-size 224

      Folders are classes in the order of their names, as in Keras. An image that cannot be read is \
      listed and counted, never replaced; the run then ends with exit code 65 unless \
      --max-failures allows it.
      """)

  @OptionGroup var model: ModelOptions

  @Option(help: ArgumentHelp("The checkpoint: any HDF5 file of Keras.", valueName: "file"))
  var weights: String

  @OptionGroup var trust: TrustOptions

  @Option(help: ArgumentHelp("The folder of images.", valueName: "folder"))
  var data: String

  @OptionGroup(title: "Image options") var images: ImageOptions

  @Option(
    help: ArgumentHelp(
      "The network's class names, one a line; folders are then matched by name.",
      valueName: "file"))
  var classNames: String?

  @OptionGroup var background: BackgroundOption

  @OptionGroup(title: "Run options") var run: RunOptions

  @OptionGroup(title: "Precision options") var numbers: PrecisionOptions

  @Option(help: "Scores only the first images.")
  var limit: Int?

  @Option(help: "Unreadable images that are no failure of the run.")
  var maxFailures = 0

  @Option(help: ArgumentHelp("Writes the report as JSON.", valueName: "file"))
  var json: OutputFile?

  @Option(help: ArgumentHelp("Writes every image's prediction as CSV.", valueName: "file"))
  var predictions: OutputFile?

  @Option(help: ArgumentHelp("Writes the logits, N × classes, as .npy.", valueName: "file"))
  var logits: OutputFile?

  @OptionGroup(title: "Comparison options") var comparison: ComparisonOptions

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit \(limit) leaves no image") }
    if maxFailures < 0 { throw ValidationError("--max-failures \(maxFailures) is negative") }
  }

  func run() async throws {
    for output in [json, predictions, logits].compactMap(\.self) { try output.check() }
    // A mistake in the options is told before anything is read.
    _ = try images.preprocessing(for: model.recipe())
    let loaded = try LoadedModel(
      model.model, model.variant, weights: weights, trust: trust, height: images.size,
      width: images.size)
    let data = try self.data(limit: limit)
    let labels = try classLabels(for: data, of: loaded)
    let reference = try comparison.reference()
    let plan = try Plan(
      compiling: loaded.bound, batch: min(run.imagesPerThread, data.images.count),
      threads: run.threads, exact: run.exact, precision: numbers.precision(for: loaded))
    var evaluator = Evaluator(plan, preprocessing: try images.preprocessing(for: loaded.recipe))
    evaluator.keepsLogits = logits != nil || reference != nil
    let progress = ProgressLine(total: data.images.count)
    evaluator.progress = { progress.update($0) }

    let result = try await evaluator.evaluate(data, labels: labels)
    progress.finish()
    let report = EvaluationReport(
      result, by: evaluator, model: loaded.description, weights: try loaded.weightsDescription())
    try json?.write(report.json())
    try predictions?.write(Data(result.predictionsCSV.utf8))
    if let logits, let values = result.logits { try logits.write(NumPyFile.encode(values)) }
    print(report.text)
    if let reference, let values = result.logits {
      try comparison.compare(values, with: reference)
    }
    try judge(report)
  }

  private func data(limit: Int?) throws -> LabeledImages {
    let all = try LabeledImages(directory: data)
    return limit.map { all.prefix($0) } ?? all
  }

  private func classLabels(
    for data: LabeledImages, of loaded: LoadedModel
  ) throws -> ClassLabels {
    let classes = loaded.recipe.network.classes
    let hasBackground = background.isThere(in: loaded.recipe)
    guard let classNames else {
      return try ClassLabels(matching: data, classes: classes, hasBackground: hasBackground)
    }
    return try ClassLabels(
      names: ClassNameFile.read(classNames), data: data, classes: classes,
      hasBackground: hasBackground)
  }

  /// Ends with an exit code other than 0 where the result is not to be trusted.
  private func judge(_ report: EvaluationReport) throws {
    if report.failures.count > maxFailures {
      throw Failure(
        .badData,
        "\(report.failures.count) of \(report.data.images) images could not be read; "
          + "--max-failures allows \(maxFailures)")
    }
    if report.accuracy.nonFinite > 0 {
      throw Failure(
        .comparisonFailed,
        "\(report.accuracy.nonFinite) images have logits that are not finite")
    }
  }
}
