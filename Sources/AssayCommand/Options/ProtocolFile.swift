import Crypto
import Datasets
import Files
import Foundation
import Tensors
import Yams

/// How a published number was measured: what the options of a command say, in a file or under a name.
struct EvaluationProtocol: Decodable, Equatable {
  /// `--preset`.
  var preset: String?
  /// `--input-size`.
  var inputSize: Int?
  /// `--interpolation`.
  var interpolation: Interpolation?
  /// `--normalize`.
  var normalize: Normalization?
  /// `--min-aspect-dim`.
  var minAspectDim: Int?
  /// `--resize-dim`.
  var resizeDim: Int?
  /// `--crop-to-aspect-ratio`.
  var cropToAspectRatio: Bool?
  /// How labels are read.
  var labels: Labels?

  /// How labels are read; files lie relative to the protocol's folder.
  struct Labels: Decodable, Equatable {
    /// `--labels`.
    var file: String?
    /// `--class-order`.
    var classOrder: String?
    /// `--class-names`.
    var classNames: String?
    /// `--synsets`.
    var synsets: String?
    /// `--first-label`.
    var firstLabel: Int?
    /// `--class-mask`.
    var classMask: String?
    /// `--background-class`.
    var backgroundClass: Bool?

    enum CodingKeys: String, CodingKey, CaseIterable {
      case file
      case classOrder = "class_order"
      case classNames = "class_names"
      case synsets
      case firstLabel = "first_label"
      case classMask = "class_mask"
      case backgroundClass = "background_class"
    }
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case preset
    case inputSize = "input_size"
    case interpolation
    case normalize
    case minAspectDim = "min_aspect_dim"
    case resizeDim = "resize_dim"
    case cropToAspectRatio = "crop_to_aspect_ratio"
    case labels
  }
}

/// A protocol, and what a report says of where it came from.
struct NamedProtocol {
  let settings: EvaluationProtocol
  let source: String

  /// The protocols of published tables, under the names that `--protocol` takes.
  static let published: [(name: String, settings: EvaluationProtocol)] = [
    // torchvision/references/classification/presets.py, IMAGENET1K_V1 weights.
    (
      "torchvision-v1",
      EvaluationProtocol(
        preset: "torchvision", inputSize: 224, interpolation: .bilinear, normalize: .torch,
        minAspectDim: 256)
    ),
    // IMAGENET1K_V2 of ResNet: resize_size 232, crop_size 224.
    (
      "torchvision-v2",
      EvaluationProtocol(
        preset: "torchvision", inputSize: 224, interpolation: .bilinear, normalize: .torch,
        minAspectDim: 232)
    ),
    // timm's default_cfg of its ResNets: crop_pct 0.875 and 0.95, bicubic.
    (
      "timm-0.875",
      EvaluationProtocol(
        preset: "torchvision", inputSize: 224, interpolation: .bicubic, normalize: .torch,
        minAspectDim: 256)
    ),
    (
      "timm-0.95",
      EvaluationProtocol(
        preset: "torchvision", inputSize: 224, interpolation: .bicubic, normalize: .torch,
        minAspectDim: 235)
    ),
    // tensorflow/models official/legacy/image_classification/resnet/imagenet_preprocessing.py.
    (
      "tf-official",
      EvaluationProtocol(
        preset: "tf-official", inputSize: 224, normalize: .rgbMeans, minAspectDim: 256,
        resizeDim: 224)
    ),
    // ImageDataGenerator.flow_from_directory and load_img: Pillow, nearest; the model's normalisation.
    ("keras-load-img", EvaluationProtocol(preset: "keras-pil", interpolation: .nearest)),
    // image_dataset_from_directory; the model's size and normalisation.
    ("keras-dataset", EvaluationProtocol(preset: "keras-tf", interpolation: .bilinear)),
  ]

  /// Reads a protocol: one of the names, else a YAML file.
  init(_ name: String) throws {
    if let known = Self.published.first(where: { $0.name == name }) {
      settings = known.settings
      source = name
      return
    }
    guard let data = FileManager.default.contents(atPath: name) else {
      throw Failure(
        .missingInput,
        "\(name): no such file, and no protocol of that name; there are "
          + Self.published.map(\.name).joined(separator: ", "))
    }
    settings = try Self.parse(data, of: name)
    source = "\(name), sha256 \(SHA256.hash(data: data).hexadecimal)"
  }

  private static func parse(_ data: Data, of name: String) throws -> EvaluationProtocol {
    let text = String(decoding: data, as: UTF8.self)
    do {
      guard let root = try Yams.compose(yaml: text) else { return EvaluationProtocol() }
      // A key that nobody reads is a mistake that changes numbers.
      try check(root, EvaluationProtocol.CodingKeys.allCases.map(\.rawValue), name)
      if let labels = root.mapping?["labels"] {
        try check(labels, EvaluationProtocol.Labels.CodingKeys.allCases.map(\.rawValue), name)
      }
      var settings = try YAMLDecoder().decode(EvaluationProtocol.self, from: text)
      try settings.checkNumbers(name)
      settings.labels?.resolve(besides: name)
      return settings
    } catch let failure as Failure {
      throw failure
    } catch {
      throw Failure(.badData, "\(name): no protocol in YAML: \(words(error))")
    }
  }

  private static func check(_ node: Node, _ keys: [String], _ name: String) throws {
    guard let mapping = node.mapping else {
      throw Failure(
        .badData, "\(name): a protocol has keys and values: \(keys.joined(separator: ", "))")
    }
    for key in mapping.keys where !keys.contains(key.string ?? "") {
      throw Failure(
        .badData,
        "\(name): no setting is called '\(key.string ?? "?")'; there are "
          + keys.joined(separator: ", "))
    }
  }

  /// What a decoder found, without its type's names.
  private static func words(_ error: any Error) -> String {
    switch error {
    case DecodingError.typeMismatch(_, let context), DecodingError.dataCorrupted(let context),
      DecodingError.valueNotFound(_, let context):
      let path = context.codingPath.map(\.stringValue).joined(separator: ".")
      return "\(path): \(context.debugDescription)"
    default: return "\(error)"
    }
  }
}

extension EvaluationProtocol {
  /// As options are checked.
  fileprivate func checkNumbers(_ file: String) throws {
    let sizes = [
      ("input_size", inputSize), ("min_aspect_dim", minAspectDim), ("resize_dim", resizeDim),
    ].map { ($0, $1, ImageOptions.sizes) }
    for (key, value, range) in sizes + [
      ("labels: first_label", labels?.firstLabel, DataOptions.firstLabels)
    ] {
      guard let value, !range.contains(value) else { continue }
      throw Failure(
        .badData,
        "\(file): \(key) \(value) is not possible; it is from \(range.lowerBound) to "
          + "\(range.upperBound)")
    }
  }
}

extension EvaluationProtocol.Labels {
  /// Files lie beside the protocol.
  fileprivate mutating func resolve(besides file: String) {
    let folder = FilePath.folder(of: file)
    let place = { (path: String) in
      path.hasPrefix("/") || folder.isEmpty ? path : "\(folder)/\(path)"
    }
    self.file = self.file.map(place)
    classNames = classNames.map(place)
    synsets = synsets.map(place)
    if let mask = classMask, mask != "present" { classMask = place(mask) }
    if let order = classOrder, !["code-point", "natural"].contains(order) {
      classOrder = place(order)
    }
  }
}
