import Checkpoints
import Glibc
import Tensors

/// Measures how long it takes until all of a checkpoint's tensors are arrays in memory.
enum Loading {
  /// Prints one line: seconds from before the file is opened, bytes of the arrays, and the most
  /// memory that this process and its child had, in bytes.
  static func print(of path: String, isolated: Bool) {
    let isolation: CheckpointIsolation =
      isolated ? .childProcess(executable: "/proc/self/exe", arguments: ["serve"]) : .inProcess
    let start = ContinuousClock.now
    do throws(CheckpointError) {
      var tensors: [Tensor] = []
      // In a function of its own, so that the checkpoint is gone when the time is taken.
      try read(path, isolation, into: &tensors)
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      let bytes = tensors.reduce(0) { $0 + 4 * $1.values.count }
      // The child has ended with its checkpoint, which is when the system adds up its use.
      Swift.print(seconds, bytes, peak(RUSAGE_SELF), peak(RUSAGE_CHILDREN))
    } catch {
      Swift.print(error)
    }
  }

  private static func read(
    _ path: String, _ isolation: CheckpointIsolation, into tensors: inout [Tensor]
  ) throws(CheckpointError) {
    let checkpoint = try Checkpoint(contentsOf: path, isolation: isolation)
    for tensor in checkpoint.layers.flatMap(\.tensors) {
      tensors.append(try checkpoint.tensor(tensor))
    }
  }

  private static func peak(_ who: __rusage_who) -> Int {
    var usage = rusage()
    unsafe getrusage(__rusage_who_t(who.rawValue), &usage)
    return 1024 * usage.ru_maxrss
  }
}
