import Architectures
import ArgumentParser
import Datasets
import Engine
import Evaluation
import Foundation
import Models
import Networks
import Studies
import Tensors
import Verification

/// `assay calibrate`: the ranges of a network's maps, for int8.
struct CalibrateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibrate",
    abstract: "Measures on images what --precision int8 needs to know of a network.",
    discussion: """
      Examples:
        assay calibrate --model resnet50v2 --weights w.h5 --data train/ \\
          --out calibration.json
        assay evaluate --model resnet50v2 --weights w.h5 --data val/ \\
          --precision int8 --calibration calibration.json

      Images like those of training will do, of all classes; the labels are not used. The network runs \
      on them in f32, then in int8, and the two are compared. Where that is what it takes to reach \
      --agreement, 1×1 convolutions read bottlenecks of inverted residuals and the like in bf16, then \
      the first convolution stays in f32 too. Dense layers are bf16, where the processor has it.
      """)

  @OptionGroup var model: ModelOptions

  @OptionGroup var checkpoint: CheckpointOptions

  /// The checkpoint.
  var weights: String { checkpoint.path }

  @OptionGroup var trust: TrustOptions

  @Option(
    help: ArgumentHelp("A folder of images, in sub-folders.", valueName: "folder"),
    completion: .file())
  var data: String

  @OptionGroup(title: "Image options") var images: ImageOptions

  @Option(help: "How many images are shown, spread over the folder.")
  var limit = 128

  @Option(help: "Threads that compute. Default: one a core.")
  var threads = ProcessInfo.processInfo.activeProcessorCount

  @Option(help: "The share of images whose best class is to stay the same.")
  var agreement = 0.99

  @Option(help: ArgumentHelp("Writes the calibration, as JSON.", valueName: "file"))
  var out: OutputFile

  func validate() throws {
    try checkpoint.require()
    guard limit > 0 else { throw ValidationError("--limit \(limit) leaves no image") }
    guard (1...1024).contains(threads) else {
      throw ValidationError("--threads \(threads) is no possible number")
    }
    guard (0...1).contains(agreement) else {
      throw ValidationError("--agreement \(agreement) is no share, from 0 to 1")
    }
  }

  func run() throws {
    let outputs = Outputs([("--out", out)])
    try outputs.check(reading: [weights, data] + self.images.inputs + model.variant.inputs)
    let images = try images.resolved()
    _ = try images.preprocessing(for: model.defaults())
    let loaded = try Model(
      model.model, model.variant, weights: weights, trust: trust, height: images.size?.height,
      width: images.size?.width)
    try outputs.check(notAmong: loaded.files)
    let preprocessing = try images.preprocessing(for: loaded.imageDefaults())
    let shown = try ShownImages(
      LabeledImages(directory: data, extensions: preprocessing.pipeline.extensions)
        .spread(limit).images, preprocessing, for: loaded.graph)
    var calibrator = try Calibrator(loaded.bound, batch: 4, threads: threads)
    var expected: [Float] = []
    try shown.forEachBatch { expected += try calibrator.observe($0).values }

    var best: (calibration: Calibration, agreement: CalibrationFile.Agreement)?
    for calibration in calibrator.calibrations
    where best.map({ $0.agreement.top1 < agreement }) ?? true {
      let plan = try Plan(
        compiling: loaded.bound, batch: 4, threads: threads, precision: .int8(calibration))
      var logits: [Float] = []
      try shown.forEachBatch { logits += try plan.run($0).values }
      let found = CalibrationFile.Agreement(logits, with: expected, outputs: plan.outputCount)
      if best.map({ found.top1 > $0.agreement.top1 }) ?? true { best = (calibration, found) }
    }
    guard let best else { return }
    let file = CalibrationFile(
      subject: try CalibrationFile.Subject(loaded),
      images: .init(
        directory: data, count: shown.count,
        preprocessing: ImageProtocolSummary(preprocessing, InputSize(loaded.graph.input))
          .description),
      agreement: best.agreement, calibration: best.calibration)
    try out.write(file.json())
    outputs.show(text(file))
    guard best.agreement.top1 >= agreement else {
      throw Failure(
        .comparisonFailed,
        "int8 agrees with f32 on \(percent(best.agreement.top1)) of the images; --agreement asks "
          + "for \(percent(agreement))")
    }
  }

  private func text(_ file: CalibrationFile) -> String {
    let parts = [("bf16", file.calibration.inBFloat16), ("f32", file.calibration.kept)]
    let kept = parts.filter { !$0.1.isEmpty }.map { "in \($0): \($1.joined(separator: ", "))" }
    let logits = String(format: "%.3f", file.agreement.logits)
    return """
      \(file.subject.model): \(file.calibration.ranges.count) maps on \(file.images.count) images
      int8 beside f32: top-1 the same on \(percent(file.agreement.top1)), \
      top-5 on \(percent(file.agreement.top5)); logits differ by up to \(logits) of the largest
      \(kept.isEmpty ? "all convolutions in int8" : kept.joined(separator: "\n"))
      """
  }

  private func percent(_ share: Double) -> String { String(format: "%.2f %%", share * 100) }
}

/// Images that a network is shown, batch by batch.
struct ShownImages {
  private let files: [LabeledImage]
  private let preprocessor: ImagePreprocessor
  private let batch = 8

  /// These images, as the network reads them.
  init(_ images: [LabeledImage], _ preprocessing: Preprocessing, for graph: Graph) throws {
    files = images
    preprocessor = try ImagePreprocessor(
      preprocessing, shape: graph.input, format: graph.dataFormat)
  }

  var count: Int { files.count }

  /// Hands over batches in the graph's data format.
  func forEachBatch(_ body: (Tensor) throws -> Void) throws {
    for first in stride(from: 0, to: files.count, by: batch) {
      let part = try files[first..<min(first + batch, files.count)].map { file in
        do throws(ImageError) {
          return try preprocessor.tensor(of: file.source)
        } catch {
          throw Failure(.badData, "\(file.path): \(error)")
        }
      }
      let shape = Shape([part.count] + part[0].shape.dimensions.dropFirst())
      try body(Tensor(shape: shape, values: part.flatMap(\.values)))
    }
  }
}

extension CalibrationFile.Agreement {
  /// Compares rows of logits.
  init(_ logits: [Float], with expected: [Float], outputs: Int) {
    // Of sigmoids the order is the same as of a softmax.
    let activation = OutputActivation(outputs: outputs)
    var (same1, same5, rows) = (0, 0, 0)
    var (difference, largest) = (Float(0), Float(0))
    for start in stride(from: 0, to: expected.count, by: outputs) {
      let range = start..<start + outputs
      let (own, other) = (
        Judgement.best(of: logits[range], activation: activation),
        Judgement.best(of: expected[range], activation: activation)
      )
      rows += 1
      if own.first?.classIndex == other.first?.classIndex { same1 += 1 }
      if Set(own.map(\.classIndex)) == Set(other.map(\.classIndex)) { same5 += 1 }
      for index in range {
        difference = max(difference, abs(logits[index] - expected[index]))
        largest = max(largest, abs(expected[index]))
      }
    }
    self.init(
      top1: Double(same1) / Double(rows), top5: Double(same5) / Double(rows),
      logits: largest > 0 ? Double(difference / largest) : 0)
  }
}
