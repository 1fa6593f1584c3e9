import Foundation
import TestSupport
import Testing

@Suite("assay evaluate --out, a run that survives")
struct RunCommandTests {
  private func bytes(_ folder: String, _ file: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(file)"))
  }

  @Test("A line that was damaged, and all after it, are done again")
  func damaged() throws {
    let scratch = try ScratchFolder()
    let folder = scratch.path("run")
    _ = try AssayRun(HalfTrained.run(in: folder))
    let expected = try bytes(folder, "report.json")
    var journal = try bytes(folder, "journal-1")
    journal[journal.count / 2] ^= 1
    try journal.write(to: URL(fileURLWithPath: "\(folder)/journal-1"))
    try FileManager.default.removeItem(atPath: "\(folder)/report.json")
    let run = try AssayRun(HalfTrained.run(in: folder, ["--resume"]))
    #expect(run.status == 0 && run.messages.contains("of 360 images are done"))
    #expect(!run.messages.contains(": 360 of 360"))
    #expect(try bytes(folder, "report.json") == expected)
  }

  @Test(
    "A folder with a run is refused without --resume, with it one begins where there is none, and another run is refused always"
  )
  func refused() throws {
    let scratch = try ScratchFolder()
    let folder = scratch.path("run")
    let begun = try AssayRun(HalfTrained.run(in: folder, ["--resume"]))
    #expect(begun.status == 0 && begun.messages.contains("no run to resume; one begins"))
    let again = try AssayRun(HalfTrained.run(in: folder))
    #expect(again.status == 73 && again.messages.contains("--resume goes on with it"))
    let other = try AssayRun(HalfTrained.run(in: folder, ["--resume", "--normalize", "none"]))
    #expect(other.status == 65)
    #expect(other.messages.contains("normalisation was tf, now none"), "\(other.messages)")
  }

  @Test("Of twenty runs started at once on one folder one wins, the others say so and end with 75")
  func busy() throws {
    let scratch = try ScratchFolder()
    let folder = scratch.path("run")
    // Larger images, so that the winner is still at work when the last one comes.
    let larger = HalfTrained.run(in: folder, ["--input-size", "480"])
    let runs = try (0..<20).map { _ in try StartedRun(larger) }.map { try $0.finish() }
    #expect(runs.map(\.status).sorted() == [0] + Array(repeating: 75, count: 19))
    for run in runs where run.status == 75 {
      #expect(run.messages.contains("another process is at work here") && run.output.isEmpty)
    }
  }

  @Test("Shards of two checkpoints merge into the bytes of one process, with its table")
  func shards() throws {
    let scratch = try ScratchFolder()
    let (whole, folder) = (scratch.path("whole"), scratch.path("run"))
    let both = [
      "--weights", Fixtures.path("checkpoints/digits/digits-half.weights.h5"),
      Fixtures.path("checkpoints/digits/digits-regular.weights.h5"),
    ]
    let one = try AssayRun(HalfTrained.run(in: whole, both))
    #expect(one.status == 0 && one.output.contains("best: "), "\(one.messages)")
    for shard in ["2/3", "1/3", "1/3"] {
      let run = try AssayRun(HalfTrained.run(in: folder, both + ["--shard", shard]))
      #expect(run.status == 0 && run.output.isEmpty, "\(run.messages)")
    }
    let gap = try AssayRun("merge", folder)
    #expect(gap.status == 66 && gap.messages.contains("shard 3/3: missing"))
    #expect(try AssayRun(HalfTrained.run(in: folder, both + ["--shard", "3/3"])).status == 0)
    let merged = try AssayRun("merge", folder, "--expect", "top1=98.89±0.01")
    #expect(merged.status == 0 && merged.output.hasPrefix(one.output), "\(merged.messages)")
    // Beside the result stands what was expected of it.
    #expect(
      merged.output.dropFirst(one.output.count).hasPrefix("gate    passed  top1=98.89±0.01: it is"))
    #expect(try AssayRun("merge", folder, "--expect", "top1=98±0.01").status == 1)
    for file in [
      "results.csv", "1-digits-half.weights.h5/report.json",
      "2-digits-regular.weights.h5/predictions.jsonl",
    ] {
      #expect(try bytes(folder, file) == bytes(whole, file), "\(file)")
    }
  }

  @Test("A shard's place is refused where it stands beside what is of the whole")
  func shardOptions() throws {
    let scratch = try ScratchFolder()
    let folder = scratch.path("run")
    for options in [
      ["--shard", "1/2", "--expect", "top1=50"], ["--shard", "1/2", "--html", scratch.path("p")],
      ["--shard", "3/2"], ["--shard", "auto"],
    ] {
      #expect(try AssayRun(HalfTrained.run(in: folder, options)).status == 64, "\(options)")
    }
    #expect(try AssayRun("merge", folder).status == 66)
    #expect(try AssayRun(HalfTrained.run(in: folder)).status == 0)
    #expect(try AssayRun("merge", folder).status == 64)
  }
}

@Suite("Streams that take nothing")
struct FullStreamTests {
  /// Runs the command through a shell, which redirects its streams.
  private func status(_ arguments: String) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    process.arguments = [
      "-c", "exec '\(folder.appending(path: "assay").path(percentEncoded: false))' \(arguments)",
    ]
    process.environment = ProcessInfo.processInfo.environment
      .merging(["SWIFT_BACKTRACE": "enable=no"]) { _, new in new }
    try process.run()
    process.waitUntilExit()
    return process.terminationReason == .exit ? process.terminationStatus : -1
  }

  @Test("A full standard error changes no exit code, and a full standard output is a failed one")
  func full() throws {
    #expect(try status("merge /nonexistent 2>/dev/full") == 66)
    let file = Fixtures.path("checkpoints/digits/digits-half.weights.h5")
    #expect(try status("inspect '\(file)' >/dev/null") == 0)
    #expect(try status("inspect '\(file)' >/dev/full 2>/dev/null") == 74)
  }
}
