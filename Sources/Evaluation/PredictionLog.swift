import Documents
import Files
public import Foundation

/// Every image's prediction with what was scored, as JSON Lines: the manifest first, then one line an
/// image in the order of the data set.
///
/// Metrics are computed from it again, without network or images.
public struct PredictionLog: Sendable, Hashable {
  /// What was scored with what.
  public let manifest: EvaluationManifest
  /// What became of each image.
  public let predictions: [Prediction]

  /// A log of an evaluation.
  public init(manifest: EvaluationManifest, predictions: [Prediction]) {
    self.manifest = manifest
    self.predictions = predictions
  }

  /// The name and version of the format, the value of `format` in the first line.
  public static let format = "assay-predictions-1"

  private struct Header: Codable {
    var format: String
    var manifest: EvaluationManifest
  }

  /// The log as JSON Lines.
  public func lines() throws -> Data {
    var data = try Self.firstLine(manifest)
    for prediction in predictions {
      data.append(try PredictionLine.encode(prediction))
      data.append(newline)
    }
    return data
  }

  /// The line before the predictions, with its end.
  package static func firstLine(_ manifest: EvaluationManifest) throws -> Data {
    JSONText.spelled(try encoder.encode(Header(format: format, manifest: manifest))) + [newline]
  }

  /// Reads what ``lines()`` wrote.
  ///
  /// - Throws: ``PredictionLogError`` with the line that is not as it should be.
  public init(lines data: Data) throws(PredictionLogError) {
    let bytes = [UInt8](data)
    let end = bytes.firstIndex(of: newline) ?? bytes.count
    manifest = try Self.manifest(Data(bytes[..<end]))
    var lines = 1
    predictions = try Self.predictions(
      Array(bytes[min(end + 1, bytes.count)...]), of: manifest, after: &lines)
    guard predictions.count == manifest.data.images else {
      throw PredictionLogError(
        line: lines, "ends after \(predictions.count) of \(manifest.data.images) images")
    }
  }

  /// Reads ``firstLine(_:)``.
  static func manifest(_ line: Data) throws(PredictionLogError) -> EvaluationManifest {
    guard let header = try? decoder.decode(Header.self, from: line), header.format == format
    else { throw .noLog }
    return header.manifest
  }

  /// Reads lines that follow so many others, and counts them.
  static func predictions(
    _ block: [UInt8], of manifest: EvaluationManifest, after lines: inout Int
  ) throws(PredictionLogError) -> [Prediction] {
    var predictions: [Prediction] = []
    let read = ConcurrentLines.map(block) { PredictionLine.decode($0, $1) }
    predictions.reserveCapacity(read.count)
    for prediction in read {
      lines += 1
      guard let prediction else {
        throw PredictionLogError(line: lines, "not the prediction of an image")
      }
      guard prediction.isOf(manifest) else {
        throw PredictionLogError(
          line: lines,
          "labels or guesses that are not of the \(manifest.classNames.count) classes")
      }
      predictions.append(prediction)
    }
    return predictions
  }

  /// Reads a line.
  package static var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return decoder
  }

  /// Writes a line: sorted keys, so that the same prediction is the same bytes.
  package static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return encoder
  }
}

/// Why a file is no log of predictions.
public struct PredictionLogError: Error, Hashable, CustomStringConvertible {
  /// The line, from 1.
  public let line: Int
  /// What is wrong with it.
  public let description: String

  /// A file that is something else.
  static let noLog = PredictionLogError(
    line: 1, "not the manifest of predictions in \(PredictionLog.format)")

  init(line: Int, _ reason: String) {
    self.line = line
    description = "line \(line): \(reason)"
  }
}

private let newline = UInt8(ascii: "\n")
