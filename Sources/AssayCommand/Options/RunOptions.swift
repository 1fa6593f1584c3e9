import ArgumentParser
import Engine
import Foundation
import Networks

/// How the machine is used; of these only `--exact` changes the result, by millionths.
struct RunOptions: ParsableArguments {
  @Option(
    help:
      """
      Images in memory at once, over all threads; 2 a thread are computed at once, 4 in bf16, in int8 and by
      networks of many weights.
      """
  )
  var batch = 8

  @Option(help: "Threads that decode and compute. Default: one a core.")
  var threads = ProcessInfo.processInfo.activeProcessorCount

  @Flag(help: "Compute every product directly, none by Winograd's or Strassen's algorithm.")
  var exact = false

  func validate() throws {
    guard (1...4096).contains(batch) else {
      throw ValidationError("--batch \(batch) is no possible number")
    }
    guard (1...1024).contains(threads) else {
      throw ValidationError("--threads \(threads) is no possible number")
    }
  }

  /// Images in one call of the engine: a thread's share of the batch.
  func imagesPerThread(of graph: Graph, in precision: Precision = .float32) -> Int {
    min(precision.imagesPerCall(of: graph), max(1, batch / threads))
  }
}
