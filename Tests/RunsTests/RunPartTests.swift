import Datasets
import Evaluation
import Foundation
import Runs
import TestSupport
import Testing

@Suite("A run in a folder goes on after whatever ended it")
struct RunPartTests {
  @Test(
    "The journal cut at every byte of its last three lines, and damaged there, ends in the same bytes"
  )
  func cut() async throws {
    let scratch = try ScratchFolder()
    let run = try await SampleRun()
    let plan = run.plan(checkpoints: 1)
    let whole = scratch.path("whole")
    #expect(try run.work(in: whole, plan) == SampleRun.images)
    let expected = try SampleRun.output(of: whole, checkpoints: 1)
    let journal = try Data(contentsOf: URL(fileURLWithPath: "\(whole)/journal-1"))
    let lines = journal.split(separator: UInt8(ascii: "\n"))
    // The first is of which plan it is.
    #expect(lines.count == SampleRun.images + 1)
    let start = journal.count - lines.suffix(3).reduce(0) { $0 + $1.count + 1 }
    let folder = scratch.path("again")

    /// Goes on with a journal, and tells how many images had to be done again.
    func resume(_ journal: Data) throws -> Int {
      try? FileManager.default.removeItem(atPath: folder)
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try journal.write(to: URL(fileURLWithPath: "\(folder)/journal-1"))
      let done = try run.work(in: folder, plan)
      #expect(try SampleRun.output(of: folder, checkpoints: 1) == expected)
      return done
    }
    for length in start...journal.count {
      let left = journal[start..<length].count { $0 == UInt8(ascii: "\n") }
      #expect(try resume(journal.prefix(length)) == 3 - left, "\(length) bytes")
    }
    for place in stride(from: start, to: journal.count, by: 5) {
      var damaged = journal
      damaged[place] ^= 1
      let before = journal[start..<place].count { $0 == UInt8(ascii: "\n") }
      #expect(try resume(damaged) == 3 - before, "byte \(place)")
    }
  }

  @Test("A part that ends after every image and goes on in another process does each once")
  func endsOften() async throws {
    let scratch = try ScratchFolder()
    let run = try await SampleRun()
    let (whole, often) = (scratch.path("whole"), scratch.path("often"))
    try run.work(in: whole, run.plan())
    for _ in 0..<2 * SampleRun.images {
      #expect(try run.work(in: often, run.plan(), until: 1) == 1)
    }
    #expect(try run.work(in: often, run.plan()) == 0)
    #expect(try SampleRun.output(of: often) == SampleRun.output(of: whole))
  }

  @Test("What the system could not read then is tried again, what is no image is not")
  func temporary() async throws {
    let scratch = try ScratchFolder()
    let run = try await SampleRun()
    let plan = run.plan()
    let folder = scratch.path("run")
    for (place, kind) in [(0, ImageError.Kind.unreadable), (1, .damaged)] {
      let part = try RunPart(folder, plan: plan, resumes: true)
      let image = run.predictions[0][place]
      try part.keep(
        [
          Prediction(
            path: image.path, labels: image.labels, sha256: "", isRotated: false,
            result: .failure(ImageError(kind, "as it was then")))
        ], of: 0, at: place)
    }
    #expect(try RunPart(folder, plan: plan, resumes: true).known[0].keys.sorted() == [1])
  }

  @Test("Another run, another cut and a lock are refused")
  func refused() async throws {
    let scratch = try ScratchFolder()
    let run = try await SampleRun()
    let folder = scratch.path("run")
    let first = scratch.path("first")
    #expect(try RunPart(first, plan: run.plan(), resumes: true).isNew)
    #expect(try !RunPart(first, plan: run.plan(), resumes: true).isNew)
    try {
      let part = try RunPart(folder, plan: run.plan(), resumes: false)
      #expect(throws: RunError.busy(folder)) {
        try RunPart(folder, plan: run.plan(), resumes: true)
      }
      // It works until here.
      withExtendedLifetime(part) {}
    }()
    for plan in [
      run.plan(shards: 2), run.plan(checkpoints: 1), run.plan(bins: 7),
    ] {
      let shard = try #require(Shard(1, of: plan.shards))
      #expect {
        try RunPart(folder, plan: plan, shard: shard, resumes: true)
      } throws: { error in
        if case RunError.another(folder, let parts) = error { parts.count == 1 } else { false }
      }
    }
  }
}
