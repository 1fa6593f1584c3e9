import Foundation
import TestSupport

/// One run of the built command, as a shell would see it.
struct AssayRun {
  let output: String
  let messages: String
  let status: Int32

  /// Runs the command that was built beside these tests.
  init(_ arguments: String...) throws { try self.init(arguments) }

  /// The same with bytes on standard input, through a pipe.
  init(_ arguments: [String], input: Data? = nil) throws {
    let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    let process = Process()
    process.executableURL = folder.appending(path: "assay")
    process.arguments = arguments
    // A crash is a failed test, not a minute of symbolication.
    process.environment = ProcessInfo.processInfo.environment
      .merging(["SWIFT_BACKTRACE": "enable=no"]) { _, new in new }
    let scratch = try ScratchFolder()
    let (outputFile, messageFile) = (scratch.path("out"), scratch.path("err"))
    for file in [outputFile, messageFile] {
      try Data().write(to: URL(fileURLWithPath: file))
    }
    process.standardOutput = FileHandle(forWritingAtPath: outputFile)
    process.standardError = FileHandle(forWritingAtPath: messageFile)
    let pipe = input.map { _ in Pipe() }
    process.standardInput = pipe ?? FileHandle.nullDevice
    try process.run()
    if let input, let pipe {
      // The command may end before it has read all.
      signal(SIGPIPE, SIG_IGN)
      try? pipe.fileHandleForWriting.write(contentsOf: input)
      try? pipe.fileHandleForWriting.close()
    }
    process.waitUntilExit()
    output = try String(contentsOfFile: outputFile, encoding: .utf8)
    messages = try String(contentsOfFile: messageFile, encoding: .utf8)
    status = process.terminationReason == .exit ? process.terminationStatus : -1
  }
}
