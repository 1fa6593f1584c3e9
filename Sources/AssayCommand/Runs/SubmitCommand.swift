import ArgumentParser
import Foundation
import Runs
import Studies

/// `assay submit`: an evaluation as a job array of a cluster, and a job that merges its shards.
struct SubmitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "submit",
    abstract: "Sends an evaluation to a cluster as a job array, and the merging job after it.",
    discussion: """
      Examples:
        assay submit --slurm --shards 64 --cpus 8 --time 1:00:00 \\
          evaluate --model resnet50v2 --weights w.h5 --data val/ --out run/
        assay submit --slurm --shards 64 --resume evaluate …   (what is missing, once more)

      After the options of the queue comes the command as it would be typed for one machine. Binary, \
      weights, images and the run's folder must be where all machines see them. The run is planned here and \
      now, so that a mistake is told before it has waited in a queue. Tasks that were killed, lost their \
      machine or reached their time limit are queued again, and go on where they were.
      """)

  @Flag(help: "The queue is Slurm's.")
  var slurm = false

  @Option(help: "Into how many parts the images are cut, a task of the array each.")
  var shards: Int

  @OptionGroup(title: "What Slurm is asked for") var slurmOptions: SlurmOptions

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "An option of 'assay merge', as --merge-option=--expect=top1=76±0.2. May be repeated.",
      valueName: "option"))
  var mergeOption: [String] = []

  @Flag(
    help:
      "Sends what is neither done nor queued of the run in the folder; where there is none, all of it."
  )
  var resume = false

  @Flag(help: "Writes the scripts alone, and prints how they would be sent.")
  var dryRun = false

  @Argument(
    parsing: .captureForPassthrough,
    help: ArgumentHelp("The command for one machine, with --out.", valueName: "evaluate …"))
  var evaluation: [String]

  func validate() throws {
    guard slurm else { throw ValidationError("say which queue: --slurm") }
    guard (2...100_000).contains(shards) else {
      throw ValidationError("--shards \(shards) is no possible number")
    }
  }

  func run() async throws {
    let evaluation = try parsed()
    let merge = try parsed(mergeOptions: evaluation.folder.out ?? "")
    let folder = Self.absolute(evaluation.folder.out ?? "")
    let (images, files) = try evaluation.resolved()
    try merge.check(checkpoints: files.count)
    let queue = SlurmQueue(folder: folder)
    // Before anything is written: where there is no queue, there is no run.
    let queued = try dryRun ? SlurmQueue.Queued() : queue.queued()
    let hasRun = try RunPart.hasPlan(folder)
    guard resume || !hasRun else { throw RunError.exists(folder) }
    try plan(evaluation, files, images, in: folder, hasRun: hasRun)
    let jobs = SlurmJobs(
      folder: folder, shards: shards, evaluation: Array(self.evaluation.dropFirst()),
      mergeOptions: ["--max-failures=\(evaluation.maxFailures)"] + mergeOption,
      mixesEngines: evaluation.folder.mixedEngines)
    try jobs.writeScripts()
    let missing =
      try dryRun && !hasRun ? Array(1...shards) : RunMerge(folder).missing().map(\.number)
    let unsent = missing.filter { !queued.shards.contains($0) }
    if resume, !hasRun {
      StandardError.write("\(folder): there is no run to resume; one begins")
    } else if resume {
      StandardError.write(
        "\(folder): \(missing.count) of \(shards) shards are missing, "
          + "\(missing.count - unsent.count) of these are queued")
    }
    if !queued.held.isEmpty {
      StandardError.write(
        "\(folder): Slurm held back \(queued.held.count) jobs that it could not start; "
          + "\(queue.release(queued.held)) released")
    }
    var arrays = queued.arrays
    if !unsent.isEmpty {
      arrays.append(
        try send(queue, jobs.array(unsent, slurmOptions.arguments), what: "array"))
    }
    // One that is queued waits for the arrays of its time alone.
    guard !unsent.isEmpty || !queued.hasMerge else { return }
    _ = try send(queue, jobs.merge(after: arrays, slurmOptions.limits), what: "merge")
  }

  /// A path from the root, the same however it was typed.
  private static func absolute(_ path: String) -> String {
    let full = URL(fileURLWithPath: path).standardizedFileURL.path(percentEncoded: false)
    return full.count > 1 && full.hasSuffix("/") ? String(full.dropLast()) : full
  }

  /// Sends a job, and prints its number; or prints how it would be sent.
  private func send(_ queue: SlurmQueue, _ arguments: [String], what: String) throws -> String {
    guard !dryRun else {
      StandardOutput.show((["sbatch"] + arguments).map(\.shellQuoted).joined(separator: " "))
      return "ID"
    }
    let job = try queue.submit(arguments)
    StandardOutput.show("\(what) \(job)")
    return job
  }

  /// The evaluation, as one of its shards is started.
  private func parsed() throws -> EvaluateCommand {
    guard evaluation.first == "evaluate" else {
      throw Failure(.usage, "submit: after its own options comes 'evaluate' with all of its own")
    }
    var command: EvaluateCommand
    do {
      command = try EvaluateCommand.parse(Array(evaluation.dropFirst()))
    } catch {
      throw Failure(
        .usage, lines: EvaluateCommand.message(for: error).split(separator: "\n").map(String.init))
    }
    guard command.folder.out != nil else {
      throw Failure(.usage, "submit: evaluate needs --out, a folder that all machines see")
    }
    guard command.folder.shard == nil, !command.folder.resume else {
      throw Failure(.usage, "submit: --shards and --resume stand before 'evaluate'")
    }
    command.folder.shard = Shard(1, of: shards).map { .given($0) }
    return command
  }

  private func parsed(mergeOptions folder: String) throws -> MergeCommand {
    do {
      return try MergeCommand.parse([folder] + mergeOption)
    } catch {
      throw Failure(
        .usage, lines: MergeCommand.message(for: error).split(separator: "\n").map(String.init))
    }
  }

  /// Pins what the run is of; a mistake in it is told here.
  private func plan(
    _ evaluation: EvaluateCommand, _ files: [String], _ images: ImageSettings, in folder: String,
    hasRun: Bool
  ) throws {
    let run = try evaluation.resumableRun(in: folder, images)
    let data = try evaluation.data.images(
      images.labels, images.extensions(for: evaluation.model.defaults()))
    let prepared = try run.prepared(files, on: data) {
      try evaluation.contestant($0, on: data, images)
    }
    if !dryRun || hasRun { try RunPart.prepare(folder, plan: prepared.plan) }
  }
}

