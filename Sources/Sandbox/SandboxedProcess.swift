import CSandbox
import Glibc

/// A child process that may compute and nothing else, and answers requests.
///
/// It is killed and reaped at the end of its owner's life. Its answers are as trustworthy as the
/// data that it works on: not at all.
package struct SandboxedProcess: ~Copyable, Sendable {
  private let channel: Channel
  /// Nothing is ever sent on it: it closes with this process, whatever becomes of that.
  private let lifeline: Channel
  private let identifier: pid_t
  private let executable: String
  private var isConfirmed = false
  private var isReaped = false

  /// How long a process may take to start and confine itself.
  private static let startLimit = 8

  /// Starts `executable`, which must call `SandboxedService.run` before all else, without waiting for it: before
  /// anything is asked of it, `confirm` must be called.
  ///
  /// It gets `input` and `memory` as its only descriptors, and an environment of its own.
  package static func start(
    executable: String, arguments: [String], input: Int32, memory: Int32
  ) throws(SandboxError) -> SandboxedProcess {
    let ends = try Channel.pair()
    let channel = Channel(ends.ours)
    // Held open here, it would hide that the child is no more.
    defer { close(ends.theirs) }
    let lives = try Channel.pair()
    let lifeline = Channel(lives.ours)
    defer { close(lives.theirs) }
    let spawned = spawn(
      executable, [executable] + arguments, environment,
      [ends.theirs, input, memory, lives.theirs])
    guard spawned.code == 0 else {
      // What containers with an old list of system calls answer to one that they do not know.
      let hint = spawned.code == EPERM || spawned.code == ENOSYS ? " (clone3 may be denied)" : ""
      throw .notStarted(
        "\(executable) does not start: \(SystemError.text(spawned.code))\(hint)")
    }
    return SandboxedProcess(
      spawned.identifier, executable, channel: channel, lifeline: lifeline)
  }

  private init(
    _ identifier: pid_t, _ executable: String, channel: consuming Channel,
    lifeline: consuming Channel
  ) {
    self.identifier = identifier
    self.executable = executable
    self.channel = channel
    self.lifeline = lifeline
  }

  /// Waits until the child says that it is confined, or why it cannot be.
  package mutating func confirm() throws(SandboxError) {
    let code: Int
    let step: Int
    do throws(SandboxError) {
      var greeting = MessageReader(try answer(within: .seconds(Self.startLimit), limit: 16))
      code = try greeting.integer(in: 0...4096)
      step = try greeting.integer(in: 1...3)
    } catch {
      throw .notStarted("\(executable) does not start as a reader: \(ended(as: error))")
    }
    guard code == 0 else {
      throw .notStarted("\(Self.missing[step - 1]): \(SystemError.text(Int32(code)))")
    }
    isConfirmed = true
  }

  /// What a system does not give, by the step that failed.
  private static let missing = [
    "no limits on time and memory can be set (setrlimit)",
    "no rights can be given up (prctl, capset)",
    "system calls cannot be forbidden (seccomp)",
  ]

  deinit { if !isReaped { _ = Self.endAndReap(identifier) } }

  /// The number of the process, for as long as it has not been ended.
  package var processIdentifier: Int32 { identifier }

  /// The processor's time that it has had so far.
  ///
  /// On a busy machine the clock shows far more, which says nothing about what the process does.
  package var processorTime: Duration {
    var clock = clockid_t()
    var time = timespec()
    guard unsafe clock_getcpuclockid(identifier, &clock) == 0,
      unsafe clock_gettime(clock, &time) == 0
    else { return .zero }
    return .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
  }

  /// How long it was ready to compute while others had the processor, where the system tells.
  private var queuedTime: Duration {
    let path = "/proc/\(identifier)/schedstat"
    guard let file = unsafe fopen(path, "re") else { return .zero }
    defer { unsafe fclose(file) }
    var line = [CChar](repeating: 0, count: 128)
    guard unsafe fgets(&line, Int32(line.count), file) != nil else { return .zero }
    let bytes = line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
    // Nanoseconds on a processor, then those in the queue for one.
    let words = String(decoding: bytes, as: UTF8.self).split(separator: " ")
    return words.count > 1 ? .nanoseconds(Int64(words[1]) ?? 0) : .zero
  }

  /// Whether it would compute, had it the processor: it waits for nothing else.
  private var isReady: Bool {
    guard let file = unsafe fopen("/proc/\(identifier)/stat", "re") else { return false }
    defer { unsafe fclose(file) }
    var line = [CChar](repeating: 0, count: 512)
    guard unsafe fgets(&line, Int32(line.count), file) != nil else { return false }
    let bytes = line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
    // The state stands behind the name, which may hold anything but ends in the last bracket.
    guard let end = bytes.lastIndex(of: UInt8(ascii: ")")), bytes.count > end + 2 else {
      return false
    }
    return bytes[end + 2] == UInt8(ascii: "R")
  }

  /// Waits for an answer: for `time`, and as long again as others kept the processor from it.
  private func answer(within time: Duration, limit: Int) throws(SandboxError) -> [UInt8] {
    let start = ContinuousClock.now
    let (queued, computed) = (queuedTime, processorTime)
    var deadline = start + time
    while !channel.hasBytes(by: deadline) {
      // A machine that is busy with other work does not make a file bad.
      deadline = start + time + (queuedTime - queued)
      guard deadline <= .now else { continue }
      // The system counts a wait when it is over; one that still goes on shows in the state alone.
      let left = time - (processorTime - computed)
      guard isReady, left > .zero else { throw .tookTooLong(seconds: 0) }
      deadline = .now + max(left, .milliseconds(50))
    }
    return try channel.receive(limit: limit, until: .now + time)
  }

  /// Sends a request and waits for its answer, of at most `limit` bytes.
  ///
  /// Time in which the process was ready to compute and got no processor does not count. After an
  /// error the process is no more, and must not be asked again.
  package mutating func ask(
    _ request: [UInt8], within time: Duration, limit: Int
  ) throws(SandboxError) -> [UInt8] {
    precondition(isConfirmed && !isReaped, "this process is not confined yet, or has ended")
    let seconds = Int((time / .seconds(1)).rounded(.up))
    var message = MessageWriter()
    // The child's own alarm, should this process be no more by then. It goes by the clock, which on
    // a busy machine shows far more than the child's time.
    message.write(min(60 * seconds, 1 << 20))
    do throws(SandboxError) {
      try channel.send(message.bytes + request, until: .now + time)
      return try answer(within: time, limit: limit)
    } catch SandboxError.tookTooLong {
      throw ended(as: .tookTooLong(seconds: seconds))
    } catch {
      throw ended(as: error)
    }
  }

  /// Sets how many bytes of address space the process may have from now on.
  ///
  /// Returns how many it has: less, where whoever started this program allows less.
  package func allowAddressSpace(_ bytes: Int) throws(SandboxError) -> Int {
    var granted: UInt64 = 0
    let code = unsafe assay_sandbox_allow_address_space(identifier, UInt64(bytes), &granted)
    guard code == 0 else {
      throw .notStarted("\(Self.missing[0]): \(SystemError.text(code))")
    }
    return Int(clamping: granted)
  }

  /// Ends the process, and says what really happened to it.
  private mutating func ended(as error: SandboxError) -> SandboxError {
    guard !isReaped else { return error }
    isReaped = true
    let status = Self.endAndReap(identifier)
    guard case .died = error, let status else { return error }
    return Self.death(status)
  }

  /// How a status of `waitpid` reads.
  private static func death(_ status: Int32) -> SandboxError {
    let signal = status & 0x7F
    switch signal {
    case 0: return .died("ended by itself (exit code \(status >> 8 & 0xFF))")
    case SIGXCPU, SIGALRM: return .died("took too much time")
    case SIGKILL: return .died("was killed")
    case let signal: return .died("crashed (signal \(signal), \(name(signal)))")
    }
  }

  private static func name(_ signal: Int32) -> String {
    switch signal {
    case SIGSEGV: "segmentation fault"
    case SIGABRT: "abort"
    case SIGBUS: "bus error"
    case SIGFPE: "arithmetic error"
    case SIGILL: "illegal instruction"
    case SIGSYS: "forbidden system call"
    default: "unexpected"
    }
  }

  /// Kills the process, unless it has died of something else, and returns its status.
  private static func endAndReap(_ identifier: pid_t) -> Int32? {
    kill(identifier, SIGKILL)
    var status: Int32 = 0
    while unsafe waitpid(identifier, &status, 0) < 0 {
      // Somebody else's SIGCHLD settings may have reaped it.
      if errno != EINTR { return nil }
    }
    return status
  }

  /// Nothing of the user's environment steers the libraries in there but the way to find them.
  private static var environment: [String] {
    var variables = ["SWIFT_BACKTRACE=enable=no", "MALLOC_ARENA_MAX=1"]
    if let path = unsafe getenv("LD_LIBRARY_PATH") {
      variables.append("LD_LIBRARY_PATH=\(unsafe String(cString: path))")
    }
    return variables
  }

  private static func spawn(
    _ executable: String, _ arguments: [String], _ environment: [String], _ descriptors: [Int32]
  ) -> (identifier: pid_t, code: Int32) {
    var child: pid_t = 0
    let argumentPointers = unsafe arguments.map { unsafe strdup($0) } + [nil]
    let environmentPointers = unsafe environment.map { unsafe strdup($0) } + [nil]
    defer { unsafe (argumentPointers + environmentPointers).forEach { unsafe free($0) } }
    let code = unsafe assay_sandbox_spawn(
      executable, argumentPointers, environmentPointers, descriptors, Int32(descriptors.count),
      &child)
    return (child, code)
  }
}
