import ArgumentParser
import Datasets
import Foundation
import Models
import Networks
import Reports
import Tensors
import Verification

/// `assay check`: what can be said of weights without anything to compare them with.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract:
      "Looks for tensors in wrong places, without any reference; exit code 1 if it finds one.",
    discussion: """
      Examples:
        assay check --model resnet50 --weights w.h5
        assay check --model resnet50 --weights w.h5 --data val/ --limit 64 --html check.html

      Without images it looks for weights that are not finite, negative variances, batch norms that \
      were never trained, and dead or constant channels. With a folder of images it also compares \
      the moving mean and variance of each batch norm with what its input really has, in training \
      mode: a tensor that was swapped shows there, and a wrong input scale at the first layer. Images \
      like those of training will do, of all classes; the labels are not used.
      """)

  @OptionGroup var model: ModelOptions

  @OptionGroup var checkpoint: CheckpointOptions

  /// The checkpoint.
  var weights: String { checkpoint.path }

  @OptionGroup var trust: TrustOptions

  @Option(
    help: ArgumentHelp("A folder of images, in sub-folders.", valueName: "folder"),
    completion: .file())
  var data: String?

  @OptionGroup(title: "Image options") var images: ImageOptions

  @Option(help: "How many images are shown, spread over the folder.")
  var limit = 64

  @Option(help: "Threads that compute. Default: one a core.")
  var threads = ProcessInfo.processInfo.activeProcessorCount

  @Flag(name: .shortAndLong, help: "Lists every batch norm.")
  var verbose = false

  @Option(help: ArgumentHelp("Writes the check as JSON.", valueName: "file"))
  var json: OutputFile?

  @Option(help: ArgumentHelp("Writes the check as a page of its own.", valueName: "file"))
  var html: OutputFile?

  @Option(help: ArgumentHelp("Writes the check for a pull request.", valueName: "file"))
  var markdown: OutputFile?

  func validate() throws {
    try checkpoint.require()
    guard limit >= StatisticsCheck.fewestImages else {
      throw ValidationError(
        "--limit \(limit): statistics need at least \(StatisticsCheck.fewestImages) images")
    }
    guard (1...1024).contains(threads) else {
      throw ValidationError("--threads \(threads) is no possible number")
    }
  }

  func run() throws {
    let outputs = Outputs([("--json", json), ("--html", html), ("--markdown", markdown)])
    try outputs.check(
      reading: [weights] + [data].compactMap(\.self) + self.images.inputs + model.variant.inputs)
    let images = try images.resolved()
    _ = try images.preprocessing(for: model.defaults())
    let loaded = try Model(
      model.model, model.variant, weights: weights, trust: trust, height: images.size?.height,
      width: images.size?.width)
    try outputs.check(notAmong: loaded.files)
    let check = try NetworkCheck(of: loaded.bound, statistics: statistics(of: loaded, images))
    try json?.write(check.json())
    if let html {
      let page = CheckPage(
        check, model: loaded.identifier, input: "\(loaded.graph.input)", weights: loaded.file,
        date: Date())
      try html.write(Data(page.html.utf8))
    }
    try markdown?.write(
      Data(CheckPage.markdown(check, model: loaded.identifier, weights: loaded.file).utf8))
    let subject = "\(loaded.identifier), \(loaded.graph.input), \(loaded.file)"
    outputs.show(check.text(of: subject, listingAll: verbose))
    if !check.passes { throw Failure(.comparisonFailed, lines: check.failureLines) }
  }

  private func statistics(
    of loaded: Model, _ images: ImageSettings
  ) throws -> StatisticsCheck? {
    guard let data else { return nil }
    let files = try LabeledImages(
      directory: data, extensions: images.extensions(for: loaded.defaults)
    ).images
    guard files.count >= StatisticsCheck.fewestImages else {
      throw Failure(
        .badData,
        "\(data): \(files.count) images; statistics need at least \(StatisticsCheck.fewestImages)")
    }
    let preprocessor = try ImagePreprocessor(
      images.preprocessing(for: loaded, seeing: files.map(\.source)), shape: loaded.graph.input,
      format: loaded.graph.dataFormat)
    return try StatisticsCheck(
      of: loaded.bound,
      selection: ImageSelection(limit, of: files.count, for: loaded.graph), threads: threads
    ) { number in
      do throws(ImageError) {
        return try preprocessor.tensor(of: files[number].source)
      } catch {
        throw Failure(.badData, "\(files[number].path): \(error)")
      }
    }
  }
}