/// What is asked of Slurm for each task; whatever has no option here goes through `--sbatch`, or through
/// Slurm's own environment, `SBATCH_PARTITION` and the like.
struct SlurmOptions: ParsableArguments {
  @Option(help: "The partition.")
  var partition: String?

  @Option(help: "The account that is charged.")
  var account: String?

  @Option(
    help: ArgumentHelp("The limit of a task, as sbatch reads it: 1:00:00.", valueName: "time"))
  var time: String?

  @Option(help: ArgumentHelp("Processors of a task, and its threads.", valueName: "count"))
  var cpus: Int?

  @Option(help: ArgumentHelp("Memory of a task, as sbatch reads it: 4G.", valueName: "size"))
  var memory: String?

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Any other option of sbatch, as --sbatch=--constraint=avx512. May be repeated.",
      valueName: "option"))
  var sbatch: [String] = []

  func validate() throws {
    if let cpus, cpus < 1 { throw ValidationError("--cpus \(cpus) is no possible number") }
  }

  /// Where and how long a job may run, as options of `sbatch`.
  var limits: [String] {
    [
      partition.map { "--partition=\($0)" }, account.map { "--account=\($0)" },
      time.map { "--time=\($0)" },
    ].compactMap(\.self) + sbatch
  }

  /// All of it.
  var arguments: [String] {
    [cpus.map { "--cpus-per-task=\($0)" }, memory.map { "--mem=\($0)" }].compactMap(\.self)
      + limits
  }
}
