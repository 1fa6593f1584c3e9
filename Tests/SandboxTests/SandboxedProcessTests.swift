import Foundation
import Sandbox
import TestSupport
import Testing

@Suite("A process that can only compute")
struct SandboxedProcessTests {
  private let program = BuiltProgram.path("ReaderProgram")

  private func start(_ arguments: String...) throws(SandboxError) -> SandboxedProcess {
    let block = try MemoryBlock()
    return try SandboxedProcess.start(
      executable: program, arguments: arguments, input: block.descriptor,
      memory: block.descriptor)
  }

  @Test("It opens, makes, sends, starts, signals and maps nothing")
  func rights() throws {
    var process = try start("rights")
    var reply = MessageReader(try process.ask([], within: .seconds(8), limit: 1 << 16))
    var count = 0
    while !reply.isAtEnd {
      let attempt = try reply.text()
      let code = try reply.integer()
      #expect(code == Int(EPERM), "\(attempt)")
      count += 1
    }
    #expect(count == 9)
  }

  @Test("One that gives no answer is ended in time")
  func hangs() throws {
    var process = try start("lie", "nothing")
    let start = ContinuousClock.now
    let error = #expect(throws: SandboxError.self) {
      _ = try process.ask([], within: .seconds(1), limit: 8)
    }
    #expect(error == .tookTooLong(seconds: 1))
    #expect(ContinuousClock.now - start < .seconds(4))
  }

  @Test(
    "How it died is told",
    arguments: [
      ("abort", "crashed (signal 6, abort)"), ("exit", "ended by itself (exit code 0)"),
    ])
  func dies(task: String, words: String) throws {
    var process = try start("lie", task)
    let error = #expect(throws: SandboxError.self) {
      _ = try process.ask([], within: .seconds(8), limit: 8)
    }
    #expect(error == .died(words))
  }

  @Test("One that is killed in the middle of a request is noticed at once")
  func killed() throws {
    var process = try start("lie", "nothing")
    let identifier = process.processIdentifier
    let start = ContinuousClock.now
    Thread.detachNewThread {
      Thread.sleep(forTimeInterval: 0.1)
      kill(identifier, SIGKILL)
    }
    let error = #expect(throws: SandboxError.self) {
      _ = try process.ask([], within: .seconds(8), limit: 8)
    }
    #expect(error == .died("was killed"))
    #expect(ContinuousClock.now - start < .seconds(4))
  }

  @Test(
    "A program that is absent, or no reader, is not started", arguments: ["/no/such", "/bin/true"])
  func notStarted(executable: String) throws {
    let block = try MemoryBlock()
    let start = ContinuousClock.now
    do throws(SandboxError) {
      _ = try SandboxedProcess.start(
        executable: executable, arguments: [], input: block.descriptor,
        memory: block.descriptor)
      Issue.record("\(executable) started")
    } catch {
      guard case .notStarted(let words) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(words.contains(executable))
      #expect(ContinuousClock.now - start < .seconds(4))
    }
  }
}
