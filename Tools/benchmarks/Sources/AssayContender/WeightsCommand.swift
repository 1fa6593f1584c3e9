import ArgumentParser
import Assay

/// `assay-contender weights`: how long a checkpoint takes from its file into arrays.
struct WeightsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "weights", abstract: "Reads all tensors of a checkpoint in this process.")

  @Argument(help: "The checkpoint.")
  var file: String

  func run() throws {
    let start = ContinuousClock.now
    let checkpoint = try Checkpoint(contentsOf: file)
    // All are kept: what a reader would let go of at once costs less.
    let tensors = try checkpoint.layers.flatMap(\.tensors).map { try checkpoint.tensor($0) }
    let seconds = start.duration(to: .now) / .seconds(1)
    let bytes = tensors.reduce(0) { $0 + 4 * $1.values.count }
    print(#"{"seconds": \#(seconds), "bytes": \#(bytes)}"#)
  }
}
