import Datasets
import Evaluation
import Files
import Foundation

/// Predictions that were stored: a log in JSON Lines, or a report in JSON that names one or has one beside it.
struct PredictionFile {
  let path: String
  let log: PredictionLog

  init(_ path: String) throws {
    let data = try Self.contents(path)
    if let report = try? EvaluationReport(json: data) {
      guard let name = report.conditions?.predictions ?? Self.besides(path) else {
        throw Failure(
          .badData,
          "\(path): a report without predictions; 'assay evaluate --predictions p.jsonl' beside "
            + "--json writes them and names them here")
      }
      let folder = FilePath.folder(of: path)
      self.path = name.hasPrefix("/") || folder.isEmpty ? name : "\(folder)/\(name)"
      log = try Self.log(Self.contents(self.path), self.path)
      guard log.manifest == report.manifest else {
        throw Failure(.badData, "\(self.path): not the predictions of \(path), but of another run")
      }
    } else {
      self.path = path
      log = try Self.log(data, path)
    }
  }

  /// What a run in a folder keeps beside its report.
  private static func besides(_ report: String) -> String? {
    let name = "predictions.jsonl"
    let folder = FilePath.folder(of: report)
    return FileManager.default.fileExists(atPath: folder.isEmpty ? name : "\(folder)/\(name)")
      ? name : nil
  }

  private static func contents(_ path: String) throws -> Data {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Failure(.missingInput, "\(path): no such file, or it cannot be read")
    }
    return data
  }

  private static func log(_ data: Data, _ path: String) throws -> PredictionLog {
    do throws(PredictionLogError) {
      return try PredictionLog(lines: data)
    } catch {
      throw Failure(.badData, "\(path): \(error)")
    }
  }
}

extension EvaluationManifest {
  /// Where the image of a stored prediction is, if the folder is still there.
  func storedPicture(_ prediction: Prediction) -> ImageSource? {
    .file(ImageLocation(path: "\(data.directory)/\(prediction.path)"))
  }
}
