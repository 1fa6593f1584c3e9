import Glibc
import Sandbox

/// Confined processes that are not honest.
enum LyingReader {
  static func serve(_ lie: String) -> Never {
    switch lie {
    case "frame": rawFrame()
    case "nothing": SandboxedService.run { _ in hang() }
    case "abort": SandboxedService.run { _ in abort() }
    case "slow": SandboxedService.run { _ in compute() }
    case "exit": SandboxedService.run { _ in _exit(0) }
    default: SandboxedService.run { _ in listing(lie) }
    }
  }

  private static func hang() -> Never { while true { pause() } }

  /// An empty answer after a little of the processor's time.
  private static func compute() -> MessageWriter {
    let start = clock()
    // In millionths of a second, whatever the processor.
    while clock() - start < 30_000 {}
    return MessageWriter()
  }

  /// A greeting, then the claim that 2^62 bytes follow.
  private static func rawFrame() -> Never {
    var message = MessageWriter()
    message.write(16)
    message.write(0)
    message.write(1)
    message.write(1 << 62)
    _ = unsafe write(3, message.bytes, message.bytes.count)
    hang()
  }

  /// An answer that begins as a listing does.
  private static func listing(_ lie: String) -> MessageWriter {
    var message = MessageWriter()
    message.write(true)
    message.write(lie == "format" ? 99 : 0)
    for _ in 0..<3 { message.write(false) }
    message.write(true)
    switch lie {
    case "layers": message.write(1 << 60)
    case "negative": message.write(-1)
    default: tensor(lie, &message)
    }
    return message
  }

  /// One layer with one tensor, with the lie in its place, and nothing left out.
  private static func tensor(_ lie: String, _ message: inout MessageWriter) {
    message.write(1)
    for _ in 0..<3 { message.write(false) }
    message.write(0)
    message.write("/a")
    message.write(1)
    if lie == "text" {
      message.write(1)
      message.write(byte: 0xFF)
    } else if lie == "length" {
      message.write(.max)
    } else {
      message.write("kernel")
    }
    message.write(false)
    message.write(lie == "index" ? -5 : 0)
    let shapes = [
      "overflow": [1 << 30, 1 << 30, 1 << 30], "hidden": [0, 1 << 30, 1 << 30, 1 << 30],
      "extent": [-3, -3], "claims": [1 << 29], "huge": [1 << 31],
    ]
    message.write(shapes[lie] ?? [2]) { $0.write($1) }
    message.write(lie == "type" ? "float12" : "float32")
    message.write(false)
    message.write("/a/kernel")
    message.write(lie == "stored" ? .max : 8)
    let places = ["place": -1, "beyond": 1 << 40, "overrun": .max]
    message.write(places[lie]) { $0.write($1) }
    message.write(0)
    if lie == "more" { message.write(1) }
  }
}
