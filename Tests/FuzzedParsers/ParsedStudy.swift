import Datasets
import Foundation
import Studies

/// What a study is told in files of people's own.
enum ParsedStudy {
  static func `protocol`(_ bytes: [UInt8]) throws {
    let settings = try ProtocolReader(file: "x").settings(in: Data(bytes))
    // Whatever is accepted can be computed with.
    let numbers = [settings.minAspectDim, settings.resizeDim].compactMap(\.self)
    precondition(
      numbers.allSatisfy(InputSize.sides.contains) && settings.inputSize?.isPossible != false)
    precondition(
      settings.labels?.firstLabel.map(EvaluationProtocol.firstLabels.contains) != false)
  }

  /// What is accepted is read again from what it is written as.
  static func calibration(_ bytes: [UInt8]) throws {
    let file = try CalibrationFile(json: Data(bytes), file: "x")
    let again = try CalibrationFile(json: file.json(), file: "x")
    precondition(again == file, "another calibration than was written")
    _ = try file.calibration(for: file.subject, file: "x")
  }
}
