import Checkpoints
import Tensors

/// Measures what isolation costs.
enum Timing {
  /// Opens and reads a file three times each way.
  static func print(of path: String) {
    let isolated = CheckpointIsolation.childProcess(
      executable: "/proc/self/exe", arguments: ["serve"])
    for (name, isolation) in [
      ("in process", CheckpointIsolation.inProcess), ("isolated", isolated),
    ] {
      for _ in 0..<3 { Swift.print(name, measure(path, isolation)) }
    }
  }

  private static func measure(_ path: String, _ isolation: CheckpointIsolation) -> String {
    do throws(CheckpointError) {
      let clock = ContinuousClock()
      let start = clock.now
      let checkpoint = try Checkpoint(contentsOf: path, isolation: isolation)
      let opened = clock.now
      let tensors = checkpoint.layers.flatMap(\.tensors)
      let largest = tensors.map(\.shape.elementCount).max() ?? 0
      var bytes = 0
      let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: largest)
      unsafe buffer.initialize(repeating: 0)
      defer { unsafe buffer.deallocate() }
      let before = clock.now
      for tensor in tensors {
        try unsafe checkpoint.read(
          tensor, into: UnsafeMutableBufferPointer(rebasing: buffer[..<tensor.shape.elementCount]))
        bytes += 4 * tensor.shape.elementCount
      }
      let seconds = (clock.now - before) / .seconds(1)
      return "opened in \((opened - start) / .milliseconds(1)) ms, "
        + "\(Double(bytes) / seconds / 1e6) MB/s for \(bytes) bytes"
    } catch {
      return "\(error)"
    }
  }
}
