import Foundation
import TestSupport

/// One run of the built command, as a shell would see it.
struct AssayRun {
  let output: String
  let messages: String
  let status: Int32

  /// Runs the command that was built beside these tests.
  init(_ arguments: String...) throws { try self.init(arguments) }

  init(_ arguments: [String]) throws {
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
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    output = try String(contentsOfFile: outputFile, encoding: .utf8)
    messages = try String(contentsOfFile: messageFile, encoding: .utf8)
    status = process.terminationReason == .exit ? process.terminationStatus : -1
  }
}
