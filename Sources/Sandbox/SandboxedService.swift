import CSandbox
import Glibc

/// The side of a confined process: it gives up its rights, then answers until its parent is gone.
package enum SandboxedService {
  /// Processor time that no honest file takes, in seconds.
  private static let processorSeconds: UInt64 = 600
  /// Address space until the parent grants more; the program and its libraries take about a third.
  package static let initialAddressSpace = 1 << 30
  /// The largest request: a description of one tensor.
  private static let largestRequest = 1 << 20

  /// Confines this process, then answers each request; never returns.
  ///
  /// Ends the process with 70 if it was not started by `SandboxedProcess`.
  package static func run(_ answer: (MessageReader) -> MessageWriter) -> Never {
    let channel = Channel(SandboxDescriptor.channel)
    var step = ASSAY_SANDBOX_LIMITS
    var code = assay_sandbox_end_with_parent(SandboxDescriptor.lifeline)
    if code == 0 {
      code = unsafe assay_sandbox_confine(
        processorSeconds, UInt64(initialAddressSpace), &step)
    }
    var hello = MessageWriter()
    hello.write(Int(code))
    hello.write(Int(step.rawValue))
    do throws(SandboxError) {
      try channel.send(hello.bytes, until: nil)
      guard code == 0 else { _exit(70) }
      while true {
        var request = MessageReader(try channel.receive(limit: largestRequest, until: nil))
        // Without a handler an alarm ends the process, even one that hangs in C.
        alarm(UInt32(try request.integer(in: 1...1 << 20)))
        try channel.send(answer(request).bytes, until: nil)
        alarm(0)
      }
    } catch {
      // The parent has gone, or this is none of its children.
      _exit(70)
    }
  }
}
