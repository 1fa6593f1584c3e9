import Architectures
import ArgumentParser
import Datasets
import Documents
import Engine
import Evaluation
import Foundation
import Networks
import Tensors

/// `assay predict`: the best classes of images, or the logits of an array.
struct PredictCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Predicts classes of image files, or logits of a tensor.",
    discussion: """
      Examples:
        assay predict --model resnet50 --weights w.h5 cat.jpg dog.png
        assay predict --model resnet50 --weights w.h5 --tensors x.npy \\
          --save logits.npy
        assay predict --model resnet50 --weights w.h5 --tensors x.npy \\
          --expect keras-logits.npy

      A tensor is N×H×W×C float32, or N×C×H×W with --data-format channels_first, already \
      preprocessed; its height and width are the network's input size. Logits are the values before \
      any softmax.
      """)

  @OptionGroup var model: ModelOptions

  @Option(help: ArgumentHelp("The checkpoint: any HDF5 file of Keras.", valueName: "file"))
  var weights: String

  @OptionGroup var trust: TrustOptions

  @OptionGroup(title: "Image options") var images: ImageOptions

  @Option(
    help: ArgumentHelp(
      "The network's class names, one a line. Default: their numbers.", valueName: "file"))
  var classNames: String?

  @OptionGroup var background: BackgroundOption

  @OptionGroup(title: "Run options") var run: RunOptions

  @OptionGroup(title: "Precision options") var numbers: PrecisionOptions

  @Option(
    help: ArgumentHelp("Predicts this array instead of image files.", valueName: "x.npy"))
  var tensors: String?

  @Option(help: ArgumentHelp("Writes the logits, N × classes, as .npy.", valueName: "file"))
  var save: OutputFile?

  @Flag(help: "Gives the pooled features in place of logits; the file needs no head.")
  var features = false

  @OptionGroup(title: "Comparison options") var comparison: ComparisonOptions

  @Argument(help: ArgumentHelp("Image files, JPEG or PNG.", valueName: "image"))
  var files: [String] = []

  func validate() throws {
    guard (tensors == nil) != files.isEmpty else {
      throw ValidationError("give image files, or an array with --tensors")
    }
    if features, save == nil, comparison.expect == nil {
      throw ValidationError("--features has no classes to show; give --save or --expect")
    }
  }

  private var outputs: Outputs { Outputs([("--save", save)]) }

  func run() async throws {
    try outputs.check(
      reading: [weights] + files + [tensors, classNames, comparison.expect].compactMap(\.self)
        + images.inputs + numbers.inputs + model.variant.inputs)
    let reference = try comparison.reference()
    let (result, failures) =
      if let tensors {
        (try predict(TensorFile.read(tensors), named: tensors), 0)
      } else {
        try predictFiles()
      }
    try save?.write(NumPyFile.encode(result))
    if let reference { try comparison.compare(result, with: reference, show: outputs.show) }
    if failures > 0 {
      throw Failure(.badData, "\(failures) of \(files.count) images could not be read")
    }
  }

  /// The logits of an array that is already preprocessed.
  private func predict(_ tensor: Tensor, named name: String) throws -> Tensor {
    guard let image = model.variant.dataFormat.image(in: tensor.shape), tensor.count > 0 else {
      throw Failure(.badData, "\(name): a batch of images has four axes, this has \(tensor.shape)")
    }
    let loaded = try LoadedModel(
      model.model, model.variant, weights: weights, trust: trust, height: image.height,
      width: image.width, features: features)
    guard image.channels == loaded.graph.input.channels else {
      throw Failure(
        .badData,
        "\(name): images of \(image.channels) channels (\(model.variant.dataFormat.rawValue)), "
          + "but the network reads \(loaded.graph.input.channels)")
    }
    let result = try loaded.plan(run, numbers, images: tensor.count).run(tensor)
    let names = try names(for: loaded)
    for index in 0..<result.count {
      show("\(index)", result.row(index), 1, names, loaded.activation)
    }
    return result
  }

  /// The logits of all files that could be read, and how many could not.
  private func predictFiles() throws -> (Tensor, failures: Int) {
    let images = try images.resolved()
    _ = try images.preprocessing(for: model.recipe())
    let loaded = try LoadedModel(
      model.model, model.variant, weights: weights, trust: trust, height: images.size,
      width: images.size, features: features)
    let names = try names(for: loaded)
    let preprocessor = try ImagePreprocessor(
      images.preprocessing(for: loaded.recipe), shape: loaded.graph.input,
      format: loaded.graph.dataFormat)
    var failures = 0
    var rows: [Float] = []
    let plan = try loaded.plan(run, numbers, images: 1)
    for file in files {
      do {
        let result = try plan.run(preprocessor.tensor(of: ImageLocation(path: file)))
        rows += result.values
        show(file, result.row(0), Judgement.guessCount, names, loaded.activation)
      } catch let error as ImageError {
        failures += 1
        StandardError.write("\(file): \(error.reason)")
      }
    }
    let result = Tensor(shape: [files.count - failures, plan.outputCount], values: rows)
    return (result, failures)
  }

  private func names(for loaded: LoadedModel) throws -> [String] {
    let classes = loaded.classes
    guard let classNames else { return (0..<classes).map { "class \($0)" } }
    return try ClassLabels.complete(
      ClassIndex(contentsOf: classNames).names, classes: classes,
      hasBackground: background.isThere(in: loaded.recipe))
  }

  /// Prints the best classes of one image.
  private func show(
    _ name: String, _ logits: ArraySlice<Float>, _ count: Int, _ names: [String],
    _ activation: OutputActivation
  ) {
    guard !features else { return }
    outputs.show(name.shown)
    // Of one output both classes are shown: a probability is that of neither by itself.
    let count = activation == .binary ? 2 : count
    for guess in Judgement.best(of: logits, activation: activation).prefix(count) {
      let percent = String(format: "%6.2f %%", guess.probability * 100)
      outputs.show("  \(percent)  \(names[guess.classIndex].shown)")
    }
  }
}

extension LoadedModel {
  /// The network compiled for at most `images` images.
  fileprivate func plan(
    _ run: RunOptions, _ numbers: PrecisionOptions, images: Int
  ) throws -> Plan {
    // A single batch has all threads to itself.
    try Plan(
      compiling: bound, batch: min(images, run.imagesPerThread), threads: run.threads,
      streams: images <= run.imagesPerThread ? 1 : nil, exact: run.exact,
      precision: numbers.precision(for: self))
  }
}
