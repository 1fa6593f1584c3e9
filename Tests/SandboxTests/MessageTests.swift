import Sandbox
import Testing

@Suite("Messages between a process and its confined child")
struct MessageTests {
  @Test("What is written is read again")
  func roundTrip() throws {
    var writer = MessageWriter()
    for value in [0, -1, .max, .min, 256] { writer.write(value) }
    writer.write(true)
    writer.write("Σ\0x")
    writer.write(["a", "", "b"]) { $0.write($1) }
    writer.write(nil as Int?) { $0.write($1) }
    writer.write(7 as Int?) { $0.write($1) }
    var reader = MessageReader(writer.bytes)
    for value in [0, -1, .max, .min, 256] { #expect(try reader.integer() == value) }
    #expect(try reader.bool())
    #expect(try reader.text() == "Σ\0x")
    let list = try reader.list { message throws(SandboxError) in try message.text() }
    #expect(list == ["a", "", "b"])
    let absent = try reader.optional { message throws(SandboxError) in try message.integer() }
    #expect(absent == nil)
    let present = try reader.optional { message throws(SandboxError) in try message.integer() }
    #expect(present == 7)
    try reader.finish()
  }

  @Test("A length beyond the message is an error, whatever its size", arguments: [-1, 4, 1 << 62])
  func hostileLength(length: Int) {
    var writer = MessageWriter()
    writer.write(length)
    writer.write(byte: 0x61)
    #expect(throws: SandboxError.self) {
      var reader = MessageReader(writer.bytes)
      _ = try reader.text()
    }
    #expect(throws: SandboxError.self) {
      var reader = MessageReader(writer.bytes)
      _ = try reader.list { message throws(SandboxError) in try message.text() }
    }
  }

  @Test("Every message cut short, text that is not UTF-8, and what follows the end are errors")
  func malformed() throws {
    var writer = MessageWriter()
    writer.write("abc")
    for count in 0..<writer.bytes.count {
      var reader = MessageReader(Array(writer.bytes.prefix(count)))
      #expect(throws: SandboxError.self) { try reader.text() }
    }
    var odd = MessageReader(writer.bytes.dropLast() + [0xFF])
    #expect(throws: SandboxError.self) { try odd.text() }
    var long = MessageReader(writer.bytes + [0])
    #expect(try long.text() == "abc")
    #expect(throws: SandboxError.brokeProtocol("1 bytes too many")) { try long.finish() }
    var two = MessageReader([2])
    #expect(throws: SandboxError.self) { try two.bool() }
  }
}
