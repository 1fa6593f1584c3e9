public import Engine
public import Foundation

/// A calibration for int8 as it is kept in a file, with what it is of.
public struct CalibrationFile: Codable, Sendable, Equatable {
  /// The network and the weights that a calibration is of.
  public struct Subject: Codable, Sendable, Equatable {
    /// What the network is called.
    public var model: String
    /// The SHA-256 of the config that describes the network, in hexadecimal; `nil` of a network that its name
    /// alone tells.
    ///
    /// A config may lie in another file than the weights, whose hash then says nothing of it.
    public var config: String?
    /// The SHA-256 of the weights, in hexadecimal.
    public var weights: String
    /// The network's input, `224×224×3`.
    public var input: String

    /// Names a network and its weights.
    public init(model: String, config: String?, weights: String, input: String) {
      self.model = model
      self.config = config
      self.weights = weights
      self.input = input
    }
  }

  /// The images that were shown.
  public struct Images: Codable, Sendable, Equatable {
    /// Their folder.
    public var directory: String
    /// How many there were.
    public var count: Int
    /// Their way to the network, in words.
    public var preprocessing: String

    /// Describes images.
    public init(directory: String, count: Int, preprocessing: String) {
      self.directory = directory
      self.count = count
      self.preprocessing = preprocessing
    }
  }

  /// How far int8 and float32 agree on these images.
  public struct Agreement: Codable, Sendable, Equatable {
    /// The share of images whose best class is the same, from 0 to 1.
    public var top1: Double
    /// The share of images whose five best classes are the same, in any order.
    public var top5: Double
    /// The largest difference of a logit, over the largest logit.
    public var logits: Double

    /// Keeps what was found.
    public init(top1: Double, top5: Double, logits: Double) {
      self.top1 = top1
      self.top5 = top5
      self.logits = logits
    }
  }

  /// What the calibration is of.
  public var subject: Subject
  /// The images that were shown.
  public var images: Images
  /// How far int8 and float32 agree on them.
  public var agreement: Agreement
  /// The ranges.
  public var calibration: Calibration

  /// Keeps a calibration with what it is of.
  public init(subject: Subject, images: Images, agreement: Agreement, calibration: Calibration) {
    self.subject = subject
    self.images = images
    self.agreement = agreement
    self.calibration = calibration
  }

  /// The name of the form, with its number.
  static let form = "assay-calibration 2"

  private enum CodingKeys: String, CodingKey {
    case format, images, agreement, calibration
  }

  /// Reads the fields; the form is looked at by ``init(json:file:)``.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    subject = try Subject(from: decoder)
    images = try container.decode(Images.self, forKey: .images)
    agreement = try container.decode(Agreement.self, forKey: .agreement)
    calibration = try container.decode(Calibration.self, forKey: .calibration)
  }

  /// Writes the fields, the subject's among them, and the form.
  public func encode(to encoder: any Encoder) throws {
    try subject.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(Self.form, forKey: .format)
    try container.encode(images, forKey: .images)
    try container.encode(agreement, forKey: .agreement)
    try container.encode(calibration, forKey: .calibration)
  }

  /// The file's bytes: JSON, its keys sorted.
  public func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self) + Data("\n".utf8)
  }
}
