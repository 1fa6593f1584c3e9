/// One block of 512 bytes that describes a member of a tar archive: POSIX ustar, GNU, or older.
struct TarHeader {
  static let blockSize = 512

  /// The name, with the part that ustar keeps apart before it.
  let name: [UInt8]
  /// The bytes of content that follow.
  let size: Int
  /// The letter that says what the member is.
  let kind: UInt8

  /// What is wrong with a block.
  enum Fault: Error {
    /// The sum of its bytes is another than it says: no header, or a damaged one.
    case checksum
    /// Its checksum is right, and the size is not a number, or one that no file has.
    case size
  }

  /// Reads a block of 512 bytes.
  init(_ block: [UInt8]) throws(Fault) {
    precondition(block.count == Self.blockSize)
    guard let sum = Self.number(block[148..<156]) else { throw .checksum }
    // The sum is taken with spaces in its own place; some old writers summed signed bytes.
    var unsigned = 8 * 0x20
    var signed = 8 * 0x20
    for (place, byte) in block.enumerated() where !(148..<156).contains(place) {
      unsigned += Int(byte)
      signed += Int(Int8(bitPattern: byte))
    }
    guard sum == unsigned || sum == signed else { throw .checksum }
    guard let size = Self.number(block[124..<136]), size <= Self.largestSize else { throw .size }
    self.size = size
    kind = block[156]
    let own = Self.text(block[0..<100])
    // GNU writes `ustar` with a space behind it, and times where POSIX has the prefix.
    let hasPrefix = block[257..<263].elementsEqual(Array("ustar\0".utf8))
    let prefix = hasPrefix ? Self.text(block[345..<500]) : []
    name = prefix.isEmpty ? own : prefix + [UInt8(ascii: "/")] + own
  }

  /// A larger number would overflow when it is rounded up and added to an offset.
  static let largestSize = 1 << 60

  /// The content's size rounded up to whole blocks.
  static func padded(_ size: Int) -> Int { (size + blockSize - 1) / blockSize * blockSize }

  /// The bytes before the first zero.
  static func text(_ field: ArraySlice<UInt8>) -> [UInt8] { Array(field.prefix { $0 != 0 }) }

  /// Octal digits among spaces and zeros; or, after a byte with its highest bit set, base 256.
  static func number(_ field: ArraySlice<UInt8>) -> Int? {
    guard let first = field.first else { return nil }
    if first & 0x80 != 0 {
      // 0xFF begins a negative number.
      guard first == 0x80 else { return nil }
      var value = 0
      for byte in field.dropFirst() {
        guard value <= Int.max >> 8 else { return nil }
        value = value << 8 | Int(byte)
      }
      return value
    }
    let space = UInt8(ascii: " ")
    let digits = field.drop { $0 == space }.prefix { $0 != space && $0 != 0 }
    var value = 0
    for digit in digits {
      guard (0x30...0x37).contains(digit) else { return nil }
      value = value << 3 | Int(digit - 0x30)
    }
    return value
  }
}

/// What a pax header (POSIX.1-2001) says of the members after it, as far as it matters here.
struct PaxRecords {
  var path: [UInt8]?
  var size: Int?
  /// Whether the content is kept with its holes left out, which is not read.
  var isSparse = false

  /// Takes over records `length key=value`, each with a line feed at its end; `false` if malformed.
  mutating func update(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let digits = rest.prefix { $0 != UInt8(ascii: " ") }
      guard (1...10).contains(digits.count),
        let length = Int(String(decoding: digits, as: UTF8.self)),
        length > digits.count + 2, length <= rest.count
      else { return false }
      let record = rest.prefix(length)
      guard record.last == UInt8(ascii: "\n"),
        let equals = record.firstIndex(of: UInt8(ascii: "="))
      else { return false }
      let key = record[
        (record.startIndex + digits.count + 1)..<max(equals, record.startIndex + digits.count + 1)]
      guard set(String(decoding: key, as: UTF8.self), Array(record[(equals + 1)...].dropLast()))
      else { return false }
      rest = rest.dropFirst(length)
    }
    return true
  }

  /// An empty value takes back what an earlier header said.
  private mutating func set(_ key: String, _ value: [UInt8]) -> Bool {
    switch key {
    case "path":
      guard !value.contains(0) else { return false }
      path = value.isEmpty ? nil : value
    case "size":
      guard !value.isEmpty else {
        size = nil
        return true
      }
      guard value.allSatisfy({ (0x30...0x39).contains($0) }),
        let number = Int(String(decoding: value, as: UTF8.self)), number <= TarHeader.largestSize
      else { return false }
      size = number
    default:
      if key.hasPrefix("GNU.sparse.") { isSparse = true }
    }
    return true
  }
}
