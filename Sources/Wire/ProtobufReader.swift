/// The fields of one Protocol Buffers message, one after the other: nothing is kept of those that were read, so
/// that a million of them take no memory.
///
/// Wire format: protobuf.dev/programming-guides/encoding. Groups, which are long deprecated and
/// which TensorFlow never writes, are refused.
package struct ProtobufReader {
  private var cursor: ByteCursor

  /// Begins to read a message.
  package init(_ bytes: ArraySlice<UInt8>) { cursor = ByteCursor(bytes) }

  /// The next field, or `nil` at the end of the message.
  package mutating func next() throws(FormatFault) -> (
    number: UInt64, value: ProtobufMessage.Value
  )? {
    if cursor.isAtEnd { return nil }
    let tag = try cursor.varint()
    let value: ProtobufMessage.Value
    switch tag & 7 {
    case 0: value = .varint(try cursor.varint())
    case 1: value = .fixed64(try cursor.fixed(UInt64.self))
    case 2:
      let length = try cursor.length()
      value = .bytes(try cursor.take(length))
    case 5: value = .fixed32(try cursor.fixed(UInt32.self))
    default: throw FormatFault("a message in it has a field of unknown kind \(tag & 7)")
    }
    guard (1..<1 << 29).contains(tag >> 3) else {
      throw FormatFault("a message in it has a field number \(tag >> 3)")
    }
    return (tag >> 3, value)
  }
}
