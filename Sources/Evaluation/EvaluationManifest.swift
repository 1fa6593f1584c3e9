import Digests
public import Datasets
public import Engine
import Foundation
public import Networks
import Tensors

/// What was scored with what: enough to tell whether two results are of the same thing.
public struct EvaluationManifest: Codable, Sendable, Hashable {
  /// The network.
  public var model: Model
  /// The checkpoint.
  public var weights: Weights
  /// The images.
  public var data: DataSet
  /// The pipeline from file to input.
  public var preprocessing: Pipeline
  /// The numbers in which convolutions were computed, and by what.
  public var arithmetic: Arithmetic
  /// The version of Assay.
  public var assay: String
  /// The names of the network's classes, in order of their index.
  public var classNames: [String]

  /// The network that was scored.
  public struct Model: Codable, Sendable, Hashable {
    /// The name under which the command knows it.
    public var name: String
    /// The SHA-256 of the config that describes it, in hexadecimal; `nil` of a network that is known by its
    /// name alone.
    public var config: String?
    /// The number of its weights.
    public var parameters: Int
    /// The number of its classes.
    public var classes: Int
    /// Its input, `224×224×3`.
    public var input: String
    /// `channels_last` or `channels_first`.
    public var dataFormat: String
    /// What makes probabilities of its outputs.
    public var outputActivation: OutputActivation

    /// Describes a network.
    public init(
      name: String, config: String? = nil, parameters: Int, classes: Int, input: String,
      dataFormat: String, outputActivation: OutputActivation = .softmax
    ) {
      self.name = name
      self.config = config
      self.parameters = parameters
      self.classes = classes
      self.input = input
      self.dataFormat = dataFormat
      self.outputActivation = outputActivation
    }

    /// Reads a network; one that was written without the activation has a softmax.
    public init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      name = try container.decode(String.self, forKey: .name)
      config = try container.decodeIfPresent(String.self, forKey: .config)
      parameters = try container.decode(Int.self, forKey: .parameters)
      classes = try container.decode(Int.self, forKey: .classes)
      input = try container.decode(String.self, forKey: .input)
      dataFormat = try container.decode(String.self, forKey: .dataFormat)
      outputActivation =
        try container.decodeIfPresent(OutputActivation.self, forKey: .outputActivation) ?? .softmax
    }
  }

  /// The checkpoint that was read.
  public struct Weights: Codable, Sendable, Hashable {
    /// The path, as it was given.
    public var file: String
    /// The SHA-256 of the file, in hexadecimal.
    public var sha256: String
    /// The layout, in words.
    public var format: String
    /// The version of Keras that wrote it, if it says.
    public var kerasVersion: String?
    /// What did not fit the network and was allowed not to, a line each.
    public var allowances: [String]
    /// What was done to its numbers, and on what evidence, a line each: kernels rotated, and the like.
    public var conventions: [String]

    /// Describes a checkpoint.
    public init(
      file: String, sha256: String, format: String, kerasVersion: String?,
      allowances: [String] = [], conventions: [String] = []
    ) {
      self.file = file
      self.sha256 = sha256
      self.format = format
      self.kerasVersion = kerasVersion
      self.allowances = allowances
      self.conventions = conventions
    }
  }

  /// The images that were scored.
  public struct DataSet: Codable, Sendable, Hashable {
    /// The folder, or wherever the images came from, as it was given.
    public var directory: String
    /// How many images it has, unreadable ones included.
    public var images: Int
    /// One SHA-256 over path and digest of every image, in order.
    public var sha256: String
    /// One SHA-256 over the labels of every image, in order.
    public var labelsSha256: String
    /// How many files carry an EXIF orientation, which no preset applies.
    public var exifOrientationsIgnored: Int
    /// The network's class of the first folder, name or number: 1 where class 0 is background, else 0.
    public var classOffset: Int
    /// How many of the network's classes took part, where not all did.
    public var maskedTo: Int?
    /// How the images and their labels were found, where that is not plain.
    public var notes: [String]
    /// Which of the images that were found take part, where not all do.
    public var selection: Selection?
    /// `true` where each class is a question of its own, and an image may have any labels; else `nil`.
    public var multiLabel: Bool?
  }

  /// Which images take part.
  public struct Selection: Codable, Sendable, Hashable, CustomStringConvertible {
    /// The first so many.
    public var limit: Int?
    /// So many, drawn evenly over the classes: ``LabeledImages/sample(_:seed:)``.
    public var sample: Int?
    /// The seed of the draw.
    public var seed: UInt64?

    /// The first images.
    public init(limit: Int) { self.limit = limit }

    /// Images that are drawn.
    public init(sample: Int, seed: UInt64) { (self.sample, self.seed) = (sample, seed) }

    /// In words.
    public var description: String {
      if let sample {
        "drawn evenly over the classes (sample \(sample), seed \(seed ?? 0))"
      } else {
        "the first of the list (limit \(limit ?? 0))"
      }
    }
  }

  /// The pipeline from file to input.
  public struct Pipeline: Codable, Sendable, Hashable {
    /// The preset's name.
    public var preset: String
    /// The interpolation's name.
    public var interpolation: String
    /// The normalisation's name.
    public var normalization: String
    /// The shorter side before the crop, where the preset has one.
    public var minAspectDim: Int?
    /// The side of the central crop, where the preset has one and it is a square.
    public var resizeDim: Int?
    /// The central crop, where the preset has one and it is no square.
    public var crop: InputSize?
    /// Whether images are first cropped to the input's aspect, where the preset has the choice.
    public var cropToAspectRatio: Bool?
    /// Whether zeros are first put around images to the input's aspect, where the preset has the choice.
    public var padToAspectRatio: Bool?
    /// Whether images are filtered before they are made smaller, where the preset has the choice.
    public var antialias: Bool?
    /// The protocol file or the named protocol it came from, with its hash.
    public var source: String?
  }

  /// How the network was computed.
  public struct Arithmetic: Codable, Sendable, Hashable {
    /// `f32`, `bf16` or `int8`.
    public var precision: String
    /// Whether every convolution was computed directly.
    public var exact: Bool
    /// The version of oneDNN and the instruction set that it used.
    public var engine: String
    /// The version of Assay's own part of it, see ``EngineVersion``; `nil` of results from before there was one.
    public var engineVersion: Int?
    /// The SHA-256 of the calibration for int8.
    public var calibration: String?
  }
}

