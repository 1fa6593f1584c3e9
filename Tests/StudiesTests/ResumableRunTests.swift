import Datasets
import Evaluation
import Foundation
import Models
import Runs
import Studies
import Synchronization
import TestSupport
import Testing

@Suite("A run that goes on where it was left")
struct ResumableRunTests {
  private static let file = Fixtures.path("checkpoints/digits/digits-regular.keras3.h5")

  private let images: LabeledImages

  init() throws { images = try LabeledImages(directory: Fixtures.path("digits/validation")) }

  private func prepared(_ run: ResumableRun) throws -> ResumableRun.Prepared {
    let images = images
    return try run.prepared([Self.file], on: .list(images)) {
      try Contestant(Model(contentsOf: $0), on: images, normalizedBy: .tf, batch: 8)
    }
  }

  private func result(of run: ResumableRun) async throws -> ResumableRun.Outcome {
    let prepared = try prepared(run)
    return try await run.finish(run.part(of: prepared), of: prepared)
  }

  @Test(
    "Stopped, then resumed, it ends in the bytes of a run that nobody disturbed",
    arguments: [false, true])
  func resumes(byCancelling: Bool) async throws {
    let scratch = try ScratchFolder()
    let whole = try await result(of: ResumableRun(scratch.path("whole")))
    guard case .run(let reports, let predictions) = whole else {
      Issue.record("\(whole)")
      return
    }
    #expect(predictions[0].count == 360 && reports[0].accuracy.top1.correct == 356)

    var first = ResumableRun(scratch.path("run"))
    let done = Mutex(0)
    let task = Mutex<Task<ResumableRun.Outcome, any Error>?>(nil)
    first.tell = { event in
      guard case .advanced(let count) = event else { return }
      done.withLock { $0 = count }
      if byCancelling { task.withLock { $0?.cancel() } }
    }
    if !byCancelling { first.shouldStop = { done.withLock(\.self) > 0 } }
    let stopped = first
    let running = Task { try await result(of: stopped) }
    task.withLock { $0 = running }
    switch await running.result {
    case .success(let outcome):
      // A task that was too quick to be cancelled proves nothing, but is no fault.
      #expect(byCancelling, "\(outcome)")
    case .failure(let error as StudyError):
      guard case .interrupted(let done, of: 360) = error else {
        Issue.record(error)
        return
      }
      #expect(done > 0 && done < 360)
    case .failure(let error): #expect(error is CancellationError)
    }

    var second = ResumableRun(scratch.path("run"))
    second.resumes = true
    let known = Mutex(0)
    second.tell = { event in
      if case .began(total: 360, known: let count) = event { known.withLock { $0 = count } }
    }
    _ = try await result(of: second)
    #expect(known.withLock(\.self) > 0)
    for name in ["report.json", "predictions.jsonl"] {
      #expect(
        try Data(contentsOf: URL(fileURLWithPath: scratch.path("whole/\(name)")))
          == Data(contentsOf: URL(fileURLWithPath: scratch.path("run/\(name)"))), "\(name)")
    }
  }

  @Test("A shard tells how many images it had, and is done once")
  func shards() async throws {
    let scratch = try ScratchFolder()
    let run = ResumableRun(scratch.path("run"), shard: try #require(Shard(2, of: 3)))
    guard case .shard(images: 120) = try await result(of: run) else {
      Issue.record("no shard of 120")
      return
    }
    guard case .wasDone = try await result(of: run) else {
      Issue.record("done twice")
      return
    }
  }

  @Test("A stream cannot be gone on with")
  func stream() throws {
    let run = ResumableRun("/nowhere")
    #expect(throws: StudyError.streamCannotBeResumed) {
      try run.prepared([], on: .stream(ListedImages(images), isMultiLabel: false)) {
        try Contestant(Model(contentsOf: $0), on: images)
      }
    }
  }
}
