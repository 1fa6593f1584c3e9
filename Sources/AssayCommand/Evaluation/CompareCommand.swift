import ArgumentParser
import Documents
import Evaluation
import Foundation
import Reports

/// `assay compare`: two evaluations image by image, and why their numbers differ.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compares two evaluations: the images that flipped, and why two numbers differ.",
    discussion: """
      Examples:
        assay compare a.json b.json
        assay compare a.predictions.jsonl b.predictions.jsonl --html comparison.html

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

  @Option(
    help: ArgumentHelp(
      "Writes the comparison as a page of its own, with the images that flipped.",
      valueName: "file"))
  var html: OutputFile?

  @Option(help: ArgumentHelp("Writes the comparison for a pull request.", valueName: "file"))
  var markdown: OutputFile?

  func validate() throws {
    if flips < 0 { throw ValidationError("--flips \(flips) is negative") }
  }

  func run() throws {
    let outputs = Outputs([("--json", json), ("--html", html), ("--markdown", markdown)])
    try outputs.check(reading: [first, second])
    let files = try [first, second].map(PredictionFile.init)
    try outputs.check(notAmong: files.map(\.path))
    let report = ComparisonReport(try tally(files), date: Date())
    try write(report, files[0].manifest)
    outputs.show(report.text(flips: flips))
    let comparison = report.comparison
    if same, comparison.changedGuesses > 0 || comparison.unpaired > 0 {
      throw Failure(
        .comparisonFailed,
        "\(comparison.changedGuesses) images have another "
          + "\(ResultComparison.guessName(areSets: report.areSets)), "
          + "\(comparison.unpaired) are not in both")
    }
  }

  /// Reads both as they pass by.
  private func tally(_ files: [PredictionFile]) throws -> ComparisonTally {
    if let obstacle = ResultComparison.obstacle(files[0].manifest, files[1].manifest) {
      throw Failure(.badData, "\(first), \(second): \(obstacle)")
    }
    var tally = ComparisonTally(
      files[0].manifest, files[1].manifest, pictured: ComparisonPage.mostFlips)
    while true {
      let (mine, theirs) = (try files[0].next(), try files[1].next())
      if mine == nil, theirs == nil { return tally }
      tally.add(first: mine, second: theirs)
    }
  }

  private func write(_ report: ComparisonReport, _ manifest: EvaluationManifest) throws {
    try json?.write(JSONText.file(report.comparison))
    if let html {
      let page = ComparisonPage(report, picture: manifest.storedPicture)
      try html.write(Data(page.html.utf8))
    }
    try markdown?.write(Data(report.markdown.utf8))
  }
}
