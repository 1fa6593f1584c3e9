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
        assay predict --model resnet50 --weights w.h5 photos/ --csv classes.csv
        assay predict --model resnet50 --weights w.h5 --tensors x.npy \\
          --save logits.npy
        assay predict --model resnet50 --weights w.h5 --tensors x.npy \\
          --expect keras-logits.npy

      Of a folder all images are predicted, also those in folders inside it. A tensor is N×H×W×C float32, or N×C×H×W with --data-format channels_first, already \
      preprocessed; its height and width are the network's input size. Logits are the values before \
      any softmax.
      """)

  @OptionGroup var model: ModelOptions

  @Option(
    help: ArgumentHelp("The checkpoint: any HDF5 file of Keras.", valueName: "file"),
    completion: .file())
  var weights: String

  @OptionGroup var trust: TrustOptions

  @OptionGroup(title: "Image options") var images: ImageOptions

  @Option(
    help: ArgumentHelp(
      "The network's class names, one a line. Default: their numbers.", valueName: "file"),
    completion: .file())
  var classNames: String?

  @OptionGroup var background: BackgroundOption

  @OptionGroup(title: "Run options") var run: RunOptions

  @OptionGroup(title: "Precision options") var numbers: PrecisionOptions

  @Option(
    help: ArgumentHelp("Predicts this array instead of image files.", valueName: "x.npy"),
    completion: .file())
  var tensors: String?

  @Option(help: ArgumentHelp("Writes the logits, N × classes, as .npy.", valueName: "file"))
  var save: OutputFile?

  @Option(help: ArgumentHelp("Writes the best classes of each image as JSON.", valueName: "file"))
  var json: OutputFile?

  @Option(help: ArgumentHelp("Writes the best classes of each image as CSV.", valueName: "file"))
  var csv: OutputFile?

  @Flag(help: "Gives the pooled features in place of logits; the file needs no head.")
  var features = false

  @OptionGroup(title: "Comparison options") var comparison: ComparisonOptions

  @Argument(
    help: ArgumentHelp("Image files, or folders of them.", valueName: "image"), completion: .file())
  var files: [String] = []

  func validate() throws {
    guard (tensors == nil) != files.isEmpty else {
      throw ValidationError("give image files, or an array with --tensors")
    }
    if features, json != nil || csv != nil {
      throw ValidationError("--features has no classes to write as --json or --csv")
    }
    if features, save == nil, comparison.expect == nil {
      throw ValidationError("--features has no classes to show; give --save or --expect")
    }
  }

  private var outputs: Outputs { Outputs([("--save", save), ("--json", json), ("--csv", csv)]) }

  func run() async throws {
    try outputs.check(
      reading: [weights] + files + [tensors, classNames, comparison.expect].compactMap(\.self)
        + images.inputs + numbers.inputs + model.variant.inputs)
    let reference = try comparison.reference()
    let (result, predicted) =
      if let tensors {
        try predict(TensorFile.read(tensors), named: tensors)
      } else {
        try predictFiles()
      }
    try json?.write(JSONText.file(predicted))
    try csv?.write(Data(predicted.csv.utf8))
    try save?.write(NumPyFile.encode(result))
    if let reference { try comparison.compare(result, with: reference, show: outputs.show) }
    let failures = predicted.count(where: \.isUnreadable)
    if failures > 0 {
      throw Failure(.badData, "\(failures) of \(predicted.count) images could not be read")
    }
  }

  /// The logits of an array that is already preprocessed, and the best classes.
  private func predict(
    _ tensor: Tensor, named name: String
  ) throws -> (Tensor, [PredictedClasses]) {
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
    guard !features else { return (result, []) }
    let predicted = (0..<result.count).map {
      PredictedClasses("\($0)", result.row($0), names, loaded.activation)
    }
    // Of one output both classes are shown: a probability is that of neither by itself.
    for image in predicted { show(image, loaded.activation == .binary ? 2 : 1) }
    return (result, predicted)
  }

  /// The logits of all images that could be read, and the best classes of each.
  private func predictFiles() throws -> (Tensor, [PredictedClasses]) {
    let images = try images.resolved()
    _ = try images.preprocessing(for: model.recipe())
    let loaded = try LoadedModel(
      model.model, model.variant, weights: weights, trust: trust, height: images.size,
      width: images.size, features: features)
    let names = try names(for: loaded)
    let preprocessor = try ImagePreprocessor(
      images.preprocessing(for: loaded.recipe), shape: loaded.graph.input,
      format: loaded.graph.dataFormat)
    var predicted: [PredictedClasses] = []
    var rows: [Float] = []
    let plan = try loaded.plan(run, numbers, images: 1)
    for place in try places(images.extensions(for: loaded.recipe)) {
      do {
        let result = try plan.run(preprocessor.tensor(of: place))
        rows += result.values
        let name = place.description
        let image =
          features
          ? PredictedClasses(name)
          : PredictedClasses(name, result.row(0), names, loaded.activation)
        show(image, Judgement.guessCount)
        predicted.append(image)
      } catch let error as ImageError {
        predicted.append(PredictedClasses(place.description, error: error.reason))
        StandardError.write("\(place): \(error.reason)")
      }
    }
    let count = predicted.count { !$0.isUnreadable }
    return (Tensor(shape: [count, plan.outputCount], values: rows), predicted)
  }

  /// The images that are named, and those of folders.
  private func places(_ extensions: ImageExtensions) throws -> [ImageLocation] {
    try files.flatMap { file -> [ImageLocation] in
      var isFolder: ObjCBool = false
      guard unsafe FileManager.default.fileExists(atPath: file, isDirectory: &isFolder),
        isFolder.boolValue
      else { return [ImageLocation(path: file)] }
      let folder = try ImageFolder(file, extensions: extensions)
      if let note = folder.note { StandardError.write("\(file): \(note)") }
      return folder.images
    }
  }

  private func names(for loaded: LoadedModel) throws -> [String] {
    let classes = loaded.classes
    guard let classNames else { return (0..<classes).map { "class \($0)" } }
    return try ClassLabels.complete(
      ClassIndex(contentsOf: classNames).names, classes: classes,
      hasBackground: background.isThere(in: loaded.recipe))
  }

  /// Prints the best classes of one image.
  private func show(_ image: PredictedClasses, _ count: Int) {
    guard !features else { return }
    for line in image.lines(count) { outputs.show(line) }
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
