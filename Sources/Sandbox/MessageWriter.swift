/// Puts values one after the other into bytes: integers in 8 bytes, little-endian; text in UTF-8
/// after its length.
package struct MessageWriter: Sendable {
  /// What has been written.
  package private(set) var bytes: [UInt8] = []

  /// Begins an empty message.
  package init() {}

  /// Appends a byte.
  package mutating func write(byte: UInt8) { bytes.append(byte) }

  /// Appends an integer.
  package mutating func write(_ value: Int) {
    for shift in stride(from: 0, to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }

  /// Appends a truth.
  package mutating func write(_ value: Bool) { write(byte: value ? 1 : 0) }

  /// Appends text.
  package mutating func write(_ text: String) {
    write(text.utf8.count)
    bytes += text.utf8
  }

  /// Appends a list.
  package mutating func write<Element>(
    _ list: [Element], _ one: (inout MessageWriter, Element) -> Void
  ) {
    write(list.count)
    for element in list { one(&self, element) }
  }

  /// Appends something that may be absent.
  package mutating func write<Value>(
    _ value: Value?, _ one: (inout MessageWriter, Value) -> Void
  ) {
    write(value != nil)
    if let value { one(&self, value) }
  }
}
