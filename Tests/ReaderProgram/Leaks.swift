import Checkpoints
import Foundation

/// Counts what is left when checkpoints are let go of.
enum Leaks {
  /// Opens, reads and drops a file many times, and says what is left: open descriptors, mapped
  /// tensors and child processes beyond those of before.
  static func after(reading path: String) -> String {
    // The first time opens what Foundation and the runtime keep.
    _ = counts
    use(path)
    let before = counts
    for _ in 0..<20 { use(path) }
    let after = counts
    return "\(after.descriptors - before.descriptors) descriptors, "
      + "\(after.maps - before.maps) maps, \(after.children - before.children) children"
  }

  private static func use(_ path: String) {
    for executable in ["/proc/self/exe", "/bin/true", "/nowhere"] {
      let isolation = CheckpointIsolation.childProcess(
        executable: executable, arguments: ["serve"])
      let checkpoint = try? Checkpoint(contentsOf: path, isolation: isolation)
      for tensor in checkpoint?.layers.flatMap(\.tensors) ?? [] {
        _ = try? checkpoint?.tensor(tensor)
      }
    }
  }

  private static var counts: (descriptors: Int, maps: Int, children: Int) {
    let files = FileManager.default
    let descriptors = (try? files.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? -1
    let maps = (try? String(contentsOfFile: "/proc/self/maps", encoding: .utf8)) ?? ""
    let own = ProcessInfo.processInfo.processIdentifier
    let children = (try? files.contentsOfDirectory(atPath: "/proc"))?.count { name in
      let status = try? String(contentsOfFile: "/proc/\(name)/status", encoding: .utf8)
      return status?.contains("\nPPid:\t\(own)\n") ?? false
    }
    return (descriptors, maps.components(separatedBy: "assay-tensor").count, children ?? -1)
  }
}
