import Documents
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
    let encoder = Self.encoder
    var data = JSONText.spelled(
      try encoder.encode(Header(format: Self.format, manifest: manifest)))
    data.append(newline)
    for prediction in predictions {
      data.append(JSONText.spelled(try encoder.encode(prediction)))
      data.append(newline)
    }
    return data
  }

  /// Reads what ``lines()`` wrote.
  ///
  /// - Throws: ``PredictionLogError`` with the line that is not as it should be.
  public init(lines data: Data) throws(PredictionLogError) {
    let decoder = Self.decoder
    let lines = data.split(separator: newline)
    guard let first = lines.first, let header = try? decoder.decode(Header.self, from: first),
      header.format == Self.format
    else { throw PredictionLogError(line: 1, "not the manifest of predictions in \(Self.format)") }
    var predictions: [Prediction] = []
    for (index, line) in lines.enumerated().dropFirst() {
      let prediction: Prediction
      do {
        prediction = try decoder.decode(Prediction.self, from: line)
      } catch {
        throw PredictionLogError(line: index + 1, "not the prediction of an image")
      }
      guard prediction.isOf(header.manifest) else {
        throw PredictionLogError(
          line: index + 1,
          "labels or guesses that are not of the \(header.manifest.classNames.count) classes")
      }
      predictions.append(prediction)
    }
    guard predictions.count == header.manifest.data.images else {
      throw PredictionLogError(
        line: lines.count,
        "ends after \(predictions.count) of \(header.manifest.data.images) images")
    }
    manifest = header.manifest
    self.predictions = predictions
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

  init(line: Int, _ reason: String) {
    self.line = line
    description = "line \(line): \(reason)"
  }
}

private let newline = UInt8(ascii: "\n")
