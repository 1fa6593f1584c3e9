/// Reads a text once, from its first byte to its last, with a stack of its own instead of the thread's.
struct JSONParser {
  private(set) var entries: [JSONDocument.Entry] = []
  private let bytes: [UInt8]
  private let limits: JSONDocument.Limits
  private var place = 0
  /// The entries of the lists and objects that are still open.
  private var open: [Int] = []

  init(_ bytes: [UInt8], _ limits: JSONDocument.Limits) {
    self.bytes = bytes
    self.limits = limits
  }

  mutating func readDocument() throws(JSONError) {
    guard bytes.count <= min(limits.bytes, Int(UInt32.max)) else {
      throw fault("it has \(bytes.count) bytes, over the limit of \(limits.bytes)")
    }
    // Python's `json.loads` passes over the mark that Windows writes before UTF-8.
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
    try readValue()
    while let container = open.last {
      try readNext(in: container)
    }
    skipBlanks()
    guard place == bytes.count else { throw fault("something follows it") }
  }

  /// What comes next in an open list or object: an item, or its end.
  private mutating func readNext(in container: Int) throws(JSONError) {
    let isObject = entries[container].kind == .object
    let closing = UInt8(ascii: isObject ? "}" : "]")
    let isFirst = entries.count == container + 1
    skipBlanks()
    if peek == closing {
      place += 1
      open.removeLast()
      entries[container].end = UInt32(place)
      entries[container].next = UInt32(entries.count)
      return
    }
    if !isFirst {
      guard take(UInt8(ascii: ",")) else {
        throw fault(place == bytes.count ? "the text ends too soon" : "no comma between two values")
      }
      skipBlanks()
    }
    if isObject {
      guard peek == UInt8(ascii: "\"") else { throw fault("no name of a member") }
      try readString()
      skipBlanks()
      guard take(UInt8(ascii: ":")) else { throw fault("no colon behind a name") }
    }
    try readValue()
  }

  /// A value; of a list or object only its beginning.
  private mutating func readValue() throws(JSONError) {
    skipBlanks()
    switch peek {
    case UInt8(ascii: "\""): try readString()
    case UInt8(ascii: "{"): try begin(.object)
    case UInt8(ascii: "["): try begin(.array)
    case UInt8(ascii: "t"): try readWord("true", .truth)
    case UInt8(ascii: "f"): try readWord("false", .truth)
    case UInt8(ascii: "n"): try readWord("null", .null)
    case UInt8(ascii: "N"): try readWord("NaN", .number)
    case UInt8(ascii: "I"): try readWord("Infinity", .number)
    case nil: throw fault("the text ends too soon")
    default: try readNumber()
    }
  }

  private mutating func begin(_ kind: JSONValue.Kind) throws(JSONError) {
    guard open.count < limits.depth else {
      throw fault("lists and objects lie more than \(limits.depth) deep")
    }
    open.append(entries.count)
    try append(kind, from: place, to: place)
    place += 1
  }

  private mutating func readWord(
    _ word: StaticString, _ kind: JSONValue.Kind, from start: Int? = nil
  ) throws(JSONError) {
    let start = start ?? place
    let wanted = "\(word)".utf8
    guard bytes[place...].starts(with: wanted) else { throw fault("no value") }
    place += wanted.count
    try append(kind, from: start, to: place)
  }

  /// `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?`, or `-Infinity`.
  private mutating func readNumber() throws(JSONError) {
    let start = place
    if take(UInt8(ascii: "-")), peek == UInt8(ascii: "I") {
      return try readWord("Infinity", .number, from: start)
    }
    let digits = skipDigits()
    guard digits > 0 else { throw fault("no value") }
    guard digits == 1 || bytes[place - digits] != UInt8(ascii: "0") else {
      throw fault("a number begins with 0")
    }
    if take(UInt8(ascii: ".")) {
      guard skipDigits() > 0 else { throw fault("no digit behind a point") }
    }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      _ = take(UInt8(ascii: "+")) || take(UInt8(ascii: "-"))
      guard skipDigits() > 0 else { throw fault("no digit in an exponent") }
    }
    try append(.number, from: start, to: place)
  }

  /// A string or a name; its escapes are checked here and resolved where it is asked for.
  private mutating func readString() throws(JSONError) {
    place += 1
    let start = place
    var isPlain = true
    while place < bytes.count {
      let byte = bytes[place]
      switch byte {
      case UInt8(ascii: "\""):
        let text = bytes[start..<place]
        guard isPlain || String(validating: text, as: UTF8.self) != nil else {
          throw fault("a string is not UTF-8")
        }
        try append(.string, from: start, to: place)
        place += 1
        return
      case UInt8(ascii: "\\"):
        place += 1
        try skipEscape()
      case 0..<0x20: throw fault("a control character in a string")
      default:
        if byte >= 0x80 { isPlain = false }
        place += 1
      }
    }
    throw fault("the text ends inside a string")
  }

  private mutating func skipEscape() throws(JSONError) {
    guard let escape = peek else { throw fault("the text ends inside a string") }
    place += 1
    guard !"\"\\/bfnrt".utf8.contains(escape) else { return }
    let digits = bytes[place...].prefix(4)
    guard escape == UInt8(ascii: "u"), digits.count == 4,
      digits.allSatisfy({ JSONValue.hexadecimal($0) != nil })
    else { throw fault("an unknown escape in a string") }
    place += 4
  }

  private mutating func append(
    _ kind: JSONValue.Kind, from start: Int, to end: Int
  ) throws(JSONError) {
    guard entries.count < min(limits.values, Int(UInt32.max)) else {
      throw fault("it holds more than \(limits.values) values")
    }
    entries.append(
      JSONDocument.Entry(
        kind: kind, start: UInt32(start), end: UInt32(end), next: UInt32(entries.count + 1)))
  }

  private var peek: UInt8? { place < bytes.count ? bytes[place] : nil }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard peek == byte else { return false }
    place += 1
    return true
  }

  private mutating func skipDigits() -> Int {
    let start = place
    while let byte = peek, (0x30...0x39).contains(byte) { place += 1 }
    return place - start
  }

  private mutating func skipBlanks() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      place += 1
    }
  }

  private func fault(_ reason: String) -> JSONError {
    let end = min(place, bytes.count)
    return JSONError(
      line: 1 + bytes[..<end].count { $0 == UInt8(ascii: "\n") }, byte: end, reason: reason)
  }
}
