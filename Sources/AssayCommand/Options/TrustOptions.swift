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
  var isolation: CheckpointIsolation {
    trust
      ? .inProcess
      : .childProcess(executable: "/proc/self/exe", arguments: [Self.readerArgument])
  }

  /// The argument that makes this command the child process that reads a checkpoint.
  static let readerArgument = "--read-checkpoint-for-parent"
}
