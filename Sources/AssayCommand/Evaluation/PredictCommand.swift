import Architectures
import ArgumentParser
import Datasets
import Documents
import Engine
import Evaluation
import Foundation
import Models
import Networks
import Tensors

/// `assay predict`: the best classes of images, or the logits of an array.
struct PredictCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Predicts classes of image files, or logits of a tensor.",
    discussion: """
      Examples:
        assay predict flowers.keras cat.jpg dog.png
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
    name: .customLong("weights"),
    help: ArgumentHelp(
      "The checkpoint: a file of Keras, a folder, or a TensorFlow prefix. Default: the first argument.",
      valueName: "file"), completion: .file())
  var namedWeights: String?

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
    parsing: .singleValue,
    help: ArgumentHelp(
      "Predicts this array instead of image files; of a network of several inputs one for each, as "
        + "name=x.npy or in their order.", valueName: "x.npy"), completion: .file())
  var tensors: [String] = []

  @Option(
    help: ArgumentHelp(
      "Which result of a network of several: the name of the layer that gives it. Default: the first.",
      valueName: "name"))
  var output: String?

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
    help: ArgumentHelp(
      "Image files, or folders of them; before them the checkpoint, where --weights does not name it.",
      valueName: "image"), completion: .file())
  var arguments: [String] = []

  /// The checkpoint.
  var weights: String { namedWeights ?? arguments.first ?? "" }

  /// The images.
  var files: [String] { namedWeights == nil ? Array(arguments.dropFirst()) : arguments }

  func validate() throws {
    guard namedWeights != nil || !arguments.isEmpty else {
      throw ValidationError("give a checkpoint, as the first argument or with --weights")
    }
    guard tensors.isEmpty != files.isEmpty else {
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
      reading: [weights] + files + NamedTensors.files(tensors)
        + [classNames, comparison.expect].compactMap(\.self)
        + images.inputs + numbers.inputs + model.variant.inputs)
    let reference = try comparison.reference()
    let (result, predicted) =
      if tensors.isEmpty {
        try predictFiles()
      } else {
        try predictTensors()
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
  private func predictTensors() throws -> (Tensor, [PredictedClasses]) {
    let arrays = try NamedTensors(tensors)
    let first = arrays.all[0].tensor
    let loaded = try Model(
      model.model, model.variant, weights: weights, trust: trust, tensor: first.shape,
      features: features)
    let inputs = try arrays.inputs(of: loaded)
    let results = try loaded.plan(run, numbers, images: first.count).trace(inputs).results
    let place = try place(ofOutputIn: loaded)
    let result = results[place]
    // Only of the first result the classes are known, and only a row of numbers is one of classes.
    guard place == 0, result.shape.rank == 2 else {
      outputs.show("\(loaded.graph.outputs[place].name): \(result.shape)")
      return (result, [])
    }
    let names = try names(for: loaded)
    guard !features else { return (result, []) }
    let predicted = (0..<result.count).map {
      PredictedClasses("\($0)", result.row($0), names, loaded.activation)
    }
    // Of one output both classes are shown: a probability is that of neither by itself.
    for image in predicted { show(image, loaded.activation == .binary ? 2 : 1) }
    return (result, predicted)
  }

  /// Which of the network's results is asked for.
  private func place(ofOutputIn loaded: Model) throws -> Int {
    guard let output else { return 0 }
    let names = loaded.graph.outputs.map(\.name)
    guard let place = names.firstIndex(of: output) else {
      let isPath = output.contains("/") || output.contains(".")
      throw Failure(
        .usage,
        "--output \(output): the network's results are \(names.joined(separator: ", "))"
          + (isPath ? "; did you mean --save?" : ""))
    }
    return place
  }

  /// The logits of all images that could be read, and the best classes of each.
  private func predictFiles() throws -> (Tensor, [PredictedClasses]) {
    let images = try images.resolved()
    _ = try images.preprocessing(for: model.defaults())
    let loaded = try Model(
      model.model, model.variant, weights: weights, trust: trust, height: images.size?.height,
      width: images.size?.width, features: features)
    let names = try names(for: loaded)
    let places = try places(images.extensions(for: loaded.defaults))
    let preprocessor = try ImagePreprocessor(
      images.preprocessing(for: loaded, seeing: places.map { .file($0) }),
      shape: loaded.graph.input, format: loaded.graph.dataFormat)
    var predicted: [PredictedClasses] = []
    var rows: [Float] = []
    let plan = try loaded.plan(run, numbers, images: 1)
    for place in places {
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

  private func names(for loaded: Model) throws -> [String] {
    let classes = loaded.classes
    guard let classNames else { return (0..<classes).map { "class \($0)" } }
    return try ClassLabels.complete(
      ClassIndex(contentsOf: classNames).names, classes: classes,
      hasBackground: background.isThere(in: loaded.defaults))
  }

  /// Prints the best classes of one image.
  private func show(_ image: PredictedClasses, _ count: Int) {
    guard !features else { return }
    for line in image.lines(count) { outputs.show(line) }
  }
}

extension Model {
  /// The network compiled for at most `images` images.
  fileprivate func plan(
    _ run: RunOptions, _ numbers: PrecisionOptions, images: Int
  ) throws -> Plan {
    let precision = try numbers.precision(for: self)
    let most = run.imagesPerThread(of: bound.graph, in: precision)
    // A single batch has all threads to itself.
    return try Plan(
      compiling: bound, batch: min(images, most), threads: run.threads,
      streams: images <= most ? 1 : nil, exact: run.exact, precision: precision)
  }
}
