import Glibc
import Sandbox

/// A system that denies one of the calls on which confinement rests, as containers do.
enum Denial {
  #if arch(x86_64)
    private static let numbers: [String: UInt32] = [
      "seccomp": 317, "memfd_create": 319, "clone3": 435,
    ]
  #else
    private static let numbers: [String: UInt32] = [
      "seccomp": 277, "memfd_create": 279, "clone3": 435,
    ]
  #endif

  /// What the attempt to start a confined process says where `call` fails with EPERM.
  static func error(without call: String) -> String {
    guard let number = numbers[call], deny(number) else { return "nothing can be denied" }
    do throws(SandboxError) {
      let block = try MemoryBlock()
      var child = try SandboxedProcess.start(
        executable: "/proc/self/exe", arguments: ["lie", "nothing"], input: block.descriptor,
        memory: block.descriptor)
      try child.confirm()
      return "started"
    } catch {
      return "\(error)"
    }
  }

  private struct Instruction {
    let code: UInt16
    var ifTrue: UInt8 = 0
    var ifFalse: UInt8 = 0
    let value: UInt32
  }

  @unsafe private struct Program {
    let count: UInt16
    let instructions: UnsafeMutablePointer<Instruction>?
  }

  /// Swift cannot call what takes any number of arguments, but by its address.
  private typealias Prctl = @convention(c) (Int32, UInt, UInt, UInt, UInt) -> Int32

  private static func deny(_ number: UInt32) -> Bool {
    guard let address = unsafe dlsym(nil, "prctl") else { return false }
    let prctl = unsafe unsafeBitCast(address, to: Prctl.self)
    // Load the number of the call; if it is this one, EPERM; else let it pass.
    var instructions = [
      Instruction(code: 0x20, value: 0), Instruction(code: 0x15, ifFalse: 1, value: number),
      Instruction(code: 0x06, value: 0x0005_0001), Instruction(code: 0x06, value: 0x7FFF_0000),
    ]
    return unsafe instructions.withUnsafeMutableBufferPointer { buffer in
      var program = unsafe Program(count: UInt16(buffer.count), instructions: buffer.baseAddress)
      return unsafe withUnsafePointer(to: &program) { pointer in
        // PR_SET_NO_NEW_PRIVS, then PR_SET_SECCOMP with a filter.
        prctl(38, 1, 0, 0, 0) == 0 && prctl(22, 2, UInt(bitPattern: pointer), 0, 0) == 0
      }
    }
  }
}
