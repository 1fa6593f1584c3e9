/// Reads the JSON of a safetensors header, and only what may stand there.
///
/// A parser of its own because the usual ones keep the last of two equal names without a word.
struct SafetensorsParser {
  /// What is wrong, and with which array.
  struct Fault: Error {
    let object: String?
    let words: String
    let isUnsupported: Bool

    init(_ object: String?, _ words: String, isUnsupported: Bool = false) {
      self.object = object
      self.words = words
      self.isUnsupported = isUnsupported
    }
  }

  /// An array as the header describes it, unchecked but for negative numbers.
  struct Array {
    let name: String
    let type: String
    let shape: [Int]
    let begin: Int
    let end: Int
  }

  private let text: [UInt8]
  private var place = 0

  init(_ text: [UInt8]) { self.text = text }

  /// All arrays in the order of the header; `__metadata__` is checked and left out.
  mutating func arrays() throws(Fault) -> [Array] {
    var arrays: [Array] = []
    try object { (parser, name) throws(Fault) in
      if name == "__metadata__" {
        try parser.object { (parser, _) throws(Fault) in _ = try parser.string() }
      } else {
        arrays.append(try parser.array(name))
      }
    }
    skipSpaces()
    guard place == text.count else { throw broken("something follows it") }
    return arrays
  }

  private mutating func array(_ name: String) throws(Fault) -> Array {
    var type: String?
    var shape: [Int]?
    var offsets: [Int]?
    try object { (parser, key) throws(Fault) in
      switch key {
      case "dtype": type = try parser.string()
      case "shape": shape = try parser.numbers()
      case "data_offsets": offsets = try parser.numbers()
      default: throw Fault(name, "its description has an unknown part \(key.debugDescription)")
      }
    }
    guard let type, let shape, let offsets, offsets.count == 2 else {
      throw Fault(name, "its description lacks dtype, shape or data_offsets")
    }
    return Array(name: name, type: type, shape: shape, begin: offsets[0], end: offsets[1])
  }

  /// An object, of which `member` reads each value; no name may stand twice.
  private mutating func object(
    _ member: (inout SafetensorsParser, String) throws(Fault) -> Void
  ) throws(Fault) {
    try expect("{")
    if take("}") { return }
    var names: Set<String> = []
    repeat {
      let name = try string()
      guard names.insert(name).inserted else { throw Fault(name, "is described twice") }
      try expect(":")
      try member(&self, name)
    } while take(",")
    try expect("}")
  }

  /// A list of whole numbers, none negative.
  private mutating func numbers() throws(Fault) -> [Int] {
    try expect("[")
    if take("]") { return [] }
    var numbers: [Int] = []
    repeat {
      skipSpaces()
      let digits = text[place...].prefix { (0x30...0x39).contains($0) }
      guard let number = Int(String(decoding: digits, as: UTF8.self)) else {
        throw broken("no whole number")
      }
      place += digits.count
      numbers.append(number)
    } while take(",")
    try expect("]")
    return numbers
  }

  private mutating func string() throws(Fault) -> String {
    try expect("\"")
    var bytes: [UInt8] = []
    while place < text.count {
      let byte = text[place]
      place += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: bytes, as: UTF8.self) else {
          throw broken("a name is not UTF-8")
        }
        return string
      case UInt8(ascii: "\\"): bytes += try escaped()
      case 0..<0x20: throw broken("a control character in a name")
      default: bytes.append(byte)
      }
    }
    throw broken("it ends inside a name")
  }

  private mutating func escaped() throws(Fault) -> [UInt8] {
    guard place < text.count else { throw broken("it ends inside a name") }
    let byte = text[place]
    place += 1
    if let plain = Self.escapes[byte] { return [plain] }
    guard byte == UInt8(ascii: "u") else { throw broken("an unknown escape") }
    var units = [try codeUnit()]
    // A character beyond U+FFFF stands as two escapes.
    if UTF16.isLeadSurrogate(units[0]), text[place...].starts(with: "\\u".utf8) {
      place += 2
      units.append(try codeUnit())
    }
    guard let string = String(validating: units, as: UTF16.self) else {
      throw broken("an unknown escape")
    }
    return [UInt8](string.utf8)
  }

  private mutating func codeUnit() throws(Fault) -> UInt16 {
    let digits = text[place...].prefix(4)
    let isHex = digits.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
    guard digits.count == 4, isHex,
      let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw broken("an unknown escape") }
    place += 4
    return unit
  }

  private static let escapes: [UInt8: UInt8] = [
    0x22: 0x22, 0x5C: 0x5C, 0x2F: 0x2F, 0x62: 0x08, 0x66: 0x0C, 0x6E: 0x0A, 0x72: 0x0D, 0x74: 0x09,
  ]

  private mutating func skipSpaces() {
    while place < text.count, [0x20, 0x09, 0x0A, 0x0D].contains(text[place]) { place += 1 }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpaces()
    guard place < text.count, text[place] == UInt8(ascii: character) else { return false }
    place += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(Fault) {
    guard take(character) else { throw broken("no \(character)") }
  }

  private func broken(_ words: String) -> Fault {
    Fault(nil, "its header is broken at byte \(8 + place): \(words)")
  }
}
