import ArgumentParser
import Architectures
import Datasets
import Evaluation
import Foundation
import Studies

/// Which images, and what their labels are.
struct DataOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A folder with one sub-folder per class; with --labels, any folder of images; shards in "
        + "WebDataset's form ('val-{00..07}.tar'), - for a tar on standard input; TFRecord or "
        + "array_record shards ('val-*.tfrecord'); a folder of TensorFlow Datasets (mnist/3.0.1); an "
        + "array of pixels (.npy, .npz).", valueName: "data"), completion: .file())
  var data: String

  @Option(
    help: ArgumentHelp(
      "Labels: CSV or a list of path and label, one label a line in the order of the images, sets "
        + "of labels (a column of 0 and 1 for each class, or of names as 'cat|dog'; ReaL's real.json), "
        + "or .npy.", valueName: "file"), completion: .file())
  var labels: String?

  @Flag(
    inversion: .prefixedNo,
    help: ArgumentHelp(
      "Whether each class is a question of its own, which an image's labels answer with yes, and the "
        + "network ends in sigmoids; or any one of its labels is right. Default: the first of sets in "
        + "tables, the other of sets in JSON."))
  var multiLabel: Bool?

  @Option(
    help: ArgumentHelp(
      "Order of class folders: code-point (Keras, torchvision), natural (timm: 2 before 10), or a "
        + "file that lists them.", valueName: "order"), completion: .file())
  var classOrder: String?

  @Option(
    help: ArgumentHelp(
      "The network's classes: one a line, or imagenet_class_index.json; folders and labels are then "
        + "matched by name.", valueName: "file"), completion: .file())
  var classNames: String?

  @Option(
    help: ArgumentHelp(
      "ImageNet's devkit: meta.mat, or the synsets in the order of ILSVRC ids; labels are such ids.",
      valueName: "file"), completion: .file())
  var synsets: String?

  @Option(help: "The number that labels give to the network's first class. Default: 0.")
  var firstLabel: Int?

  @Option(
    help: ArgumentHelp(
      "Only these classes take part: present (those of the data), or a file of names or numbers.",
      valueName: "classes"), completion: .file())
  var classMask: String?

  @Option(
    help: ArgumentHelp("Images and labels in an .npz. Default: x_test,y_test.", valueName: "names"))
  var arrays: String?

  @OptionGroup var records: RecordOptions

  @OptionGroup var background: BackgroundOption

  @Option(help: "Scores only the first images of the list, which may be of few classes.")
  var limit: Int?

  @Option(help: "Scores so many images, drawn evenly over the classes.")
  var sample: Int?

  @Option(help: "What the draw of --sample begins with; the same seed draws the same images.")
  var seed: UInt64 = 0

  func validate() throws {
    if let firstLabel, !Self.firstLabels.contains(firstLabel) {
      throw ValidationError("--first-label \(firstLabel) is no possible number")
    }
    if let limit, limit < 1 { throw ValidationError("--limit \(limit) leaves no image") }
    if let sample, sample < 1 { throw ValidationError("--sample \(sample) leaves no image") }
    if limit != nil, sample != nil {
      throw ValidationError(
        "--limit takes the first images, --sample draws them; give one of the two")
    }
    if seed != 0, sample == nil { throw ValidationError("--seed is for --sample") }
    if data == "-", limit != nil || sample != nil {
      throw ValidationError("--limit and --sample are not for a stream")
    }
  }

  /// What labels may begin with, so that they can be counted from it.
  static let firstLabels = EvaluationProtocol.firstLabels

  /// The files and folders that these options name, and a protocol's.
  func inputs(_ settings: EvaluationProtocol.Labels?) -> [String] {
    let shards = (try? ShardNames.expand(data)) ?? []
    return [
      data, labels ?? settings?.file, classOrder ?? settings?.classOrder,
      classNames ?? settings?.classNames, synsets ?? settings?.synsets,
      classMask ?? settings?.classMask,
    ].compactMap(\.self) + shards
  }

  /// Lists the images, or opens the stream; `extensions` are those that the preset's library lists.
  func images(
    _ settings: EvaluationProtocol.Labels?, _ extensions: ImageExtensions
  ) throws -> StudyImages {
    let multiLabel = answersQuestions(settings)
    if data == "-" {
      try records.refuse(for: "standard input")
      try refuseArrays()
      return .stream(
        TarStream(descriptor: STDIN_FILENO, name: "standard input"),
        isMultiLabel: multiLabel ?? false)
    }
    var all = try list(settings, extensions)
    if multiLabel == true { all = all.asMultiLabel }
    guard let selection else { return .list(all) }
    let chosen =
      sample.map { all.sample($0, seed: seed) } ?? limit.map { all.prefix($0) } ?? all
    let classes = all.classNames.isEmpty ? all.presentClasses : all.classNames.count
    return .list(
      chosen.taking(
        chosen.images,
        notes: [
          "\(chosen.images.count) of \(all.images.count) take part, \(selection), "
            + "of \(chosen.presentClasses) of \(classes) classes"
        ]))
  }

  /// Whether each class is a question of its own, where the user or a protocol says so or not so.
  func answersQuestions(_ settings: EvaluationProtocol.Labels?) -> Bool? {
    multiLabel ?? settings?.multiLabel
  }

  /// Which images take part, where not all do.
  var selection: EvaluationManifest.Selection? {
    if let sample { return .init(sample: sample, seed: seed) }
    return limit.map { .init(limit: $0) }
  }

  private func list(
    _ settings: EvaluationProtocol.Labels?, _ extensions: ImageExtensions
  ) throws -> LabeledImages {
    let labels = labels ?? settings?.file
    let multiLabel = answersQuestions(settings)
    if data.hasSuffix(".tar") || data.contains(".tar") && data.contains("{") {
      guard labels == nil else { throw Failure(.usage, "--labels: shards hold their own labels") }
      try records.refuse(for: data)
      try refuseArrays()
      return try LabeledImages(shards: ShardNames.expand(data))
    }
    if data.hasSuffix(".npy") || data.hasSuffix(".npz") {
      try records.refuse(for: data, takesSplit: data.hasSuffix(".npz"))
      let names = try arrayNames()
      guard names == nil || records.split == nil else {
        throw Failure(.usage, "--split: --arrays names the arrays already")
      }
      return try LabeledImages(
        images: data, labels: labels, names: names, split: records.split,
        classNames: index(settings)?.identifiers, multiLabel: multiLabel)
    }
    try refuseArrays()
    if let listed = try records.list(data, labels: labels) { return listed }
    if let labels {
      return try LabeledImages(
        directory: data,
        labels: LabelFile(
          contentsOf: labels, synsets: synsets(settings), classNames: index(settings)?.identifiers,
          multiLabel: multiLabel),
        extensions: extensions)
    }
    return try LabeledImages(directory: data, order: order(settings), extensions: extensions)
  }

  private func refuseArrays() throws {
    guard arrays != nil else { return }
    throw Failure(.usage, "--arrays: \(data) is no .npz, of which it would name the arrays")
  }

  private func arrayNames() throws -> (images: String, labels: String)? {
    guard let arrays else { return nil }
    let names = arrays.split(separator: ",").map(String.init)
    guard names.count == 2 else {
      throw Failure(.usage, "--arrays '\(arrays)': two names, of the images and of the labels")
    }
    return (names[0], names[1])
  }

  private func synsets(_ settings: EvaluationProtocol.Labels?) throws -> [String]? {
    try (synsets ?? settings?.synsets).map { file throws in try SynsetList.read(file) }
  }

  private func order(_ settings: EvaluationProtocol.Labels?) throws -> ClassOrder {
    switch classOrder ?? settings?.classOrder {
    case nil, "code-point": .codePoint
    case "natural": .natural
    case let file?: .given(try ClassIndex(contentsOf: file).identifiers)
    }
  }
}
