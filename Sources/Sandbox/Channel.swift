import Glibc

/// One end of a socket that carries messages, each after its length.
struct Channel: ~Copyable, Sendable {
  private let socket: Int32

  /// Takes over an open socket.
  init(_ socket: Int32) { self.socket = socket }

  deinit { close(socket) }

  /// Opens both ends of a channel.
  static func pair() throws(SandboxError) -> (ours: Int32, theirs: Int32) {
    var ends: [Int32] = [-1, -1]
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    guard unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
      throw .notStarted("no socket: \(SystemError.text(errno))")
    }
    return (ends[0], ends[1])
  }

  /// Sends a message; without a deadline, waits for ever.
  func send(_ message: [UInt8], until deadline: ContinuousClock.Instant?) throws(SandboxError) {
    var length = MessageWriter()
    length.write(message.count)
    try transfer(length.bytes.count + message.count, Int16(POLLOUT), until: deadline) { done in
      let isHead = done < length.bytes.count
      let start = isHead ? done : done - length.bytes.count
      return unsafe (isHead ? length.bytes : message).withUnsafeBytes { bytes in
        // A send, not a write: no signal if the other end is gone.
        unsafe Glibc.send(
          socket, bytes.baseAddress?.advanced(by: start), bytes.count - start,
          Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
      }
    }
  }

  /// Waits for a message of at most `limit` bytes; without a deadline, for ever.
  func receive(
    limit: Int, until deadline: ContinuousClock.Instant?
  ) throws(SandboxError) -> [UInt8] {
    var head = MessageReader(try receive(exactly: 8, until: deadline))
    let length = try head.integer()
    guard (0...limit).contains(length) else {
      throw .brokeProtocol("a message of \(length) bytes, over the limit of \(limit)")
    }
    return try receive(exactly: length, until: deadline)
  }

  /// Room is made as bytes arrive: a length is only a claim.
  private func receive(
    exactly count: Int, until deadline: ContinuousClock.Instant?
  ) throws(SandboxError) -> [UInt8] {
    var message: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: min(count, 1 << 16))
    try transfer(count, Int16(POLLIN), until: deadline) { done in
      let wanted = min(piece.count, count - done)
      let got = unsafe piece.withUnsafeMutableBytes { buffer in
        unsafe recv(socket, buffer.baseAddress, wanted, Int32(MSG_DONTWAIT))
      }
      if got > 0 { message += piece[..<got] }
      return got
    }
    return message
  }

  /// Calls `some`, which moves what it can beyond the bytes done so far, until `count` are done.
  private func transfer(
    _ count: Int, _ event: Int16, until deadline: ContinuousClock.Instant?,
    _ some: (_ done: Int) -> Int
  ) throws(SandboxError) {
    var done = 0
    while done < count {
      let moved = some(done)
      if moved > 0 {
        done += moved
        continue
      }
      guard moved < 0 else { throw .died("ended its channel") }
      switch errno {
      case EAGAIN, EINTR: try wait(for: event, until: deadline)
      default: throw .died("ended its channel")
      }
    }
  }

  /// Waits until bytes have come, or the channel has ended; false at the deadline.
  func hasBytes(by deadline: ContinuousClock.Instant) -> Bool {
    var entry = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
    while true {
      let left = deadline - .now
      guard left > .zero else { return false }
      let milliseconds = Int32(clamping: Int64((left / .milliseconds(1)).rounded(.up)))
      if unsafe poll(&entry, 1, milliseconds) > 0 { return true }
    }
  }

  private func wait(
    for event: Int16, until deadline: ContinuousClock.Instant?
  ) throws(SandboxError) {
    var milliseconds: Int32 = -1
    if let deadline {
      let left = deadline - .now
      guard left > .zero else { throw .tookTooLong(seconds: 0) }
      milliseconds = Int32(clamping: Int64((left / .milliseconds(1)).rounded(.up)))
    }
    var entry = pollfd(fd: socket, events: event, revents: 0)
    unsafe poll(&entry, 1, milliseconds)
  }
}
