/// Reads the tokens of a line of JSON in the one spelling in which Assay writes it; a token that is spelled otherwise is
/// not found, and the line is for a decoder of JSON.
struct LineCursor {
  private let bytes: [UInt8]
  private let end: Int
  private var at: Int

  init(_ bytes: [UInt8], _ range: Range<Int>) {
    precondition(range.upperBound <= bytes.count, "a line beyond its block")
    self.bytes = bytes
    (at, end) = (range.lowerBound, range.upperBound)
  }

  /// Whether nothing is left.
  var isAtEnd: Bool { at == end }

  /// Passes over these bytes, if they come next.
  mutating func take(_ token: [UInt8]) -> Bool {
    guard end - at >= token.count else { return false }
    for index in token.indices where bytes[at + index] != token[index] { return false }
    at += token.count
    return true
  }

  /// Passes over a byte, if it comes next.
  mutating func take(_ byte: UInt8) -> Bool {
    guard at < end, bytes[at] == byte else { return false }
    at += 1
    return true
  }

  /// A number without sign, fraction or exponent.
  mutating func index() -> Int? {
    let start = at
    var value = 0
    while at < end, case let digit = bytes[at] &- 0x30, digit < 10 {
      value = value * 10 + Int(digit)
      at += 1
      // Longer ones, and those that JSON does not have, are for the decoder.
      if at - start > 15 { return nil }
    }
    return at == start || (bytes[start] == 0x30 && at - start > 1) ? nil : value
  }

  /// A text of plain characters, without its quotes.
  mutating func plainText() -> String? {
    guard take(0x22) else { return nil }
    let start = at
    while at < end, case let byte = bytes[at], byte != 0x22 {
      guard byte >= 0x20, byte < 0x7F, byte != 0x5C else { return nil }
      at += 1
    }
    guard at < end else { return nil }
    let text = String(decoding: bytes[start..<at], as: UTF8.self)
    at += 1
    return text
  }

  /// The 64 hexadecimal digits of a hash, or none, without their quotes; outside `nil` where it is neither.
  mutating func digest() -> ContentDigest?? {
    guard take(0x22) else { return nil }
    if take(0x22) { return .some(nil) }
    guard end - at > 64, let first = word(), let second = word(), let third = word(),
      let last = word()
    else { return nil }
    return take(0x22) ? .some(ContentDigest(SIMD4(first, second, third, last))) : nil
  }

  /// Sixteen hexadecimal digits.
  private mutating func word() -> UInt64? {
    var word: UInt64 = 0
    for byte in bytes[at..<at + 16] {
      switch byte {
      case 0x30...0x39: word = word << 4 | UInt64(byte - 0x30)
      case 0x61...0x66: word = word << 4 | UInt64(byte - 0x57)
      default: return nil
      }
    }
    at += 16
    return word
  }

  /// A number in float64, correctly rounded.
  mutating func double() -> Double? {
    let start = at
    guard let number = decimal() else { return nil }
    // Both are exact below these bounds, so that one rounding is left (Clinger 1990).
    guard number.digits <= 1 << 53, let scale = Self.power(number.exponent) else {
      let value = Double(String(decoding: bytes[start..<at], as: UTF8.self))
      // What float64 does not have, a decoder of JSON refuses.
      return value.flatMap { $0.isFinite && ($0 != 0 || number.digits == 0) ? $0 : nil }
    }
    let value = number.exponent < 0 ? Double(number.digits) / scale : Double(number.digits) * scale
    return number.isNegative ? -value : value
  }

  /// A number in float32, correctly rounded.
  mutating func float() -> Float? {
    let start = at
    guard let value = double() else { return nil }
    // Rounding twice goes wrong only from half way between two floats, and among those that have fewer digits.
    let isHalfWay = value.bitPattern & 0x1FFF_FFFF == 0x1000_0000
    guard isHalfWay || value != 0 && value.magnitude < 2e-38 || value.magnitude > 3e38 else {
      return Float(value)
    }
    let rounded = Float(String(decoding: bytes[start..<at], as: UTF8.self))
    // As above.
    return rounded.flatMap { $0.isFinite && ($0 != 0 || value == 0) ? $0 : nil }
  }

  /// `digits · 10^exponent`; `nil` of more than 19 digits, and where no number of JSON comes next.
  private mutating func decimal() -> (digits: UInt64, exponent: Int, isNegative: Bool)? {
    let isNegative = take(0x2D)
    let start = at
    var digits: UInt64 = 0
    var exponent = 0
    var hasPoint = false
    while at < end {
      let byte = bytes[at]
      if case let digit = byte &- 0x30, digit < 10 {
        // One digit more could be too much.
        guard digits < 1_000_000_000_000_000_000 else { return nil }
        digits = digits * 10 + UInt64(digit)
        if hasPoint { exponent -= 1 }
      } else if byte == 0x2E, !hasPoint, at > start {
        hasPoint = true
      } else {
        break
      }
      at += 1
    }
    // JSON has neither 01 nor 1. as a number.
    guard at > start, bytes[at - 1] != 0x2E,
      bytes[start] != 0x30 || at - start == 1 || bytes[start + 1] == 0x2E
    else { return nil }
    if take(0x65) {
      let isBelow = take(0x2D)
      if !isBelow { _ = take(0x2B) }
      let first = at
      var value = 0
      while at < end, case let digit = bytes[at] &- 0x30, digit < 10, at - first < 4 {
        value = value * 10 + Int(digit)
        at += 1
      }
      guard at > first else { return nil }
      exponent += isBelow ? -value : value
    }
    return (digits, exponent, isNegative)
  }

  /// `10^|exponent|`, where float64 has it exactly.
  private static func power(_ exponent: Int) -> Double? {
    let place = abs(exponent)
    return powers.indices.contains(place) ? powers[place] : nil
  }

  private static let powers = (0...22).map { place in
    (0..<place).reduce(1.0) { power, _ in power * 10 }
  }
}
