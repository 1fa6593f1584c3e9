/// A value in a ``JSONDocument``: a place in it, cheap to copy.
package struct JSONValue: Sendable {
  let document: JSONDocument
  let place: Int

  /// What a value can be.
  package enum Kind: UInt8, Sendable {
    case null, truth, number, string, array, object
  }

  private var entry: JSONDocument.Entry { document.entries[place] }

  /// What the value is.
  package var kind: Kind { entry.kind }

  /// Whether it is `null`.
  package var isNull: Bool { kind == .null }

  /// `true` or `false`, if it is one of them.
  package var truth: Bool? {
    kind == .truth ? document.bytes[Int(entry.start)] == UInt8(ascii: "t") : nil
  }

  /// The whole number that this is, if it is written as one, without point or exponent, and fits.
  package var integer: Int? { kind == .number ? Int(text) : nil }

  /// The same, also of a text: so protobuf's JSON writes a whole number of 64 bits.
  package var protobufInteger: Int? { integer ?? string.flatMap { Int($0) } }

  /// The number that this is, `NaN` and the infinities too; `nil` for all that is no number.
  package var number: Double? {
    guard kind == .number else { return nil }
    switch text {
    case "NaN": return .nan
    case "Infinity": return .infinity
    case "-Infinity": return -.infinity
    default: return Double(text)
    }
  }

  /// The string, its escapes resolved; half of a surrogate pair, which no text can hold, is U+FFFD.
  package var string: String? {
    guard kind == .string else { return nil }
    let content = document.bytes[Int(entry.start)..<Int(entry.end)]
    guard content.contains(UInt8(ascii: "\\")) else {
      return String(decoding: content, as: UTF8.self)
    }
    return Self.unescaped(content)
  }

  /// The bytes of a string, its escapes resolved, or of another value as it is written; those of the text
  /// itself where they can be, so that millions of them take no memory of their own.
  package var content: ArraySlice<UInt8> {
    let content = document.bytes[Int(entry.start)..<Int(entry.end)]
    guard kind == .string, content.contains(UInt8(ascii: "\\")) else { return content }
    return Array(Self.unescaped(content).utf8)[...]
  }

  /// The value as it is written; for numbers, and for messages about others.
  package var text: String {
    let quotes = kind == .string ? 1 : 0
    return String(
      decoding: document.bytes[Int(entry.start) - quotes..<Int(entry.end) + quotes], as: UTF8.self)
  }

  /// The items, if it is a list.
  package var array: JSONItems? { kind == .array ? JSONItems(self, below: entry.next) : nil }

  /// The members in their order, those of one name too, if it is an object.
  package var object: JSONMembers? { kind == .object ? JSONMembers(self, below: entry.next) : nil }

  /// The member of an object that is called `name`, the last of several, as in Python; `nil` where there
  /// is none, or no object.
  package subscript(name: String) -> JSONValue? {
    guard let object else { return nil }
    var found: JSONValue?
    for member in object where member.name == name { found = member.value }
    return found
  }

  /// The digits of `\u`.
  static func hexadecimal(_ byte: UInt8) -> UInt16? {
    switch byte {
    case 0x30...0x39: UInt16(byte - 0x30)
    case 0x41...0x46: UInt16(byte - 0x37)
    case 0x61...0x66: UInt16(byte - 0x57)
    default: nil
    }
  }

  private static let escapes: [UInt8: UInt8] = [
    0x22: 0x22, 0x5C: 0x5C, 0x2F: 0x2F, 0x62: 0x08, 0x66: 0x0C, 0x6E: 0x0A, 0x72: 0x0D, 0x74: 0x09,
  ]

  private static func unescaped(_ content: ArraySlice<UInt8>) -> String {
    var units: [UInt8] = []
    units.reserveCapacity(content.count)
    // UTF-16 units wait here until no further follows, so that pairs meet.
    var pending: [UInt16] = []
    var place = content.startIndex
    while place < content.endIndex {
      guard content[place] == UInt8(ascii: "\\") else {
        flush(&pending, into: &units)
        units.append(content[place])
        place += 1
        continue
      }
      let escape = content[place + 1]
      if let plain = escapes[escape] {
        flush(&pending, into: &units)
        units.append(plain)
        place += 2
      } else {
        let digits = content[place + 2..<place + 6].compactMap(hexadecimal)
        pending.append(digits.reduce(0) { $0 << 4 | $1 })
        place += 6
      }
    }
    flush(&pending, into: &units)
    return String(decoding: units, as: UTF8.self)
  }

  private static func flush(_ pending: inout [UInt16], into units: inout [UInt8]) {
    if pending.isEmpty { return }
    units += Array(String(decoding: pending, as: UTF16.self).utf8)
    pending.removeAll(keepingCapacity: true)
  }
}

/// The items of a list, in order.
package struct JSONItems: Sequence, IteratorProtocol, Sendable {
  private let document: JSONDocument
  private var place: Int
  private let end: Int

  init(_ value: JSONValue, below end: UInt32) {
    document = value.document
    place = value.place + 1
    self.end = Int(end)
  }

  /// The next item.
  package mutating func next() -> JSONValue? {
    guard place < end else { return nil }
    defer { place = Int(document.entries[place].next) }
    return JSONValue(document: document, place: place)
  }
}

/// The members of an object, in order.
package struct JSONMembers: Sequence, IteratorProtocol, Sendable {
  /// Names and values in turns, as they stand.
  private var items: JSONItems

  init(_ value: JSONValue, below end: UInt32) { items = JSONItems(value, below: end) }

  /// The next member.
  package mutating func next() -> (name: String, value: JSONValue)? {
    guard let name = items.next(), let value = items.next() else { return nil }
    return (name.string ?? "", value)
  }
}
