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
    help: ArgumentHelp(
      "Writes the comparison as JSON, with all flips up to a hundred thousand.", valueName: "file"))
  var json: OutputFile?

  func validate() throws {
    if flips < 0 { throw ValidationError("--flips \(flips) is negative") }
  }

  func run() throws {
    let outputs = Outputs([("--json", json)])
    try outputs.check(reading: [first, second])
    let sides = try paired(outputs)
    let comparison = sides.comparison
    try json?.write(JSONText.file(comparison))
    outputs.show(text(comparison, sides))
    if same, comparison.changedGuesses > 0 || comparison.unpaired > 0 {
      throw Failure(
        .comparisonFailed,
        "\(comparison.changedGuesses) images have another \(sides.guess), "
          + "\(comparison.unpaired) are not in both")
    }
  }

  /// Both results, and what they have come to.
  private struct Sides {
    let metrics: [ClassificationMetrics]
    /// How many images each has.
    let counts: [Int]
    let areSets: Bool
    let comparison: ResultComparison

    /// What the networks say of an image.
    var guess: String { areSets ? "set of guessed labels" : "first guess" }
  }

  /// Reads both as they pass by.
  private func paired(_ outputs: Outputs) throws -> Sides {
    var mine = try PredictionFile(first)
    var theirs = try PredictionFile(second)
    try outputs.check(notAmong: [mine.path, theirs.path])
    let manifests = (mine.manifest, theirs.manifest)
    if let obstacle = ResultComparison.obstacle(manifests.0, manifests.1) {
      throw Failure(.badData, "\(first), \(second): \(obstacle)")
    }
    var pairing = ResultPairing(manifests.0, manifests.1)
    var tallies = (MetricsTally(of: manifests.0), MetricsTally(of: manifests.1))
    var (ours, others): ([Prediction], [Prediction]) = ([], [])
    while true {
      if ours.isEmpty { ours = try mine.next() ?? [] }
      if others.isEmpty { others = try theirs.next() ?? [] }
      if ours.isEmpty, others.isEmpty { break }
      // Step by step, so that those of one image come together.
      let count =
        ours.isEmpty || others.isEmpty
        ? max(ours.count, others.count) : min(ours.count, others.count)
      let step = (ours.prefix(count), others.prefix(count))
      pairing.add(first: Array(step.0), second: Array(step.1))
      for prediction in step.0 { tallies.0.add(prediction) }
      for prediction in step.1 { tallies.1.add(prediction) }
      ours.removeFirst(step.0.count)
      others.removeFirst(step.1.count)
    }
    return Sides(
      metrics: [tallies.0.metrics, tallies.1.metrics],
      counts: [manifests.0.data.images, manifests.1.data.images],
      areSets: manifests.0.isMultiLabel, comparison: pairing.comparison)
  }

  private func text(_ comparison: ResultComparison, _ sides: Sides) -> String {
    [
      numbers(sides), reasons(comparison), verdict(comparison, sides.guess),
      listing(comparison),
    ]
    .filter { !$0.isEmpty }.joined(separator: "\n\n")
  }

  /// Both results beside each other.
  private func numbers(_ sides: Sides) -> String {
    let metrics = sides.metrics
    var table = TextTable(
      columns: [.left(""), .right("first"), .right("second"), .right("difference")])
    let percent = { (share: Double) in String(format: "%.2f %%", share * 100) }
    let mean = metrics.map { $0.multiLabel?.macro.averagePrecision?.value }
    let shares: [(name: String, values: [Double?])] =
      [
        (sides.areSets ? "subset accuracy" : "top-1", metrics.map(\.accuracy.top1.value)),
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
      "images", "\(sides.counts[0])", "\(sides.counts[1])", "\(sides.counts[1] - sides.counts[0])",
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
    let rest = comparison.test.onlyFirst + comparison.test.onlySecond - flips
    return table.text + (rest > 0 ? "\n… and \(rest) more (--flips, --json)" : "")
  }
}
