import Evaluation
import Foundation
import Runs
import Studies

/// A run in a folder, with what the user is told of it.
struct RunInFolder {
  let run: ResumableRun

  private var folder: String { run.folder }
  private var shard: Shard { run.shard }

  /// Runs, or goes on, to the end.
  ///
  /// - Returns: Of a whole run the reports and what became of each image; of a shard nothing.
  func finish(_ prepared: ResumableRun.Prepared) async throws -> (
    reports: [EvaluationReport], predictions: [[Prediction]]
  )? {
    let part = try run.part(of: prepared)
    if run.resumes, part.isNew {
      StandardError.write("\(folder): there is no run to resume; one begins")
    }
    let interruption = Interruption()
    let progress = StudyProgress()
    var run = run
    run.shouldStop = { interruption.caught != nil }
    run.tell = { [self] event in
      if case .began(let total?, let known) = event, known > 0 {
        StandardError.write("\(folder): \(known) of \(total) images are done")
      }
      progress.tell(event)
      if case .ended(let count, let duration) = event, count > 0 {
        let seconds = duration / .seconds(1)
        let rate = String(
          format: "%d images in %.2f s, %.1f/s", count, seconds, Double(count) / seconds)
        StandardError.write("\(folder): \(shard == .whole ? "" : "shard \(shard): ")\(rate)")
      }
    }
    do {
      switch try await run.finish(part, of: prepared) {
      case .run(let reports, let predictions): return (reports, predictions)
      case .shard(let images):
        StandardError.write("\(folder): shard \(shard) is done, \(images) images")
      case .wasDone: StandardError.write("\(folder): shard \(shard) is done already")
      }
      return nil
    } catch StudyError.interrupted(let done, let count) {
      throw interruption.failure(
        done, of: count,
        resume: "the same command \(shard == .whole ? "with --resume " : "")goes on in \(folder)")
    }
  }
}
