/// JSON that is put together to be written.
package indirect enum JSONTree: Sendable, Hashable {
  case null
  case truth(Bool)
  case integer(Int)
  /// Written with as few digits as tell it from any other float32; the infinities as Python has them.
  case number(Float)
  case string(String)
  case list([JSONTree])
  /// Members, written in the order of their names so that the same tree gives the same bytes.
  case object([String: JSONTree])

  /// Whole numbers as a list.
  package static func integers(_ numbers: [Int]) -> JSONTree { .list(numbers.map { .integer($0) }) }

  /// The text, all of it ASCII, as Keras writes it into attributes of HDF5 files.
  package var text: String {
    var text = ""
    write(to: &text)
    return text
  }

  private func write(to text: inout String) {
    switch self {
    case .null: text += "null"
    case .truth(let truth): text += truth ? "true" : "false"
    case .integer(let number): text += String(number)
    case .number(let number): text += Self.spelled(number)
    case .string(let string): Self.write(string, to: &text)
    case .list(let items):
      text += "["
      for (place, item) in items.enumerated() {
        if place > 0 { text += ", " }
        item.write(to: &text)
      }
      text += "]"
    case .object(let members):
      text += "{"
      for (place, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
        if place > 0 { text += ", " }
        Self.write(member.key, to: &text)
        text += ": "
        member.value.write(to: &text)
      }
      text += "}"
    }
  }

  private static func spelled(_ number: Float) -> String {
    if number.isNaN { return "NaN" }
    if number.isInfinite { return number < 0 ? "-Infinity" : "Infinity" }
    return "\(number)"
  }

  private static func write(_ string: String, to text: inout String) {
    text += "\""
    for unit in string.utf16 {
      switch unit {
      case 0x22: text += "\\\""
      case 0x5C: text += "\\\\"
      case 0x20..<0x7F: text.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
      default:
        let digits = String(unit, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }
    }
    text += "\""
  }
}
