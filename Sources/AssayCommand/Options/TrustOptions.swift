import ArgumentParser
import Checkpoints

/// Whether a checkpoint is trusted.
struct TrustOptions: ParsableArguments {
  @Flag(
    help: """
      Reads the checkpoint in this process. A file made to attack libhdf5 can then do what you can; \
      otherwise a child process reads it, which can do nothing else.
      """)
  var trust = false

  /// Where libhdf5 runs.
  var isolation: CheckpointIsolation { trust ? .inProcess : Self.confined }

  private static let confined = CheckpointIsolation.childProcess(
    executable: "/proc/self/exe", arguments: [readerArgument])

  /// Starts the process that will read the first file of weights that the arguments name, before they are understood:
  /// it comes up meanwhile.
  static func prepareReader(_ arguments: [String]) {
    guard !arguments.contains("--trust") else { return }
    let values = arguments.lazy.map { $0.split(separator: "=", maxSplits: 1).last ?? "" }
    let path = values.first { value in
      [".keras", ".h5", ".hdf5"].contains { value.lowercased().hasSuffix($0) }
    }
    if let path { confined.prepare(String(path)) }
  }

  /// The argument that makes this command the child process that reads a checkpoint.
  static let readerArgument = "--read-checkpoint-for-parent"
}
