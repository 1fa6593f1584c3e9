import Glibc
import Sandbox

/// A parent that waits for a child which never answers, until somebody kills it.
enum Orphan {
  /// Prints the child's number first.
  static func leave() {
    do throws(SandboxError) {
      let block = try MemoryBlock()
      var child = try SandboxedProcess.start(
        executable: "/proc/self/exe", arguments: ["lie", "nothing"], input: block.descriptor,
        memory: block.descriptor)
      try child.confirm()
      // Not by way of a buffer, which would wait for the end.
      let line = Array("\(child.processIdentifier)\n".utf8)
      _ = unsafe write(1, line, line.count)
      _ = try child.ask([], within: .seconds(60), limit: 8)
    } catch {
      print(error)
    }
  }
}
