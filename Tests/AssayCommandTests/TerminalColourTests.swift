import Foundation
import TestSupport
import Testing

@Suite("Colours on a terminal")
struct TerminalColourTests {
  /// What a terminal gets of an evaluation of which one number is as expected and one is not.
  private func shown(
    _ variables: [String: String], checkpoints: [String] = ["digits-regular"]
  ) throws -> String {
    let digits =
      ["evaluate"] + checkpoints.map { Fixtures.path("checkpoints/digits/\($0).keras3.h5") } + [
        "--data", Fixtures.path("digits/validation"), "--normalize", "tf", "--expect", "top1>=98",
        "--expect", "loss<=0.01",
      ]
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/script")
    // Of util-linux: runs a command on a terminal of its own.
    process.arguments = [
      "--quiet", "--return", "--command",
      ([BuiltProgram.path("assay")] + digits).map { "'\($0)'" }.joined(separator: " "), "/dev/null",
    ]
    process.environment = ProcessInfo.processInfo.environment
      .merging(["TERM": "xterm", "NO_COLOR": ""]) { $1 }.merging(variables) { $1 }
    let run = try AssayRun(process)
    #expect(run.status == 1, "\(run)")
    return run.output.replacing("\r\n", with: "\n")
  }

  @Test("Verdicts and the headline have colours, and nothing else has")
  func colours() throws {
    let lines = try shown([:]).split(separator: "\n")
    #expect(lines.contains { $0.hasPrefix("\u{1B}[1mtop-1    98.89 %\u{1B}[0m  (356 of 360") })
    #expect(lines.contains { $0.hasPrefix("gate    \u{1B}[32mpassed\u{1B}[0m  top1>=98") })
    #expect(lines.contains { $0.hasPrefix("gate    \u{1B}[1;31mfailed\u{1B}[0m  loss<=0.01") })
    // The bar of progress moves the cursor; no other line has an escape sequence.
    #expect(lines.filter { $0.contains("\u{1B}[") && !$0.contains("\u{1B}[K") }.count == 3)
  }

  @Test("NO_COLOR and a dumb terminal have none", arguments: [["NO_COLOR": "1"], ["TERM": "dumb"]])
  func none(variables: [String: String]) throws {
    let text = try shown(variables)
    #expect(text.contains("gate    passed") && text.contains("\ntop-1    98.89 %"))
    #expect(!text.contains("\u{1B}[1m") && !text.contains("\u{1B}[32m"))
  }

  @Test("Of several checkpoints each shows its number as it comes, before the table")
  func series() throws {
    let text = try shown([:], checkpoints: ["digits-regular", "digits-half"])
    let first = try #require(
      text.firstRange(of: "digits-regular.keras3.h5: top-1 98.89 % (356 of 360)"))
    let second = try #require(text.firstRange(of: "digits-half.keras3.h5: top-1 "))
    let table = try #require(text.firstRange(of: "no.  weights"))
    #expect(first.lowerBound < second.lowerBound && second.lowerBound < table.lowerBound)
  }
}
