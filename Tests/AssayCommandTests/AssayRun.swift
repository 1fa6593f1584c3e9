import Foundation
import TestSupport

/// One run of the built command, as a shell would see it.
struct AssayRun {
  let output: String
  let messages: String
  let status: Int32

  fileprivate init(output: String, messages: String, status: Int32) {
    (self.output, self.messages, self.status) = (output, messages, status)
  }

  /// Runs the command that was built beside these tests.
  init(_ arguments: String...) throws { try self.init(arguments) }

  /// Runs a process that was prepared otherwise.
  init(_ process: Process) throws { self = try StartedRun(process).finish() }

  /// The same with bytes on standard input, through a pipe, and variables of the environment.
  init(_ arguments: [String], input: Data? = nil, variables: [String: String] = [:]) throws {
    self = try StartedRun(arguments, input: input, variables: variables).finish()
  }

  /// The same under the limits that a shell's `ulimit` sets, which it is given.
  init(_ arguments: [String], ulimit: String) throws {
    self = try StartedRun(arguments, ulimit: ulimit).finish()
  }
}

/// A run of the command that may still be at work.
struct StartedRun {
  private let process: Process
  private let scratch: ScratchFolder

  /// Starts a process, and keeps what it prints.
  fileprivate init(_ process: Process) throws {
    self.process = process
    scratch = try Self.catchingOutput(of: process)
    process.standardInput = FileHandle.nullDevice
    try process.run()
  }

  private static func catchingOutput(of process: Process) throws -> ScratchFolder {
    let scratch = try ScratchFolder()
    for file in ["out", "err"] { _ = try scratch.write(Data(), as: file) }
    process.standardOutput = FileHandle(forWritingAtPath: scratch.path("out"))
    process.standardError = FileHandle(forWritingAtPath: scratch.path("err"))
    return scratch
  }

  /// Starts the command that was built beside these tests.
  init(
    _ arguments: [String], input: Data? = nil, variables: [String: String] = [:],
    ulimit: String? = nil
  ) throws {
    process = Process()
    let program = BuiltProgram.path("assay")
    if let ulimit {
      process.executableURL = URL(fileURLWithPath: "/bin/bash")
      process.arguments =
        ["-c", "ulimit \(ulimit) && exec \"$0\" \"$@\"", program] + arguments
    } else {
      process.executableURL = URL(fileURLWithPath: program)
      process.arguments = arguments
    }
    // A crash is a failed test, not a minute of symbolication.
    process.environment = ProcessInfo.processInfo.environment
      .merging(["SWIFT_BACKTRACE": "enable=no"]) { _, new in new }
      .merging(variables) { _, new in new }
    scratch = try Self.catchingOutput(of: process)
    let pipe = input.map { _ in Pipe() }
    process.standardInput = pipe ?? FileHandle.nullDevice
    try process.run()
    if let input, let pipe {
      // The command may end before it has read all.
      signal(SIGPIPE, SIG_IGN)
      try? pipe.fileHandleForWriting.write(contentsOf: input)
      try? pipe.fileHandleForWriting.close()
    }
  }

  /// Waits for its end.
  func finish() throws -> AssayRun {
    process.waitUntilExit()
    return AssayRun(
      output: try String(contentsOfFile: scratch.path("out"), encoding: .utf8),
      messages: try String(contentsOfFile: scratch.path("err"), encoding: .utf8),
      status: process.terminationReason == .exit ? process.terminationStatus : -1)
  }
}
