import Synchronization

extension Plan {
  /// Runs `body` on `count` threads at once, each with a context of its own, and waits for all.
  ///
  /// The threads and their contexts wait for the next call, as long as the plan lives: oneDNN's OpenMP
  /// keeps a team of threads for every thread that ever calls it, so calls from a pool of tasks would
  /// multiply them, and to start a team anew takes as long as a third of a large network.
  ///
  /// - Throws: The first error that a body throws, after all have ended.
  package func runWorkers(
    _ count: Int, _ body: @escaping @Sendable (borrowing ExecutionContext) throws -> Void
  ) throws {
    let outcome = FirstError()
    let taken = workers.take(count, for: self)
    for worker in taken {
      worker.start { context in
        do {
          try body(context)
        } catch {
          outcome.record(error)
        }
      }
    }
    for worker in taken { worker.wait() }
    workers.giveBack(taken)
    if let error = outcome.error { throw error }
  }
}

/// The first error of several threads.
private final class FirstError: Sendable {
  private let stored = Mutex<(any Error)?>(nil)

  var error: (any Error)? { stored.withLock { $0 } }

  func record(_ error: any Error) { stored.withLock { if $0 == nil { $0 = error } } }
}

/// Hands out the numbers from 0 to `count`, each once.
package final class TileCounter: Sendable {
  private let count: Int
  private let next = Atomic(0)

  package init(_ count: Int) { self.count = count }

  /// The next number, or `nil` when all are taken.
  package func take() -> Int? {
    let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
    return number < count ? number : nil
  }
}

/// Arrays that several threads write tile by tile, each tile in its own place.
final class ResultStore: Sendable {
  private let tiles: Mutex<[[[Float]]]>

  init(count: Int, arrays: Int) {
    tiles = Mutex(Array(repeating: Array(repeating: [], count: count), count: arrays))
  }

  func store(_ values: [Float], array: Int, tile: Int) {
    tiles.withLock { $0[array][tile] = values }
  }

  func joined(_ array: Int) -> [Float] {
    tiles.withLock { arrays in
      let tiles = arrays[array]
      if tiles.count == 1 { return tiles[0] }
      // Tile by tile, which copies memory; a joined sequence would go value by value.
      var values: [Float] = []
      values.reserveCapacity(tiles.reduce(0) { $0 + $1.count })
      for tile in tiles { values.append(contentsOf: tile) }
      return values
    }
  }
}

/// The times of several runs, written by one thread and read by another.
final class RunStore: Sendable {
  private let runs = Mutex<[[Duration]]>([])

  func append(_ run: [Duration]) { runs.withLock { $0.append(run) } }

  var all: [[Duration]] { runs.withLock { $0 } }
}
