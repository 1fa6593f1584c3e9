import ArgumentParser
import Foundation

/// How the machine is used; of these only `--exact` changes the result, by millionths.
struct RunOptions: ParsableArguments {
  @Option(
    help: "Images that are in memory at once, over all threads; 2 a thread are computed at once.")
  var batch = 8

  @Option(help: "Threads that decode and compute. Default: one a core.")
  var threads = ProcessInfo.processInfo.activeProcessorCount

  @Flag(help: "Compute every convolution directly, none by Winograd's algorithm.")
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
  ///
  /// More than two leave the caches and are no quicker.
  var imagesPerThread: Int { min(2, max(1, batch / threads)) }
}
