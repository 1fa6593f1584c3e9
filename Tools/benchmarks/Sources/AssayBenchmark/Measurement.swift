import CBenchmark

/// How much was done in one go, and what it took.
struct Measurement {
  /// Images, or floating-point operations.
  let amount: Double
  /// Seconds from begin to end.
  let wall: Double
  /// Seconds that the cores worked for this process, added over the cores.
  let cpu: Double
  /// The threads that were to be busy.
  let threads: Int

  /// Does `work`, which says how much it did.
  init(threads: Int, of work: () async throws -> Double) async rethrows {
    let start = ContinuousClock.now
    let startOfCPU = bench_cpu_seconds()
    amount = try await work()
    cpu = bench_cpu_seconds() - startOfCPU
    wall = start.duration(to: .now) / .seconds(1)
    self.threads = threads
  }

  /// The amount a second.
  var rate: Double { amount / wall }

  /// The amount a second of a machine that has nothing else to do: where other processes take the
  /// cores in turns, this is what the work itself would reach.
  var rateByCPU: Double { amount / cpu * Double(threads) }

  /// The share of the threads' time in which they had a core; below 1 the machine was shared, or
  /// threads waited for each other.
  var occupancy: Double { cpu / (wall * Double(threads)) }
}
