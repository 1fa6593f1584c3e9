/// The fields of one Protocol Buffers message, all of them in their order; what they mean is the asker's.
package struct ProtobufMessage {
  /// The value of a field, by its kind on the wire.
  package enum Value {
    case varint(UInt64)
    case fixed32(UInt32)
    case fixed64(UInt64)
    case bytes(ArraySlice<UInt8>)
  }

  /// Numbers and values.
  package let fields: [(number: UInt64, value: Value)]

  /// Reads a whole message, but for the messages in it.
  package init(_ bytes: ArraySlice<UInt8>) throws(FormatFault) {
    var reader = ProtobufReader(bytes)
    var fields: [(number: UInt64, value: Value)] = []
    while let field = try reader.next() { fields.append(field) }
    self.fields = fields
  }

  /// A whole number; the last one counts, and 0 stands for none.
  package func integer(_ number: UInt64) throws(FormatFault) -> Int {
    var result = 0
    for case (number, let value) in fields {
      guard case .varint(let bits) = value else { throw wrongKind(number) }
      result = Int(truncatingIfNeeded: bits)
    }
    return result
  }

  /// A number of exactly four bytes.
  package func fixed32(_ number: UInt64) throws(FormatFault) -> UInt32 {
    var result: UInt32 = 0
    for case (number, let value) in fields {
      guard case .fixed32(let bits) = value else { throw wrongKind(number) }
      result = bits
    }
    return result
  }

  /// The bytes of each field of this number.
  package func bytes(_ number: UInt64) throws(FormatFault) -> [ArraySlice<UInt8>] {
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