extension EvaluationManifest {
  /// Describes what was scored.
  init(
    _ result: EvaluationResult, _ plan: Plan, _ preprocessing: Preprocessing, model: Model,
    weights: Weights
  ) {
    self.init(
      source: result.source, notes: result.notes, labels: result.labels, plan, preprocessing,
      model: model, weights: weights)
    self = completed(by: result.predictions)
  }

  /// Describes what is to be scored: the images of a list, by their names and labels.
  ///
  /// - Throws: ``EvaluationError`` for a label that is no class of the network.
  public init(
    planning images: LabeledImages, labels: ClassLabels, _ plan: Plan,
    _ preprocessing: Preprocessing, model: Model, weights: Weights
  ) throws(EvaluationError) {
    self.init(
      source: images.directory, notes: images.notes, labels: labels, plan, preprocessing,
      model: model, weights: weights)
    var names = NameDigest()
    var classes = LabelDigest()
    for image in images.images {
      names.add(Array(image.path.utf8) + [0])
      classes.add(try labels.networkClasses(of: image))
    }
    data.images = images.images.count
    data.sha256 = names.hexadecimal
    data.labelsSha256 = classes.hexadecimal
  }

  /// Whether each class is a question of its own: ``LabeledImages/isMultiLabel``.
  public var isMultiLabel: Bool { data.multiLabel == true }

  /// The same when all images are done: their bytes in place of their names.
  public func completed(by predictions: [Prediction]) -> EvaluationManifest {
    var tally = DataTally(of: self)
    for prediction in predictions { tally.add(prediction) }
    return tally.manifest
  }

  private init(
    source: String, notes: [String], labels: ClassLabels, _ plan: Plan,
    _ preprocessing: Preprocessing, model: Model, weights: Weights
  ) {
    self.model = model
    self.weights = weights
    data = DataSet(
      directory: source, images: 0, sha256: "", labelsSha256: "", exifOrientationsIgnored: 0,
      classOffset: labels.offset, maskedTo: labels.mask?.classes.count, notes: notes,
      multiLabel: labels.isMultiLabel ? true : nil)
    self.preprocessing = Pipeline(preprocessing)
    arithmetic = Arithmetic(plan)
    assay = AssayVersion.current
    classNames = labels.names
  }
}

extension EvaluationManifest.Pipeline {
  /// Describes a pipeline.
  public init(_ preprocessing: Preprocessing) {
    preset = preprocessing.name
    interpolation = preprocessing.interpolation.rawValue
    normalization = preprocessing.scaling
    switch preprocessing.pipeline {
    case .preact(let least, let final): (minAspectDim, resizeDim) = (least, final)
    case .tfOfficial(let least, let final):
      minAspectDim = least
      if final.isSquare { resizeDim = final.height } else { crop = final }
    case .torchvision(let side): minAspectDim = side
    case .kerasTF(let crops): cropToAspectRatio = crops
    case .kerasHub(let converter):
      cropToAspectRatio = converter.crops
      padToAspectRatio = converter.pads ? true : nil
      antialias = converter.antialias ? true : nil
    case .kerasPIL, .asItIs: break
    }
  }
}

extension EvaluationManifest.Arithmetic {
  fileprivate init(_ plan: Plan) {
    precision = plan.precision.name
    exact = plan.exact
    engine = "oneDNN \(OneDNN.version), \(OneDNN.instructionSet(in: plan.precision))"
    engineVersion = EngineVersion.current
    if case .int8(let ranges) = plan.precision {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      calibration = (try? encoder.encode(ranges)).map { SHA256.hash(data: $0).hexadecimal }
    }
  }
}

/// The version of this package.
public enum AssayVersion {
  /// Semantic version; `Tools/packaging/changelog` says what is new in it.
  public static let current = "0.2.0"
}
