/// Takes a message apart, and trusts nothing in it: neither lengths nor counts nor text.
package struct MessageReader: Sendable {
  private var rest: ArraySlice<UInt8>

  /// Begins to read a message.
  package init(_ bytes: [UInt8]) { rest = bytes[...] }

  /// Whether everything has been read.
  package var isAtEnd: Bool { rest.isEmpty }

  /// Takes a byte.
  package mutating func byte() throws(SandboxError) -> UInt8 {
    guard let byte = rest.popFirst() else { throw .brokeProtocol("a message is cut short") }
    return byte
  }

  /// Takes an integer.
  package mutating func integer() throws(SandboxError) -> Int {
    var bits: UInt64 = 0
    for byte in try bytes(8).reversed() { bits = bits << 8 | UInt64(byte) }
    return Int(truncatingIfNeeded: bits)
  }

  /// Takes an integer of a range.
  package mutating func integer(in range: ClosedRange<Int>) throws(SandboxError) -> Int {
    let value = try integer()
    guard range.contains(value) else {
      throw .brokeProtocol("\(value) where \(range.lowerBound) to \(range.upperBound) may stand")
    }
    return value
  }

  /// Takes a truth.
  package mutating func bool() throws(SandboxError) -> Bool {
    switch try byte() {
    case 0: return false
    case 1: return true
    case let other: throw .brokeProtocol("\(other) for a truth")
    }
  }

  /// Takes text.
  package mutating func text() throws(SandboxError) -> String {
    let length = try integer()
    guard let text = String(validating: try bytes(length), as: UTF8.self) else {
      throw .brokeProtocol("text that is not UTF-8")
    }
    return text
  }

  /// Takes a list; every element takes at least one byte.
  package mutating func list<Element>(
    _ one: (inout MessageReader) throws(SandboxError) -> Element
  ) throws(SandboxError) -> [Element] {
    let count = try integer(in: 0...rest.count)
    var elements: [Element] = []
    for _ in 0..<count { elements.append(try one(&self)) }
    return elements
  }

  /// Takes something that may be absent.
  package mutating func optional<Value>(
    _ one: (inout MessageReader) throws(SandboxError) -> Value
  ) throws(SandboxError) -> Value? {
    try bool() ? try one(&self) : nil
  }

  /// Checks that nothing follows.
  package func finish() throws(SandboxError) {
    guard isAtEnd else { throw .brokeProtocol("\(rest.count) bytes too many") }
  }

  private mutating func bytes(_ count: Int) throws(SandboxError) -> ArraySlice<UInt8> {
    guard count >= 0, count <= rest.count else { throw .brokeProtocol("a message is cut short") }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }
}
