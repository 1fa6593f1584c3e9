/// Which shard a process is to score, as whoever started it says in its environment: a job array of
/// Slurm, an indexed job of Kubernetes, a rank of MPI, a job of GNU parallel.
public struct ShardEnvironment {
  private let variables: [String: String]

  /// Reads the environment of a process.
  public init(_ variables: [String: String]) { self.variables = variables }

  /// A place that somebody gave to the process.
  private struct Place {
    let giver: String
    /// From 1.
    let number: Int
    /// How many there are, where the environment tells it.
    let count: Int?
  }

  /// The shard of `count`, or of as many as the environment tells.
  ///
  /// - Throws: ``RunError/noShard(_:)`` where the environment names no place, or more than one.
  public func shard(of count: Int?) throws(RunError) -> Shard {
    let given = [try slurmArray(of: count), kubernetes, mpi, parallel].compactMap(\.self)
    if given.count > 1 {
      throw .noShard(.severalPlaces(given.map(\.giver)))
    }
    // Slurm gives every job a task number; it tells nothing unless srun started several.
    guard let place = given.first ?? slurmTask else {
      throw .noShard(.noPlace)
    }
    guard let total = count ?? place.count else {
      throw .noShard(.noCount(place.giver))
    }
    if let known = place.count, known != total {
      throw .noShard(.otherCount(place.giver, places: known, asked: total))
    }
    guard let shard = Shard(place.number, of: total) else {
      throw .noShard(.beyond(place.giver, place: place.number, count: total))
    }
    return shard
  }

  private func number(_ name: String) -> Int? {
    variables[name].flatMap { Int($0) }.flatMap {
      (0...Shard.counts.upperBound).contains($0) ? $0 : nil
    }
  }

  /// `sbatch --array=1-64`, or `0-63`; a part of an array, `3,7`, counts from 1.
  private func slurmArray(of count: Int?) throws(RunError) -> Place? {
    guard let id = number("SLURM_ARRAY_TASK_ID") else { return nil }
    let giver = "Slurm's array"
    let (first, last) = (number("SLURM_ARRAY_TASK_MIN"), number("SLURM_ARRAY_TASK_MAX"))
    let tasks = number("SLURM_ARRAY_TASK_COUNT")
    let isUnbroken = first.flatMap { first in last.map { $0 - first + 1 } } == tasks
    if let first, let tasks, first <= 1, isUnbroken, count == nil || count == tasks {
      return Place(giver: giver, number: id - first + 1, count: tasks)
    }
    guard first != 0, id > 0 else {
      throw .noShard(.partOfArrayFromZero)
    }
    return Place(giver: giver, number: id, count: nil)
  }

  /// An indexed job.
  private var kubernetes: Place? {
    number("JOB_COMPLETION_INDEX").map {
      Place(giver: "Kubernetes's indexed job", number: $0 + 1, count: nil)
    }
  }

  /// Open MPI, MVAPICH, and all that speak PMI: MPICH, Intel MPI.
  private var mpi: Place? {
    for prefix in ["OMPI_COMM_WORLD_", "MV2_COMM_WORLD_", "PMI_"] {
      // A single rank is no part of anything: srun gives one to each task of an array.
      if let rank = number("\(prefix)RANK"), number("\(prefix)SIZE") != 1 {
        return Place(giver: "MPI", number: rank + 1, count: number("\(prefix)SIZE"))
      }
    }
    return nil
  }

  private var parallel: Place? {
    number("PARALLEL_SEQ").map { Place(giver: "GNU parallel", number: $0, count: nil) }
  }

  /// A task of `srun`.
  private var slurmTask: Place? {
    guard let rank = number("SLURM_PROCID"), let count = number("SLURM_NTASKS"), count > 1 else {
      return nil
    }
    return Place(giver: "srun", number: rank + 1, count: count)
  }
}

/// Why a process's environment does not tell which shard is its own.
public enum ShardUncertainty: Hashable, Sendable, CustomStringConvertible {
  /// Nothing that starts processes gave it a place.
  case noPlace
  /// Several did.
  case severalPlaces([String])
  /// Who gave the place does not tell how many there are.
  case noCount(String)
  /// Who gave the place has another number of them than the run has shards.
  case otherCount(String, places: Int, asked: Int)
  /// The place is beyond the shards.
  case beyond(String, place: Int, count: Int)
  /// A job array of Slurm that counts from 0, and of which some tasks are left out.
  case partOfArrayFromZero

  /// What the environment has, or lacks.
  public var description: String {
    switch self {
    case .noPlace: "the environment has no place of Slurm, Kubernetes, MPI or GNU parallel"
    case .severalPlaces(let givers):
      "the environment has the places of " + givers.joined(separator: " and of ")
    case .noCount(let giver): "\(giver) does not tell how many there are"
    case .otherCount(let giver, let places, let asked):
      "\(giver) has \(places) places, and the run is of \(asked) shards"
    case .beyond(let giver, let place, let count):
      "\(giver) gives place \(place), and there are \(count)"
    case .partOfArrayFromZero: "an array from 0 that is not whole does not tell the shard"
    }
  }
}
