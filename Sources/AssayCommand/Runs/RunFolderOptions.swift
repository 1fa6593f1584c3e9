import ArgumentParser
import Foundation
import Runs

/// A folder in which a run survives its process, and which part of the run this process does.
struct RunFolderOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Keeps what is done in this folder as it goes, and at the end report.json and "
        + "predictions.jsonl.", valueName: "folder"), completion: .directory)
  var out: String?

  @Flag(help: "Goes on with the run in the folder of --out, or begins one where there is none.")
  var resume = false

  @Option(
    help: ArgumentHelp(
      "Does this part alone, as 3/64: begins it, goes on with it, or finds it done. auto takes it from "
        + "the environment of Slurm, Kubernetes, MPI or GNU parallel, auto/64 where that does not tell "
        + "the number. 'assay merge' makes one result of all.", valueName: "k/n"),
    transform: ShardChoice.init)
  var shard: ShardChoice?

  @Flag(
    help: "Lets machines of several instruction sets work on one run; the report then says so.")
  var mixedEngines = false

  func validate() throws {
    if resume, out == nil { throw ValidationError("--resume goes on in the folder of --out") }
    if shard != nil, out == nil { throw ValidationError("--shard needs the run's folder, --out") }
  }

  /// Which part of the run is to be done.
  func part() throws -> Shard { try shard?.resolved() ?? .whole }
}

/// Which shard, in numbers or by the environment.
enum ShardChoice {
  case given(Shard)
  case environment(count: Int?)

  init(_ argument: String) throws {
    if argument == "auto" {
      self = .environment(count: nil)
    } else if argument.hasPrefix("auto/"), let count = Int(argument.dropFirst(5)), count > 0 {
      self = .environment(count: count)
    } else if let shard = Shard(argument) {
      self = .given(shard)
    } else {
      throw ValidationError(Self.fault(of: argument))
    }
  }

  /// What is wrong with a text that names no part.
  private static func fault(of argument: String) -> String {
    let numbers = argument.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count == 2, let count = numbers[1], numbers[0] != nil else {
      return "write a part and their number, as 3/64, or auto"
    }
    guard Shard.counts.contains(count) else {
      return "a run is cut into 1 to \(Shard.counts.upperBound) parts"
    }
    return "parts count from 1, so of \(count) they are 1/\(count) to \(count)/\(count)"
  }

  /// The shard.
  func resolved() throws -> Shard {
    switch self {
    case .given(let shard): return shard
    case .environment(let count):
      return try ShardEnvironment(ProcessInfo.processInfo.environment).shard(of: count)
    }
  }
}
