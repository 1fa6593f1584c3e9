import Foundation
import TestSupport
import Testing

@Suite("assay submit, without a queue")
struct SubmitCommandTests {
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
        + ["--merge-option=--expect=top1>=50"] + HalfTrained.run(in: folder))
    #expect(run.status == 0, "\(run.messages)")
    let lines = run.output.split(separator: "\n")
    #expect(lines.count == 2)
    let array = try #require(lines.first)
    for part in [
      "sbatch --parsable --job-name=assay-", " --array=1-3 --requeue ",
      " --cpus-per-task=4 --partition=short --time=1:00:00 --constraint=avx512 ",
      "100%% $HOME run/slurm/shard-%a.log",
    ] { #expect(array.contains(part), "\(part) in \(array)") }
    #expect(
      lines.last?.contains(" --dependency=afterany:ID --partition=short --time=1:00:00 ") == true)

    #expect(!FileManager.default.fileExists(atPath: "\(folder)/plan.json"))
    for task in 1...3 {
      #expect(try bash("\(folder)/slurm/shard.sh", ["SLURM_ARRAY_TASK_ID": "\(task)"]) == 0)
    }
    #expect(try bash("\(folder)/slurm/merge.sh") == 0)
    let whole = scratch.path("whole")
    #expect(try AssayRun(HalfTrained.run(in: whole)).status == 0)
    for file in ["report.json", "predictions.jsonl"] {
      let files = try [folder, whole].map {
        try Data(contentsOf: URL(fileURLWithPath: "\($0)/\(file)"))
      }
      #expect(files[0] == files[1], "\(file)")
    }

    // What is missing alone is sent again.
    try FileManager.default.removeItem(atPath: "\(folder)/shards/2-of-3")
    let resume = ["submit", "--slurm", "--shards", "3", "--dry-run", "--resume"]
    let again = try AssayRun(resume + HalfTrained.run(in: folder))
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
    let run = try AssayRun(["submit"] + options + HalfTrained.run(in: folder, more))
    #expect(run.status == 64 && run.messages.contains(words), "\(run.messages)")
    #expect(!FileManager.default.fileExists(atPath: folder))
  }

  /// A folder with programs that answer as Slurm's would, and note what they were asked; as the only place
  /// where such are found.
  private func queue(
    in scratch: ScratchFolder, squeue: String, sbatch: String = "echo 77"
  ) throws -> [String: String] {
    let folder = scratch.path("bin")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (name, script) in [("squeue", squeue), ("sbatch", sbatch), ("scontrol", "")] {
      let file = try scratch.write(
        Data("#!/bin/sh\necho \(name) \"$@\" >> '\(scratch.path("asked"))'\n\(script)\n".utf8),
        as: "bin/\(name)")
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
    }
    return ["PATH": "\(folder):/usr/bin:/bin"]
  }

  @Test("Of a long queue only what is missing in it is sent, and what Slurm holds back is released")
  func queued() throws {
    let scratch = try ScratchFolder()
    let folder = scratch.path("run")
    let submit = ["submit", "--slurm", "--shards", "5000"]
    // Nothing waits yet.
    let first = try AssayRun(
      submit + HalfTrained.run(in: folder), variables: queue(in: scratch, squeue: "true"))
    #expect(first.status == 0 && first.output == "array 77\nmerge 77\n", "\(first.messages)")
    let asked = try String(contentsOfFile: scratch.path("asked"), encoding: .utf8)
    let name = try #require(asked.split(separator: "--job-name=").dropFirst().first?.prefix(18))
    #expect(asked.contains("--dependency=afterany:77 "))
    // More lines than a pipe holds; two that could not start, two missing, and no merging job.
    let lines = """
      i=0; while [ $i -lt 5000 ]; do i=$((i + 1)); case $i in
      7|9) echo "12 $i \(name) 12_$i launch failed requeued held";;
      3|4|4999) ;;
      *) echo "12 $i \(name) 12_$i Resources";; esac; done
      """
    let again = try AssayRun(
      submit + ["--resume"] + HalfTrained.run(in: folder),
      variables: queue(in: scratch, squeue: lines))
    #expect(again.status == 0 && again.output == "array 77\nmerge 77\n", "\(again.messages)")
    #expect(again.messages.contains("5000 of 5000 shards are missing, 4997 of these are queued"))
    let then = try String(contentsOfFile: scratch.path("asked"), encoding: .utf8)
      .dropFirst(asked.count)
    #expect(then.contains("scontrol release 12_7\nscontrol release 12_9\n"))
    #expect(then.contains("--array=3-4,4999 ") && then.contains("--dependency=afterany:12:77 "))
  }

  @Test("A queue that is away, that refuses, or that is none says so by its exit code")
  func away() throws {
    let scratch = try ScratchFolder()
    for (number, (script, status)) in [
      ("echo 'Unable to contact slurm controller (connect failure)' >&2; exit 1", Int32(75)),
      ("echo 'Invalid partition name specified' >&2; exit 1", 64),
      ("exit 127", 66), ("echo what", 74),
    ].enumerated() {
      let run = try AssayRun(
        ["submit", "--slurm", "--shards", "4"] + HalfTrained.run(in: scratch.path("\(number)")),
        variables: queue(in: scratch, squeue: "true", sbatch: script))
      #expect(run.status == status && run.messages.contains("sbatch"), "\(run.messages)")
    }
  }

  @Test("With --resume a run begins where there is none, and without it only there")
  func resumed() throws {
    let scratch = try ScratchFolder()
    let folder = scratch.path("run")
    let submit = ["submit", "--slurm", "--shards", "4", "--dry-run"]
    let begun = try AssayRun(submit + ["--resume"] + HalfTrained.run(in: folder))
    #expect(begun.status == 0 && begun.messages.contains("no run to resume; one begins"))
    #expect(begun.output.contains(" --array=1-4 "), "\(begun.output)")
    #expect(!FileManager.default.fileExists(atPath: "\(folder)/plan.json"))
    #expect(try AssayRun(HalfTrained.run(in: folder, ["--shard", "1/4"])).status == 0)
    #expect(try AssayRun(submit + HalfTrained.run(in: folder)).status == 73)
    let resumed = try AssayRun(submit + ["--resume"] + HalfTrained.run(in: folder))
    #expect(resumed.output.contains(" --array=2-4 "), "\(resumed.output)\(resumed.messages)")
    #expect(
      try AssayRun(submit + ["--resume"] + HalfTrained.run(in: folder, ["--normalize", "none"]))
        .status == 65
    )
  }
}
