import Foundation
import TestSupport
import Testing

@Suite("assay submit, without a queue")
struct SubmitCommandTests {
  private func evaluation(_ folder: String, _ more: [String] = []) -> [String] {
    [
      "evaluate", "--model", "preact-resnet18", "--blocks-per-stage", "2,2", "--weights",
      Fixtures.path("checkpoints/digits/digits-half.weights.h5"), "--preset", "keras-tf",
      "--normalize", "tf", "--input-size", "32", "--data", Fixtures.path("digits/validation"),
      "--out", folder,
    ] + more
  }

  /// Runs a script as a job of Slurm would.
  private func bash(_ script: String, _ variables: [String: String] = [:]) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = [script]
    process.environment = ProcessInfo.processInfo.environment.merging(variables) { $1 }
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }

  @Test("What would be sent is a requeued array and a job that merges after it; both scripts work")
  func scripts() throws {
    let scratch = try ScratchFolder()
    // A name that a shell, and Slurm's patterns, could take for something else.
    let folder = scratch.path("it's 100% $HOME run")
    let run = try AssayRun(
      ["submit", "--slurm", "--shards", "3", "--dry-run", "--cpus", "4", "--time", "1:00:00"]
        + ["--partition", "short", "--sbatch=--constraint=avx512"]
        + ["--merge-option=--expect=top1>=50"] + evaluation(folder))
    #expect(run.status == 0, "\(run.messages)")
    let lines = run.output.split(separator: "\n")
    #expect(lines.count == 2)
    let array = try #require(lines.first)
    for part in [
      "sbatch --parsable --job-name=assay-", " --array=1-3 --requeue ", " --partition=short ",
      " --time=1:00:00 --cpus-per-task=4 --constraint=avx512 ",
      "100%% $HOME run/slurm/shard-%a.log",
    ] { #expect(array.contains(part), "\(part) in \(array)") }
    #expect(lines.last?.contains(" --dependency=afterany:ID --partition=short ") == true)

    #expect(!FileManager.default.fileExists(atPath: "\(folder)/plan.json"))
    for task in 1...3 {
      #expect(try bash("\(folder)/slurm/shard.sh", ["SLURM_ARRAY_TASK_ID": "\(task)"]) == 0)
    }
    #expect(try bash("\(folder)/slurm/merge.sh") == 0)
    let whole = scratch.path("whole")
    #expect(try AssayRun(evaluation(whole)).status == 0)
    for file in ["report.json", "predictions.jsonl"] {
      let files = try [folder, whole].map {
        try Data(contentsOf: URL(fileURLWithPath: "\($0)/\(file)"))
      }
      #expect(files[0] == files[1], "\(file)")
    }

    // What is missing alone is sent again.
    try FileManager.default.removeItem(atPath: "\(folder)/shards/2-of-3")
    let resume = ["submit", "--slurm", "--shards", "3", "--dry-run", "--resume"]
    let again = try AssayRun(resume + evaluation(folder))
    #expect(again.status == 0 && again.output.contains(" --array=2 "), "\(again.output)")
    #expect(again.messages.contains("1 of 3 shards are missing"))
  }

  @Test(
    "What cannot be sent is refused before anything is written",
    arguments: [
      (["--shards", "4"], [], "say which queue"), (["--slurm"], [], "--shards"),
      (["--slurm", "--shards", "1"], [], "--shards 1"),
      (["--slurm", "--shards", "4"], ["--shard", "1/4"], "stand before 'evaluate'"),
      (["--slurm", "--shards", "4"], ["--resume"], "stand before 'evaluate'"),
      (["--slurm", "--shards", "4"], ["--no-such-option"], "no-such-option"),
      (["--slurm", "--shards", "4"], ["--expect", "top1=50"], "'assay merge' takes them"),
      (["--slurm", "--shards", "4", "--merge-option=--nothing"], [], "nothing"),
    ] as [([String], [String], String)])
  func refused(_ options: [String], _ more: [String], _ words: String) throws {
    let scratch = try ScratchFolder()
    let folder = scratch.path("run")
    let run = try AssayRun(["submit"] + options + evaluation(folder, more))
    #expect(run.status == 64 && run.messages.contains(words), "\(run.messages)")
    #expect(!FileManager.default.fileExists(atPath: folder))
  }

  @Test("Without a run there is nothing to send again, and with one nothing to begin")
  func resumed() throws {
    let scratch = try ScratchFolder()
    let folder = scratch.path("run")
    let submit = ["submit", "--slurm", "--shards", "4", "--dry-run"]
    #expect(try AssayRun(submit + ["--resume"] + evaluation(folder)).status == 66)
    #expect(try AssayRun(evaluation(folder, ["--shard", "1/4"])).status == 0)
    #expect(try AssayRun(submit + evaluation(folder)).status == 73)
    let resumed = try AssayRun(submit + ["--resume"] + evaluation(folder))
    #expect(resumed.output.contains(" --array=2-4 "), "\(resumed.output)\(resumed.messages)")
    #expect(
      try AssayRun(submit + ["--resume"] + evaluation(folder, ["--normalize", "none"])).status == 65
    )
  }
}
