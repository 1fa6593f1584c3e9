import Crypto
import Datasets
import Engine
public import Foundation
import Tensors

/// An evaluation as it is kept: what was scored with what, the result, and, apart from these, the
/// conditions under which it ran.
///
/// Everything but ``conditions`` is the same whatever the threads or the batch, so two reports can
/// be compared byte for byte.
public struct EvaluationReport: Codable, Sendable, Hashable {
  /// The network.
  public var model: Model
  /// The checkpoint.
  public var weights: Weights
  /// The images.
  public var data: DataSet
  /// The pipeline from file to input.
  public var preprocessing: Pipeline
  /// The numbers in which convolutions were computed: `f32`, `bf16` or `int8`.
  public var precision: String
  /// The SHA-256 of the calibration for int8.
  public var calibration: String?
  /// How equal scores are judged.
  public var tieRule: String
  /// Top-1, top-5, ties and the counts of each class.
  public var accuracy: TopKAccuracy
  /// The images that could not be read, in the order of the data set.
  public var failures: [Failure]
  /// How the run was made; differs from run to run.
  public var conditions: Conditions

  /// The network that was scored.
  public struct Model: Codable, Sendable, Hashable {
    /// The name under which the command knows it.
    public var name: String
    /// The number of its weights.
    public var parameters: Int
    /// The number of its classes.
    public var classes: Int
    /// Its input, `224×224×3`.
    public var input: String
    /// `channels_last` or `channels_first`.
    public var dataFormat: String

    /// Describes a network.
    public init(
      name: String, parameters: Int, classes: Int, input: String, dataFormat: String
    ) {
      self.name = name
      self.parameters = parameters
      self.classes = classes
      self.input = input
      self.dataFormat = dataFormat
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
    /// The folder, as it was given.
    public var directory: String
    /// How many images it has, unreadable ones included.
    public var images: Int
    /// One SHA-256 over path and bytes of every image, in order.
    public var sha256: String
    /// How many files carry an EXIF orientation, which no preset applies.
    public var exifOrientationsIgnored: Int
    /// The network's class of the first folder or name: 1 where class 0 is background, else 0.
    public var classOffset: Int
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
    /// The side of the central crop, where the preset has one.
    public var resizeDim: Int?
  }

  /// An image that could not be read.
  public struct Failure: Codable, Sendable, Hashable {
    /// The path below the folder.
    public var path: String
    /// The kind of fault.
    public var kind: String
    /// The fault in words.
    public var reason: String
  }

  /// How a run was made.
  public struct Conditions: Codable, Sendable, Hashable {
    /// The version of Assay.
    public var assay: String
    /// The version of oneDNN and the instruction set that it used.
    public var engine: String
    /// Images in one call of the engine.
    public var batch: Int
    /// Threads that decoded and computed.
    public var threads: Int
    /// When the run ended.
    public var finished: Date
    /// The time from the first file to the last result.
    public var seconds: Double
    /// Images a second, decoding included.
    public var imagesPerSecond: Double
  }
}

extension EvaluationReport {
  /// Reports what `evaluator` found.
  public init(
    _ result: EvaluationResult, by evaluator: Evaluator, model: Model, weights: Weights
  ) {
    self.model = model
    self.weights = weights
    data = DataSet(
      directory: result.data.directory, images: result.data.images.count,
      sha256: result.dataDigest, exifOrientationsIgnored: result.rotatedCount,
      classOffset: result.labels.offset)
    preprocessing = Pipeline(evaluator.preprocessing)
    precision = evaluator.plan.precision.name
    if case .int8(let ranges) = evaluator.plan.precision {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      calibration = (try? encoder.encode(ranges)).map { SHA256.hash(data: $0).hexadecimal }
    }
    tieRule = TopKAccuracy.tieRule
    accuracy = result.accuracy
    failures = result.failures.map { image, error in
      Failure(path: image.path, kind: error.kind.rawValue, reason: error.reason)
    }
    conditions = Conditions(
      assay: AssayVersion.current,
      engine: "oneDNN \(OneDNN.version), \(OneDNN.instructionSet)",
      batch: evaluator.plan.batch, threads: evaluator.plan.threads, finished: Date(),
      seconds: result.duration / .seconds(1), imagesPerSecond: result.imagesPerSecond)
  }

  /// The report as JSON: sorted keys in snake case, dates as ISO 8601.
  public func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.dateEncodingStrategy = .iso8601
    var data = try encoder.encode(self)
    data.append(UInt8(ascii: "\n"))
    return data
  }
}

extension EvaluationReport.Pipeline {
  fileprivate init(_ preprocessing: Preprocessing) {
    preset = preprocessing.name
    interpolation = preprocessing.interpolation.rawValue
    normalization = preprocessing.normalization.rawValue
    switch preprocessing.pipeline {
    case .preact(let least, let final), .tfOfficial(let least, let final):
      (minAspectDim, resizeDim) = (least, final)
    case .torchvision(let side): (minAspectDim, resizeDim) = (side, nil)
    case .kerasTF, .kerasPIL: (minAspectDim, resizeDim) = (nil, nil)
    }
  }
}

/// The version of this package.
public enum AssayVersion {
  /// Semantic version, `0.1.0`.
  public static let current = "0.1.0"
}
