/// What is wrong with bytes, before anybody knows whose they are.
package struct FormatFault: Error, Hashable, CustomStringConvertible {
  /// The words for it.
  package let detail: String

  /// A fault in these words, which follow the name of what was read.
  package init(_ detail: String) { self.detail = detail }

  /// The same words.
  package var description: String { detail }
}

/// A place in bytes that nobody vouches for; whatever is read is checked against their end first.
package struct ByteCursor {
  private let bytes: ArraySlice<UInt8>
  /// The index of the next byte.
  package private(set) var position: Int

  /// Begins with the first of these bytes.
  package init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  /// How many bytes are left.
  package var remaining: Int { bytes.endIndex - position }
  /// Whether none is.
  package var isAtEnd: Bool { remaining == 0 }

  /// The next byte.
  package mutating func byte() throws(FormatFault) -> UInt8 {
    guard position < bytes.endIndex else { throw FormatFault("it ends too early") }
    defer { position += 1 }
    return bytes[position]
  }

  /// The next `count` bytes.
  package mutating func take(_ count: Int) throws(FormatFault) -> ArraySlice<UInt8> {
    guard count >= 0, count <= remaining else { throw FormatFault("it ends too early") }
    defer { position += count }
    return bytes[position..<position + count]
  }

  /// A whole number of up to ten bytes of seven bits each, lowest first.
  package mutating func varint() throws(FormatFault) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), through: 63, by: 7) {
      let byte = try byte()
      // Of the tenth byte only one bit has a place left.
      guard shift < 63 || byte <= 1 else { break }
      value |= UInt64(byte & 0x7F) << shift
      if byte & 0x80 == 0 { return value }
    }
    throw FormatFault("a number in it is longer than 64 bits")
  }

  /// A varint that is a count or an offset.
  package mutating func length() throws(FormatFault) -> Int {
    guard let length = Int(exactly: try varint()) else {
      throw FormatFault("a length in it is over 63 bits")
    }
    return length
  }

  /// A number of `Number`'s width, lowest byte first.
  package mutating func fixed<Number: FixedWidthInteger & UnsignedInteger>(
    _ type: Number.Type
  ) throws(FormatFault) -> Number {
    let raw = try take(Number.bitWidth / 8)
    return raw.reversed().reduce(0) { $0 << 8 | Number($1) }
  }
}
