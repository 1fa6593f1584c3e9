import Foundation

/// A program that was built beside these tests.
public enum BuiltProgram {
  /// The path of the program.
  public static func path(_ name: String) -> String {
    URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appending(path: name).path(percentEncoded: false)
  }

  /// Runs the program for at most `seconds`; returns what it printed, or `nil` if it died of a
  /// signal or had to be ended.
  public static func output(of name: String, _ arguments: [String], seconds: Double) throws
    -> String?
  {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path(name))
    process.arguments = arguments
    // A crash is an answer here, not a minute of symbolication.
    process.environment = ProcessInfo.processInfo.environment
      .merging(["SWIFT_BACKTRACE": "enable=no"]) { _, new in new }
    let scratch = try ScratchFolder()
    let file = try scratch.write(Data(), as: "output")
    process.standardOutput = FileHandle(forWritingAtPath: file)
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let deadline = ContinuousClock.now + .seconds(seconds)
    while process.isRunning {
      if ContinuousClock.now > deadline { kill(process.processIdentifier, SIGKILL) }
      Thread.sleep(forTimeInterval: 0.002)
    }
    process.waitUntilExit()
    guard process.terminationReason == .exit else { return nil }
    return try String(contentsOfFile: file, encoding: .utf8)
  }
}
