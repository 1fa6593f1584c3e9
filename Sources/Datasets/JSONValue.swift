/// A JSON text (RFC 8259), with members in order, those of one name too.
///
/// Foundation's reader keeps one of two equal names, in no order, so that lists could not be checked.
indirect enum JSONValue: Sendable, Hashable {
  case null
  case truth(Bool)
  /// The digits as they stand.
  case number(String)
  case string(String)
  case array([JSONValue])
  case object([Member])

  /// A name with its value.
  struct Member: Sendable, Hashable {
    let name: String
    let value: JSONValue
  }

  /// Parses `bytes`; `path` is for the words of an error.
  init(_ bytes: [UInt8], path: String) throws(DatasetError) {
    var parser = JSONParser(bytes)
    guard let value = parser.document() else {
      throw .malformed(
        file: path, line: 1 + bytes[..<parser.place].count { $0 == UInt8(ascii: "\n") },
        reason: "not JSON, from byte \(parser.place) on")
    }
    self = value
  }

  /// The whole number that this is, if it is one.
  var integer: Int? {
    if case .number(let digits) = self { Int(digits) } else { nil }
  }
}

/// Recursive descent; every function returns `nil` where the text is wrong, and leaves its place there.
private struct JSONParser {
  private let bytes: [UInt8]
  private(set) var place = 0
  private var depth = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func document() -> JSONValue? {
    guard let value = value() else { return nil }
    skipBlanks()
    return place == bytes.count ? value : nil
  }

  private mutating func value() -> JSONValue? {
    skipBlanks()
    guard depth < 64, let first = peek else { return nil }
    depth += 1
    defer { depth -= 1 }
    switch first {
    case UInt8(ascii: "{"):
      return list(closing: UInt8(ascii: "}")) { $0.member() }.map { .object($0) }
    case UInt8(ascii: "["):
      return list(closing: UInt8(ascii: "]")) { $0.value() }.map { .array($0) }
    case UInt8(ascii: "\""): return string().map { .string($0) }
    case UInt8(ascii: "t"): return take("true") ? .truth(true) : nil
    case UInt8(ascii: "f"): return take("false") ? .truth(false) : nil
    case UInt8(ascii: "n"): return take("null") ? .null : nil
    default: return number()
    }
  }

  private mutating func member() -> JSONValue.Member? {
    skipBlanks()
    guard peek == UInt8(ascii: "\""), let name = string() else { return nil }
    skipBlanks()
    guard take(":"), let value = value() else { return nil }
    return JSONValue.Member(name: name, value: value)
  }

  private mutating func list<Item>(
    closing: UInt8, _ item: (inout JSONParser) -> Item?
  ) -> [Item]? {
    place += 1
    var items: [Item] = []
    skipBlanks()
    if peek == closing {
      place += 1
      return items
    }
    while let next = item(&self) {
      items.append(next)
      skipBlanks()
      if peek == closing {
        place += 1
        return items
      }
      guard take(",") else { return nil }
    }
    return nil
  }

  private mutating func string() -> String? {
    place += 1
    var units: [UInt8] = []
    while let byte = peek, byte >= 0x20 {
      place += 1
      if byte == UInt8(ascii: "\"") { return String(validating: units, as: UTF8.self) }
      guard byte == UInt8(ascii: "\\") else {
        units.append(byte)
        continue
      }
      guard let escape = peek else { return nil }
      place += 1
      switch escape {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): units.append(escape)
      case UInt8(ascii: "b"): units.append(0x08)
      case UInt8(ascii: "f"): units.append(0x0C)
      case UInt8(ascii: "n"): units.append(0x0A)
      case UInt8(ascii: "r"): units.append(0x0D)
      case UInt8(ascii: "t"): units.append(0x09)
      case UInt8(ascii: "u"):
        guard let scalar = scalar() else { return nil }
        units += Array(String(scalar).utf8)
      default: return nil
      }
    }
    return nil
  }

  /// What `\u` stands for, with the second half of a pair.
  private mutating func scalar() -> Unicode.Scalar? {
    guard let first = hexadecimal() else { return nil }
    guard (0xD800...0xDBFF).contains(first) else { return Unicode.Scalar(first) }
    guard take("\\u"), let second = hexadecimal(), (0xDC00...0xDFFF).contains(second) else {
      return nil
    }
    return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
  }

  private mutating func hexadecimal() -> UInt32? {
    guard bytes.count - place >= 4 else { return nil }
    let digits = bytes[place..<place + 4]
    guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return nil }
    place += 4
    return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
  }

  private mutating func number() -> JSONValue? {
    let start = place
    while let byte = peek, Array("+-.eE0123456789".utf8).contains(byte) { place += 1 }
    let text = String(decoding: bytes[start..<place], as: UTF8.self)
    guard Double(text) != nil, text.first != "+", text.first != "." else {
      place = start
      return nil
    }
    return .number(text)
  }

  private var peek: UInt8? { place < bytes.count ? bytes[place] : nil }

  private mutating func take(_ text: StaticString) -> Bool {
    let wanted = Array("\(text)".utf8)
    guard bytes[place...].starts(with: wanted) else { return false }
    place += wanted.count
    return true
  }

  private mutating func skipBlanks() {
    while let byte = peek, byte == 0x20 || (0x09...0x0D).contains(byte) { place += 1 }
  }
}
