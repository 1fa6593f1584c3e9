import ArgumentParser
import Documents
import Evaluation
import Foundation

/// `assay compare`: two evaluations image by image, and why their numbers differ.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compares two evaluations: the images that flipped, and why two numbers differ.",
    discussion: """
      Examples:
        assay compare a.json b.json
        assay compare a.predictions.jsonl b.predictions.jsonl --json comparison.json

      Images are paired by path and content. McNemar's test tells whether the flips are more than \
      chance. Where labels are sets, an image is right whose labels are just those above a probability of \
      one half. Exit code 0, whatever differs, unless --same is given.
      """)

  @Argument(
    help: ArgumentHelp("The first: a report or predictions.", valueName: "a"), completion: .file())
  var first: String

  @Argument(help: ArgumentHelp("The second.", valueName: "b"), completion: .file())
  var second: String

  @Option(help: "Flipped images that are listed.")
  var flips = 20

  @Flag(help: "Exit code 1 if any image has another first guess, or is in one of them only.")
  var same = false

  @Option(
    help: ArgumentHelp("Writes the comparison as JSON, all flips included.", valueName: "file"))
  var json: OutputFile?

  func validate() throws {
    if flips < 0 { throw ValidationError("--flips \(flips) is negative") }
  }

  func run() throws {
    let outputs = Outputs([("--json", json)])
    try outputs.check(reading: [first, second])
    let files = try [first, second].map(PredictionFile.init)
    try outputs.check(notAmong: files.map(\.path))
    let logs = files.map(\.log)
    if let obstacle = ResultComparison.obstacle(logs[0].manifest, logs[1].manifest) {
      throw Failure(.badData, "\(first), \(second): \(obstacle)")
    }
    let comparison = ResultComparison(logs[0], logs[1])
    try json?.write(JSONText.file(comparison))
    outputs.show(text(comparison, logs))
    if same, comparison.changedGuesses > 0 || comparison.unpaired > 0 {
      throw Failure(
        .comparisonFailed,
        "\(comparison.changedGuesses) images have another \(Self.guess(logs)), "
          + "\(comparison.unpaired) are not in both")
    }
  }

  private func text(_ comparison: ResultComparison, _ logs: [PredictionLog]) -> String {
    [
      numbers(logs), reasons(comparison), verdict(comparison, Self.guess(logs)),
      listing(comparison),
    ]
    .filter { !$0.isEmpty }.joined(separator: "\n\n")
  }

  /// What the networks say of an image.
  private static func guess(_ logs: [PredictionLog]) -> String {
    logs[0].manifest.isMultiLabel ? "set of guessed labels" : "first guess"
  }

  /// Both results beside each other.
  private func numbers(_ logs: [PredictionLog]) -> String {
    let metrics = logs.map {
      ClassificationMetrics($0.predictions, of: $0.manifest)
    }
    var table = TextTable(
      columns: [.left(""), .right("first"), .right("second"), .right("difference")])
    let percent = { (share: Double) in String(format: "%.2f %%", share * 100) }
    let areSets = logs[0].manifest.isMultiLabel
    let mean = metrics.map { $0.multiLabel?.macro.averagePrecision?.value }
    let shares: [(name: String, values: [Double?])] =
      [
        (areSets ? "subset accuracy" : "top-1", metrics.map(\.accuracy.top1.value)),
        ("top-5", metrics.map(\.accuracy.top5?.value)), ("mAP", mean),
      ]
    for (name, values) in shares {
      // Five guesses among five classes or fewer tell nothing.
      guard let first = values[0], let second = values[1] else { continue }
      table.add([
        name, percent(first), percent(second), String(format: "%+.2f", (second - first) * 100),
      ])
    }
    if let first = metrics[0].loss, let second = metrics[1].loss {
      table.add([
        "loss", String(format: "%.4f", first), String(format: "%.4f", second),
        String(format: "%+.4f", second - first),
      ])
    }
    table.add([
      "images", "\(logs[0].predictions.count)", "\(logs[1].predictions.count)",
      "\(logs[1].predictions.count - logs[0].predictions.count)",
    ])
    return table.text
  }

  /// In what the two were not made alike.
  private func reasons(_ comparison: ResultComparison) -> String {
    guard !comparison.differences.isEmpty else {
      return "made alike: weights, input, images, labels and versions are the same"
    }
    var table = TextTable(columns: [.left("made differently"), .left("first"), .left("second")])
    for difference in comparison.differences {
      table.add([
        difference.part, difference.first.isEmpty ? "–" : difference.first,
        difference.second.isEmpty ? "–" : difference.second,
      ])
    }
    return table.text
  }

  private func verdict(_ comparison: ResultComparison, _ guess: String) -> String {
    let test = comparison.test
    var lines = [
      "\(comparison.common) images in both; \(comparison.changedGuesses) have another \(guess)"
    ]
    if comparison.unpaired > 0 {
      lines.append(
        "\(comparison.unpaired) results have no partner of the same path and content that was read")
    }
    lines.append(
      "right in the first alone \(test.onlyFirst), in the second alone \(test.onlySecond); "
        + "McNemar's test: p = \(String(format: "%.4g", test.probability))"
        + (test.onlyFirst + test.onlySecond == 0
          ? "" : test.probability < 0.05 ? ", more than chance" : ", may be chance"))
    return lines.joined(separator: "\n")
  }

  private func listing(_ comparison: ResultComparison) -> String {
    guard flips > 0, !comparison.flips.isEmpty else { return "" }
    var table = TextTable(
      columns: [.left("flipped"), .left("class"), .left("first"), .left("second"), .left("")])
    for flip in comparison.flips.prefix(flips) {
      table.add([
        flip.path, flip.labels.joined(separator: "|"), flip.first, flip.second,
        flip.isGain ? "gained" : "lost",
      ])
    }
    let rest = comparison.flips.count - flips
    return table.text + (rest > 0 ? "\n… and \(rest) more (--flips, --json)" : "")
  }
}
