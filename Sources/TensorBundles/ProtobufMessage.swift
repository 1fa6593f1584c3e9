/// The fields of one Protocol Buffers message, in their order; what they mean is the asker's.
///
/// Wire format: protobuf.dev/programming-guides/encoding. Groups, which are long deprecated and
/// which TensorFlow never writes, are refused.
package struct ProtobufMessage {
  package enum Value {
    case varint(UInt64)
    case fixed32(UInt32)
    case fixed64(UInt64)
    case bytes(ArraySlice<UInt8>)
  }

  package let fields: [(number: UInt64, value: Value)]

  package init(_ bytes: ArraySlice<UInt8>) throws(FormatFault) {
    var cursor = ByteCursor(bytes)
    var fields: [(number: UInt64, value: Value)] = []
    while !cursor.isAtEnd {
      let tag = try cursor.varint()
      let value: Value
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
      fields.append((tag >> 3, value))
    }
    self.fields = fields
  }

  /// A whole number; the last one counts, and 0 stands for none.
  func integer(_ number: UInt64) throws(FormatFault) -> Int {
    var result = 0
    for case (number, let value) in fields {
      guard case .varint(let bits) = value else { throw wrongKind(number) }
      result = Int(truncatingIfNeeded: bits)
    }
    return result
  }

  /// A number of exactly four bytes.
  func fixed32(_ number: UInt64) throws(FormatFault) -> UInt32 {
    var result: UInt32 = 0
    for case (number, let value) in fields {
      guard case .fixed32(let bits) = value else { throw wrongKind(number) }
      result = bits
    }
    return result
  }

  /// The bytes of each field of this number.
  func bytes(_ number: UInt64) throws(FormatFault) -> [ArraySlice<UInt8>] {
    var result: [ArraySlice<UInt8>] = []
    for case (number, let value) in fields {
      guard case .bytes(let bytes) = value else { throw wrongKind(number) }
      result.append(bytes)
    }
    return result
  }

  /// The messages in the fields of this number.
  package func messages(_ number: UInt64) throws(FormatFault) -> [ProtobufMessage] {
    try bytes(number).map { bytes throws(FormatFault) in try ProtobufMessage(bytes) }
  }

  /// A text; empty if there is none.
  package func text(_ number: UInt64) throws(FormatFault) -> String {
    guard let bytes = try bytes(number).last else { return "" }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw FormatFault("a text in it is not UTF-8")
    }
    return text
  }

  private func wrongKind(_ number: UInt64) -> FormatFault {
    FormatFault("a message in it has a field \(number) of another kind")
  }
}
