public import Evaluation
import Foundation

/// A run in a folder of its own, that survives whatever ends its process.
///
/// `plan.json` says what the run is of, `journal` what became of each image so far; when all are done,
/// `report.json` and `predictions.jsonl` appear, whole, and are the same bytes whatever happened on the way.
public final class RunFolder: Sendable {
  /// The folder.
  public let path: String
  /// What the run is of.
  public let plan: RunPlan
  /// What became of the images that were done before, by their places.
  public let known: [Int: Prediction]
  private let journal: RunJournal
  private let lock: FolderLock

  /// Begins a run in `path`, or goes on with the one that is there.
  ///
  /// - Parameter resumes: Whether to go on; a folder with a run is else refused.
  /// - Throws: ``RunError``; ``RunError/busy(_:)`` where another process is at work in the folder.
  public init(_ path: String, plan: RunPlan, resumes: Bool) throws {
    self.path = path
    self.plan = plan
    lock = try FolderLock(path)
    let file = "\(path)/plan.json"
    if let data = FileManager.default.contents(atPath: file) {
      guard resumes else { throw RunError.exists(path) }
      let known: RunPlan
      do {
        known = try RunPlan(json: data)
      } catch {
        throw RunError.damaged(file, reason: "not the plan of a run")
      }
      guard plan.isSame(as: known) else {
        throw RunError.another(path, parts: plan.differences(from: known))
      }
    } else {
      guard !resumes else { throw RunError.nothingToResume(path) }
      try DurableFile.write(plan.json(), to: file)
    }
    (journal, known) = try RunJournal.open(
      "\(path)/journal", images: plan.manifest.data.images)
  }

  /// Keeps what became of images from `first` on.
  public func keep(_ predictions: [Prediction], at first: Int) throws {
    try journal.append(predictions, at: first)
  }

  /// Makes sure that what was kept outlives the machine.
  public func synchronize() throws { try journal.synchronize() }

  /// Ends the run: its final files appear.
  ///
  /// - Returns: The report, without the conditions of the run, which differ from run to run.
  public func finish(_ predictions: [Prediction]) throws -> EvaluationReport {
    try journal.synchronize()
    let manifest = plan.manifest.completed(by: predictions)
    let report = EvaluationReport(predictions, manifest: manifest, options: plan.metrics)
    try DurableFile.write(
      PredictionLog(manifest: manifest, predictions: predictions).lines(),
      to: "\(path)/predictions.jsonl")
    try DurableFile.write(report.json(), to: "\(path)/report.json")
    return report
  }
}

/// A folder that only one process works in.
final class FolderLock: Sendable {
  private let descriptor: Int32

  /// Makes the folder if there is none, and locks it until this value or the process ends.
  init(_ folder: String) throws(RunError) {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw .cannotCreate(folder, reason: error.localizedDescription)
    }
    let path = "\(folder)/lock"
    descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .cannotCreate(path, reason: DurableFile.lastReason()) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let isBusy = errno == EWOULDBLOCK
      let reason = DurableFile.lastReason()
      close(descriptor)
      throw isBusy ? .busy(folder) : .inputOutput(path, reason: reason)
    }
  }

  // The lock goes with the last descriptor of the file.
  deinit { close(descriptor) }
}
