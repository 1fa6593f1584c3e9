import Foundation
import TestSupport

/// One run of the built command, and what it took with all of its children.
struct MeasuredRun {
  let messages: String
  /// The exit code, or the negative number of the signal that ended it.
  let status: Int32
  let processorSeconds: Double
  /// The most memory of one process at a time.
  let bytes: Int

  /// Runs the command that was built beside these tests.
  init(_ arguments: [String]) throws {
    let scratch = try ScratchFolder()
    let messages = try scratch.write(Data(), as: "err")
    var files = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&files)
    defer { unsafe posix_spawn_file_actions_destroy(&files) }
    for stream in [0, 1] as [Int32] {
      unsafe posix_spawn_file_actions_addopen(&files, stream, "/dev/null", O_RDWR, 0)
    }
    unsafe posix_spawn_file_actions_addopen(&files, 2, messages, O_WRONLY, 0)
    let program = BuiltProgram.path("assay")
    var words = unsafe ([program] + arguments).map { unsafe strdup($0) } + [nil]
    defer { unsafe words.forEach { unsafe free($0) } }
    // A crash is an answer here, not a minute of symbolication.
    var variables = unsafe [strdup("SWIFT_BACKTRACE=enable=no"), nil]
    defer { unsafe variables.forEach { unsafe free($0) } }
    var child: pid_t = 0
    let code = unsafe posix_spawn(&child, program, &files, nil, &words, &variables)
    guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .ENOEXEC) }
    var state: Int32 = 0
    var usage = rusage()
    var most = 0
    while unsafe wait4(child, &state, WNOHANG, &usage) != child {
      most = max(most, Self.mostMemory(of: child))
      usleep(5000)
    }
    self.messages = try String(contentsOfFile: messages, encoding: .utf8)
    status = state & 0x7F == 0 ? state >> 8 & 0xFF : -(state & 0x7F)
    let seconds = { (time: timeval) in Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    processorSeconds = seconds(usage.ru_utime) + seconds(usage.ru_stime)
    bytes = most
  }

  /// The most memory that a process has had since it became this program.
  ///
  /// What `wait4` reports begins with the memory of the process that started it, which here is all tests.
  private static func mostMemory(of process: pid_t) -> Int {
    let lines = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
    let line = lines.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return (line?.split(separator: " ").dropLast().last).flatMap { Int($0) }.map { $0 << 10 } ?? 0
  }
}
