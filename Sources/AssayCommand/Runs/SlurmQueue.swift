import Foundation

/// Slurm, as its own commands show it.
struct SlurmQueue {
  /// The run's folder, whose jobs are meant.
  let folder: String

  /// What of a run waits or runs.
  struct Queued {
    /// The shards.
    var shards = Set<Int>()
    /// The arrays that they belong to.
    var arrays: [String] = []
    /// Whether a merging job does.
    var hasMerge = false
    /// Jobs that Slurm holds back because it could not start them, until somebody releases them.
    var held: [String] = []
  }

  /// What of the run waits or runs now.
  func queued() throws -> Queued {
    let name = SlurmJobs.name(of: folder)
    let lines = try run(
      "squeue",
      [
        "--noheader", "--array", "--user=\(getuid())", "--name=\(name),\(name)-merge",
        "--states=PENDING,RUNNING,SUSPENDED,CONFIGURING,REQUEUED", "--format=%F %K %j %i %r",
      ])
    var queued = Queued()
    for line in lines.split(separator: "\n") {
      let fields = line.split(separator: " ", maxSplits: 4).map(String.init)
      guard fields.count == 5 else { continue }
      if fields[4].replacing("_", with: " ") == "launch failed requeued held" {
        queued.held.append(fields[3])
      }
      if fields[2] == name, let shard = Int(fields[1]) {
        queued.shards.insert(shard)
        if !queued.arrays.contains(fields[0]) { queued.arrays.append(fields[0]) }
      } else {
        queued.hasMerge = true
      }
    }
    return queued
  }

  /// Lets jobs start that Slurm holds back.
  ///
  /// - Returns: How many; one that has gone meanwhile needs no release.
  func release(_ jobs: [String]) -> Int {
    jobs.count { (try? run("scontrol", ["release", $0])) != nil }
  }

  /// Sends a job.
  ///
  /// - Returns: Its number.
  func submit(_ arguments: [String]) throws -> String {
    let answer = try run("sbatch", arguments)
    // With several clusters the cluster's name follows.
    let job = answer.split(whereSeparator: { $0 == ";" || $0.isWhitespace }).first.map(String.init)
    guard let job, Int(job) != nil else {
      throw Failure(.inputOutput, "sbatch: no number of a job in '\(answer)'")
    }
    return job
  }

  private func run(_ program: String, _ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    let (output, messages) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = messages
    process.standardInput = FileHandle.nullDevice
    do {
      try process.run()
    } catch {
      throw Failure(.internalError, "\(program): \(error.localizedDescription)")
    }
    let text = { (pipe: Pipe) in
      String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        .trimmingCharacters(in: .whitespacesAndNewlines)
    }
    // A long queue is more than a pipe holds, so it is read first; of messages there are few.
    let (answer, words) = (text(output), text(messages))
    process.waitUntilExit()
    switch process.terminationStatus {
    case 0: return answer
    case 127:
      throw Failure(.missingInput, "\(program): no such program here; submit where Slurm's are")
    default:
      // The controller may be down for a while; what it refuses, it refuses again.
      let isAway = ["contact slurm controller", "timed out", "onnection refused"]
        .contains { words.contains($0) }
      throw Failure(isAway ? .temporary : .usage, "\(program): \(words)")
    }
  }
}
