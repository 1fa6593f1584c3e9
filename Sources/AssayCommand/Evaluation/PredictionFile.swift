import Datasets
import Evaluation
import Files
import Foundation

/// Predictions that were stored: a log in JSON Lines, or a report in JSON that names one or has one beside it.
struct PredictionFile {
  /// Where they are.
  let path: String
  private let stored: StoredPredictions

  /// What was scored with what.
  var manifest: EvaluationManifest { stored.manifest }

  init(_ path: String) throws {
    switch try Self.open(path) {
    case .log(let log):
      self.path = path
      stored = log
    case .other(let data, let fault):
      guard let report = try? EvaluationReport(json: data) else {
        throw Self.failure(fault, path)
      }
      self.path = try Self.log(named: report, path)
      switch try Self.open(self.path) {
      case .log(let log): stored = log
      case .other(_, let fault): throw Self.failure(fault, self.path)
      }
      guard stored.manifest == report.manifest else {
        throw Failure(
          .badData, "\(self.path): not the predictions of \(path), but of another run")
      }
    }
  }

  /// The log that a report names or has beside it.
  private static func log(named report: EvaluationReport, _ path: String) throws -> String {
    guard let name = report.conditions?.predictions ?? besides(path) else {
      throw Failure(
        .badData,
        "\(path): a report without predictions; 'assay evaluate --predictions p.jsonl' beside "
          + "--json writes them and names them here")
    }
    let folder = FilePath.folder(of: path)
    return name.hasPrefix("/") || folder.isEmpty ? name : "\(folder)/\(name)"
  }

  /// The next prediction; `nil` after the last one.
  func next() throws -> Prediction? {
    do {
      return try stored.next()
    } catch {
      throw Self.failure(error, path)
    }
  }

  /// What a run in a folder keeps beside its report.
  private static func besides(_ report: String) -> String? {
    let name = "predictions.jsonl"
    let folder = FilePath.folder(of: report)
    return FileManager.default.fileExists(atPath: folder.isEmpty ? name : "\(folder)/\(name)")
      ? name : nil
  }

  private static func open(_ path: String) throws -> StoredPredictions.Opened {
    do {
      return try StoredPredictions.open(path)
    } catch {
      throw failure(error, path)
    }
  }

  private static func failure(_ error: any Error, _ path: String) -> any Error {
    switch error {
    case let error as PredictionLogError: Failure(.badData, "\(path): \(error)")
    case let error as LineBlocksError:
      error.isMissing
        ? Failure(.missingInput, "\(path): no such file, or it cannot be read")
        : Failure(.inputOutput, "\(error)")
    default: error
    }
  }
}

extension EvaluationManifest {
  /// Where the image of a stored prediction is, if the folder is still there.
  func storedPicture(_ prediction: Prediction) -> ImageSource? {
    .file(ImageLocation(path: "\(data.directory)/\(prediction.path)"))
  }
}
