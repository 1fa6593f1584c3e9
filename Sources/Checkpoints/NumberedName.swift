/// A name that sorts with its numbers as numbers: `conv2d_2/kernel` before `conv2d_10/kernel`.
struct NumberedName: Comparable {
  private enum Part: Comparable {
    case number(length: Int, digits: String)
    case text(String)
  }

  private let name: String
  private let parts: [Part]

  init(_ name: String) {
    self.name = name
    var parts: [Part] = []
    var rest = name.utf8[...]
    while let first = rest.first {
      let isNumber = Self.isDigit(first)
      let run = rest.prefix { Self.isDigit($0) == isNumber }
      rest = rest[run.endIndex...]
      let text = String(Substring(run))
      // Without leading zeros, the longer of two numbers is the larger.
      let digits = String(text.drop { $0 == "0" })
      parts.append(isNumber ? .number(length: digits.utf8.count, digits: digits) : .text(text))
    }
    self.parts = parts
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  static func < (left: NumberedName, right: NumberedName) -> Bool {
    for (a, b) in zip(left.parts, right.parts) where a != b { return a < b }
    return (left.parts.count, left.name) < (right.parts.count, right.name)
  }

  static func == (left: NumberedName, right: NumberedName) -> Bool { left.name == right.name }
}
