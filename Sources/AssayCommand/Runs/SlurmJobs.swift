import Digests
import Foundation
import Tensors

/// The jobs of a run on Slurm: their scripts, in the run's folder, and how they are sent.
struct SlurmJobs {
  /// The run's folder, from the root.
  let folder: String
  let shards: Int
  /// The options of `assay evaluate`, as they were typed.
  let evaluation: [String]
  /// Those of `assay merge`.
  let mergeOptions: [String]
  let mixesEngines: Bool

  private var scripts: String { "\(folder)/slurm" }

  /// The name that the run's jobs have in the queue, and no others.
  static func name(of folder: String) -> String {
    "assay-\(SHA256.hash(data: Data(folder.utf8)).prefix(6).hexadecimal)"
  }

  /// Writes both scripts.
  func writeScripts() throws {
    do {
      try FileManager.default.createDirectory(atPath: scripts, withIntermediateDirectories: true)
      for (name, text) in [("shard.sh", shardScript), ("merge.sh", mergeScript)] {
        try Data(text.utf8).write(
          to: URL(fileURLWithPath: "\(scripts)/\(name)"), options: .atomic)
      }
    } catch {
      throw Failure(.cannotCreate, "\(scripts): \(error.localizedDescription)")
    }
  }

  /// How the array of these shards is sent.
  func array(_ numbers: [Int], _ options: [String]) -> [String] {
    [
      "--parsable", "--job-name=\(Self.name(of: folder))", "--array=\(Self.ranges(numbers))",
      "--requeue", "--signal=B:USR1@60", "--open-mode=append",
      // A percent sign in the path is none of Slurm's.
      "--output=\(scripts.replacing("%", with: "%%"))/shard-%a.log",
    ] + options + ["\(scripts)/shard.sh"]
  }

  /// How the merging job is sent.
  ///
  /// It waits for the end of all tasks, not for their success: after some requeues Slurm never fires on
  /// that, and `assay merge` looks itself.
  func merge(after arrays: [String], _ options: [String]) -> [String] {
    let dependency =
      arrays.isEmpty ? [] : ["--dependency=afterany:\(arrays.joined(separator: ":"))"]
    return [
      "--parsable", "--job-name=\(Self.name(of: folder))-merge", "--requeue", "--open-mode=append",
      "--output=\(scripts.replacing("%", with: "%%"))/merge.log",
    ] + dependency + options + ["\(scripts)/merge.sh"]
  }

  /// `1-3,7` for the numbers of an array, which ascend.
  static func ranges(_ numbers: [Int]) -> String {
    var ranges: [ClosedRange<Int>] = []
    for number in numbers {
      if let last = ranges.last, last.upperBound + 1 == number {
        ranges[ranges.count - 1] = last.lowerBound...number
      } else {
        ranges.append(number...number)
      }
    }
    return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
      .joined(separator: ",")
  }

  private var command: String { Self.executable.shellQuoted }

  private var enterFolder: String {
    "cd \(FileManager.default.currentDirectoryPath.shellQuoted)"
  }

  /// This very program, so that all machines run the same.
  private static var executable: String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      ?? CommandLine.arguments[0]
  }

  private var shardScript: String {
    let options = evaluation.map(\.shellQuoted).joined(separator: " ")
    return """
      #!/bin/bash
      # A shard of an evaluation, written by 'assay submit'. It may run twice at once, or end at any moment:
      # what is done is kept in the run's folder, and the next copy goes on with it.
      worker= limit=0
      tell() { [ -z "$worker" ] || kill -TERM "$worker" 2>/dev/null; }
      # Slurm says so a minute before the time limit: what is at work is finished, and a later task goes on.
      trap 'limit=1; tell' USR1
      # scancel tells all processes of a job, so the worker has heard it, and is waited for.
      trap : TERM

      if \(enterFolder); then
        \(command) evaluate --threads "${SLURM_CPUS_PER_TASK:-${SLURM_CPUS_ON_NODE:-1}}" \\
          \(options) --shard "$SLURM_ARRAY_TASK_ID/\(shards)" &
        worker=$!
        [ "$limit" -eq 0 ] || tell
        wait "$worker"
        status=$?
        # A signal ends the wait, not the worker; and one that has ended meanwhile is told of once more.
        while kill -0 "$worker" 2>/dev/null; do wait "$worker"; status=$?; done
        wait "$worker" 2>/dev/null
        code=$?
        [ "$code" -eq 127 ] || status=$code
      else
        status=74
      fi

      # The machine's faults are queued again: 74 input or output failed, 75 another copy is at work, 137 killed.
      # The user's are not, since they would be the same again; nor is what scancel ended.
      again=0
      case $status in
        74 | 75 | 137) again=1 ;;
        143) again=$limit ;;
      esac
      if [ "$again" -eq 1 ] && [ "${SLURM_RESTART_COUNT:-0}" -lt 50 ]; then
        # By its place: the last task has the number of the whole array. The controller may be away for a while.
        for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do
          scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID" && break
          sleep 5
        done
      fi
      exit "$status"

      """
  }

  private var mergeScript: String {
    let options = mergeOptions + (mixesEngines ? ["--mixed-engines"] : [])
    return """
      #!/bin/bash
      # Merges the shards of an evaluation, written by 'assay submit'. It looks itself whether all are there.
      # A time limit is none of its business.
      trap '' USR1
      \(enterFolder) || exit 74
      exec \(([Self.executable, "merge", folder] + options).map(\.shellQuoted).joined(separator: " "))

      """
  }
}

extension String {
  /// The text as one word of a shell.
  var shellQuoted: String {
    let isPlain =
      !isEmpty
      && utf8.allSatisfy { byte in
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
          || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
          || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || "-_./=:,+%@".utf8.contains(byte)
      }
    return isPlain ? self : "'" + replacing("'", with: #"'\''"#) + "'"
  }
}
