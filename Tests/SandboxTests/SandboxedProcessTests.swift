import CSandbox
import Foundation
import Sandbox
import Synchronization
import TestSupport
import Testing

@Suite("A process that can only compute")
struct SandboxedProcessTests {
  private let program = BuiltProgram.path("ReaderProgram")

  private func start(_ arguments: String...) throws(SandboxError) -> SandboxedProcess {
    let block = try MemoryBlock()
    var process = try SandboxedProcess.start(
      executable: program, arguments: arguments, input: block.descriptor,
      memory: block.descriptor)
    try process.confirm()
    return process
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
    #expect(count == 12)
  }

  @Test("It has no capability, whoever started it")
  func capabilities() throws {
    let process = try start("lie", "nothing")
    let status = try String(
      contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
    let words = status.split(separator: "\n").map { $0.split(separator: "\t") }
    var sets = ["CapInh:", "CapPrm:", "CapEff:", "CapAmb:"]
    // Who is not root may not give up the bounding set, nor gain by it.
    if getuid() == 0 { sets.append("CapBnd:") }
    for name in sets {
      let value = try #require(words.first { $0.first.map(String.init) == name }?.last)
      #expect(UInt64(value, radix: 16) == 0, "\(name)")
    }
    #expect(words.contains { $0 == ["NoNewPrivs:", "1"] })
  }

  @Test("It dies with its parent, whatever it does just then")
  func orphan() throws {
    let parent = Process()
    parent.executableURL = URL(fileURLWithPath: program)
    parent.arguments = ["orphan"]
    let pipe = Pipe()
    parent.standardOutput = pipe
    try parent.run()
    var line = Data()
    while line.last != 0x0A, let byte = try pipe.fileHandleForReading.read(upToCount: 1) {
      line += byte
    }
    let child = try #require(pid_t(String(decoding: line.dropLast(), as: UTF8.self)))
    // Until it is at work on the request, in which it hangs.
    while ProcessState(child).processorTicks < 5 { Thread.sleep(forTimeInterval: 0.02) }
    kill(parent.processIdentifier, SIGKILL)
    parent.waitUntilExit()
    let deadline = ContinuousClock.now + Patience.withChild
    while ProcessState(child).isAlive, ContinuousClock.now < deadline {
      Thread.sleep(forTimeInterval: 0.01)
    }
    #expect(!ProcessState(child).isAlive)
    kill(child, SIGKILL)
  }

  @Test("Bytes that come while it works do not end it")
  func bytesMeanwhile() throws {
    // No other child, of a test beside this one, may hold them open.
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    var ends: [Int32] = [-1, -1]
    try #require(unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0)
    defer { ends.forEach { close($0) } }
    var lifeline: [Int32] = [-1, -1]
    try #require(unsafe socketpair(AF_UNIX, kind, 0, &lifeline) == 0)
    let block = try MemoryBlock()
    let arguments = unsafe [strdup(program), strdup("lie"), strdup("slow"), nil]
    defer { unsafe arguments.forEach { unsafe free($0) } }
    var child: pid_t = 0
    let code = unsafe assay_sandbox_spawn(
      program, arguments, [nil], [ends[1], block.descriptor, block.descriptor, lifeline[0]], 4,
      &child)
    try #require(code == 0)
    close(ends[1])
    ends.removeLast()

    // A request is its length and its seconds; two of them, of which the second waits while the first is answered.
    let request = [8, 60].flatMap { unsafe withUnsafeBytes(of: $0, Array.init) }
    let greeting = [UInt8](repeating: 0, count: 24)
    var answer = greeting
    #expect(unsafe recv(ends[0], &answer, 24, Int32(MSG_WAITALL)) == 24)
    #expect(answer[8..<16].allSatisfy { $0 == 0 }, "it is confined")
    for _ in 0..<2 {
      #expect(unsafe send(ends[0], request, 16, Int32(MSG_NOSIGNAL)) == 16)
      Thread.sleep(forTimeInterval: 0.005)
    }
    // Two empty answers, each no more than its length.
    #expect(unsafe recv(ends[0], &answer, 16, Int32(MSG_WAITALL)) == 16)

    // And the end of its lifeline ends it.
    close(lifeline[0])
    close(lifeline[1])
    var status: Int32 = 0
    #expect(unsafe waitpid(child, &status, 0) == child)
    #expect(status & 0x7F == SIGIO)
  }

  @Test(
    "Where it cannot be confined, what is missing is named",
    arguments: [
      ("seccomp", "system calls cannot be forbidden (seccomp)"),
      ("memfd_create", "no memory to share (memfd_create)"),
      ("clone3", "does not start: Operation not permitted (clone3 may be denied)"),
    ])
  func denied(call: String, words: String) throws {
    let output = try #require(
      try BuiltProgram.output(of: "ReaderProgram", ["denied", call], seconds: 20))
    #expect(output.contains(words), "\(output)")
  }

