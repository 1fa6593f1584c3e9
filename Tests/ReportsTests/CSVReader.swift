/// Reads CSV as RFC 4180 defines it, to see what was written.
struct CSVReader {
  /// The rows, their fields as a reader gets them; guards not yet taken away.
  let rows: [[String]]

  init(_ text: String) {
    var rows: [[String]] = []
    var row: [String] = []
    var field: [UInt8] = []
    var isQuoted = false
    let bytes = Array(text.utf8)
    var place = 0
    while place < bytes.count {
      let byte = bytes[place]
      place += 1
      switch byte {
      case UInt8(ascii: "\"") where isQuoted && place < bytes.count && bytes[place] == byte:
        field.append(byte)
        place += 1
      case UInt8(ascii: "\""): isQuoted.toggle()
      case UInt8(ascii: ",") where !isQuoted:
        row.append(String(decoding: field, as: UTF8.self))
        field = []
      case UInt8(ascii: "\r") where !isQuoted: break
      case UInt8(ascii: "\n") where !isQuoted:
        rows.append(row + [String(decoding: field, as: UTF8.self)])
        (row, field) = ([], [])
      default: field.append(byte)
      }
    }
    self.rows = rows
  }

  /// A text without the guard against formulas.
  static func unguarded(_ text: String) -> String {
    let text = text.replacing(/\\u\{([0-9A-F]+)\}/) { match in
      UInt32(match.1, radix: 16).flatMap(Unicode.Scalar.init).map { String(Character($0)) } ?? ""
    }
    return text.hasPrefix("'") ? String(text.unicodeScalars.dropFirst()) : text
  }
}
