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
      throw .noShard(
        "the environment has the places of " + given.map(\.giver).joined(separator: " and of ")
          + "; say which one in numbers, as --shard 3/64")
    }
    // Slurm gives every job a task number; it tells nothing unless srun started several.
    guard let place = given.first ?? slurmTask else {
      throw .noShard(
        "the environment has no place of Slurm, Kubernetes, MPI or GNU parallel; say it in numbers, "
          + "as --shard 3/64")
    }
    guard let total = count ?? place.count else {
      throw .noShard("\(place.giver) does not tell how many there are; say it, as --shard auto/64")
    }
    if let known = place.count, known != total {
      throw .noShard("\(place.giver) has \(known) places, and --shard says \(total)")
    }
    guard let shard = Shard(place.number, of: total) else {
      throw .noShard("\(place.giver) gives place \(place.number), and there are \(total)")
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
      throw .noShard(
        "an array from 0 that is not whole does not tell the shard; say it, as --shard "
          + "$((SLURM_ARRAY_TASK_ID + 1))/64")
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
