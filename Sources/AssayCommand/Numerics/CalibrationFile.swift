import Architectures
import Engine
import Evaluation
import Foundation
import Models
import Networks
import Tensors

/// A calibration as `assay calibrate` keeps it, with what it is of.
struct CalibrationFile: Codable {
  /// What the file is, and the version of its form.
  var format = Self.currentFormat
  /// The model, as `assay` names it.
  var model: String
  /// The SHA-256 of the weights.
  var weights: String
  /// The network's input, `224×224×3`.
  var input: String
  /// The images that were shown.
  var images: Images
  /// How far int8 and float32 agree on these images.
  var agreement: Agreement
  /// The ranges.
  var calibration: Calibration

  struct Images: Codable {
    var directory: String
    var count: Int
    var preprocessing: String
  }

  struct Agreement: Codable {
    /// The share of images whose best class is the same.
    var top1: Double
    /// The share of images whose five best classes are the same, in any order.
    var top5: Double
    /// The largest difference of a logit, over the largest logit.
    var logits: Double
  }

  private static let currentFormat = "assay-calibration 1"

  /// The file's bytes: JSON, its keys sorted.
  func data() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self) + Data("\n".utf8)
  }

  /// Reads a calibration that must be of this network and these weights.
  static func read(_ path: String, for loaded: Model) throws -> Calibration {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Failure(.missingInput, "\(path): no such file, or it cannot be read")
    }
    let file: CalibrationFile
    do {
      file = try JSONDecoder().decode(Self.self, from: data)
    } catch {
      throw Failure(.badData, "\(path): not a calibration as 'assay calibrate' writes it")
    }
    guard file.format == currentFormat else {
      throw Failure(.badData, "\(path): of the form \(file.format), not \(currentFormat)")
    }
    for (map, range) in file.calibration.ranges.sorted(by: { $0.key < $1.key })
    where !range.isPossible {
      throw Failure(
        .badData,
        "\(path): the range of \(map), \(range.least) to \(range.largest), is not possible: it has 0 in "
          + "it, goes no further than ±1e30, and is 0 or at least 1e-30 wide")
    }
    let weights = try loaded.weightsDescription().sha256
    let own = [loaded.identifier, weights, loaded.graph.input.description]
    let other = [file.model, file.weights, file.input]
    for (name, (own, other)) in zip(["model", "weights", "input"], zip(own, other))
    where own != other {
      throw Failure(
        .badData,
        "\(path): made for another \(name), \(other.prefix(24)), not \(own.prefix(24)); "
          + "'assay calibrate' makes one")
    }
    return file.calibration
  }
}
