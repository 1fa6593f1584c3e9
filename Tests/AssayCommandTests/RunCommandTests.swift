import Foundation
import TestSupport
import Testing

@Suite("assay evaluate --out, a run that survives")
struct RunCommandTests {
  private func arguments(_ folder: String, _ more: [String] = []) -> [String] {
    [
      "evaluate", "--model", "preact-resnet18", "--blocks-per-stage", "2,2", "--weights",
      Fixtures.path("checkpoints/digits/digits-half.weights.h5"), "--preset", "keras-tf",
      "--normalize", "tf", "--input-size", "32", "--data", Fixtures.path("digits/validation"),
      "--out", folder,
    ] + more
  }

  private func bytes(_ folder: String, _ file: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(file)"))
  }

  @Test("The journal cut at every byte of its last three lines ends in the same bytes")
  func cutJournal() throws {
    let scratch = try ScratchFolder()
    let whole = scratch.path("whole")
    let first = try AssayRun(arguments(whole))
    #expect(first.status == 0 && first.output.contains("(199 of 360,"), "\(first.messages)")
    let journal = try bytes(whole, "journal-1")
    let lines = journal.split(separator: UInt8(ascii: "\n"))
    #expect(lines.count == 360)
    let last = lines.suffix(3).reduce(0) { $0 + $1.count + 1 }
    let cut = scratch.path("cut")
    // A process for each byte would take minutes; a prime step tries places of every kind.
    for length in stride(from: journal.count - last, through: journal.count, by: 7) {
      try? FileManager.default.removeItem(atPath: cut)
      try FileManager.default.createDirectory(atPath: cut, withIntermediateDirectories: true)
      try bytes(whole, "plan.json").write(to: URL(fileURLWithPath: "\(cut)/plan.json"))
      try journal.prefix(length).write(to: URL(fileURLWithPath: "\(cut)/journal-1"))
      let run = try AssayRun(arguments(cut, ["--resume"]))
      #expect(run.status == 0, "\(length): \(run.messages)")
      for file in ["report.json", "predictions.jsonl"] {
        #expect(try bytes(cut, file) == bytes(whole, file), "\(file) after \(length) bytes")
      }
    }
  }

  @Test("A line that was damaged, and all after it, are done again")
  func damaged() throws {
    let scratch = try ScratchFolder()
    let folder = scratch.path("run")
    _ = try AssayRun(arguments(folder))
    let expected = try bytes(folder, "report.json")
    var journal = try bytes(folder, "journal-1")
    journal[journal.count / 2] ^= 1
    try journal.write(to: URL(fileURLWithPath: "\(folder)/journal-1"))
    try FileManager.default.removeItem(atPath: "\(folder)/report.json")
    let run = try AssayRun(arguments(folder, ["--resume"]))
    #expect(run.status == 0 && run.messages.contains("of 360 images are done"))
    #expect(!run.messages.contains(": 360 of 360"))
    #expect(try bytes(folder, "report.json") == expected)
  }

  @Test(
    "A folder with a run is refused without --resume, one without with it, and another run always")
  func refused() throws {
    let scratch = try ScratchFolder()
    let folder = scratch.path("run")
    #expect(try AssayRun(arguments(folder, ["--resume"])).status == 66)
    #expect(try AssayRun(arguments(folder)).status == 0)
    let again = try AssayRun(arguments(folder))
    #expect(again.status == 73 && again.messages.contains("--resume goes on with it"))
    let other = try AssayRun(arguments(folder, ["--resume", "--normalize", "none"]))
    #expect(other.status == 65)
    #expect(other.messages.contains("normalisation was tf, now none"), "\(other.messages)")
  }

  @Test("Of runs started at once on one folder one wins, the others say so and end with 75")
  func busy() async throws {
    let scratch = try ScratchFolder()
    let folder = scratch.path("run")
    let runs = try await withThrowingTaskGroup(of: AssayRun.self) { group in
      for _ in 0..<8 {
        group.addTask { try AssayRun(arguments(folder)) }
      }
      return try await group.reduce(into: [AssayRun]()) { $0.append($1) }
    }
    // Whoever comes after the winner has ended finds its run.
    #expect(runs.count { $0.status == 0 } == 1)
    #expect(runs.allSatisfy { [0, 75, 73].contains($0.status) })
    for run in runs where run.status == 75 {
      #expect(run.messages.contains("another run is at work here"))
    }
  }
}