  @Test("One that gives no answer is ended in time")
  func hangs() throws {
    var process = try start("lie", "nothing")
    let start = ContinuousClock.now
    let error = #expect(throws: SandboxError.self) {
      _ = try process.ask([], within: .seconds(1), limit: 8)
    }
    #expect(error == .tookTooLong(seconds: 1))
    #expect(ContinuousClock.now - start < Patience.withChild)
  }

  @Test("One that gets no processor is waited for: a busy machine makes no file bad")
  func starved() throws {
    var process = try start("lie", "slow")
    // Beside threads that never rest, two a processor, it gets a hundredth of one.
    let child = process.processIdentifier
    try #require(setpriority(__priority_which_t(PRIO_PROCESS.rawValue), id_t(child), 19) == 0)
    let isDone = Atomic(false)
    defer { isDone.store(true, ordering: .relaxed) }
    for _ in 0..<2 * ProcessInfo.processInfo.processorCount {
      Thread { while !isDone.load(ordering: .relaxed) {} }.start()
    }
    // Before the threads have begun, it may still have a processor of its own.
    var wasStarved = false
    for _ in 0..<50 where !wasStarved {
      let start = ContinuousClock.now
      #expect(try process.ask([], within: .milliseconds(300), limit: 8) == [])
      wasStarved = ContinuousClock.now - start > .milliseconds(300)
    }
    #expect(wasStarved)
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
      _ = try process.ask([], within: .seconds(600), limit: 8)
    }
    #expect(error == .died("was killed"))
    #expect(ContinuousClock.now - start < Patience.withChild)
  }

  @Test(
    "A program that is absent, or no reader, is not started", arguments: ["/no/such", "/bin/true"])
  func notStarted(executable: String) throws {
    let block = try MemoryBlock()
    let start = ContinuousClock.now
    do throws(SandboxError) {
      var process = try SandboxedProcess.start(
        executable: executable, arguments: [], input: block.descriptor,
        memory: block.descriptor)
      try process.confirm()
      Issue.record("\(executable) started")
    } catch {
      guard case .notStarted(let words) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(words.contains(executable))
      #expect(ContinuousClock.now - start < Patience.withChild)
    }
  }
}

/// What the system tells of a process that may have ended.
private struct ProcessState {
  private let fields: [Substring]

  init(_ identifier: pid_t) {
    let line = (try? String(contentsOfFile: "/proc/\(identifier)/stat", encoding: .utf8)) ?? ""
    // Behind the name, which may hold anything.
    fields = line.split(separator: ")").last?.split(separator: " ") ?? []
  }

  /// Whether it is there, and not only waits to be reaped.
  var isAlive: Bool { fields.first.map { !["Z", "X"].contains($0) } ?? false }
  /// Its time in user and system mode.
  var processorTicks: Int {
    fields.count > 12 ? (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0) : 0
  }
}
