/// A table as CSV (RFC 4180): lines end with CR LF, and fields with commas, quotes or tabs stand in quotes.
///
/// RFC 4180 has no control characters in text, and a terminal that shows the file would obey them. They, line
/// breaks in a text, and characters that turn the text around them are written as `\u{1B}`. A backslash before
/// `u{` is written as `\u{5C}`, so that whoever puts the character of that number in place of each has the
/// text as it was.
///
/// A spreadsheet takes a field that begins with `=`, `+`, `-` or `@` for a formula, wherever the file
/// came from, and a formula can run programs; and anybody may name an image `=cmd()`. Texts that begin
/// so get an apostrophe before them, which spreadsheets know as the mark of plain text. So does a text
/// that begins with an apostrophe of its own: whoever takes away one apostrophe at the beginning of a
/// text has it as it was. Numbers are written as they are.
package struct CSVTable {
  /// What stands in one place.
  package enum Field {
    /// Any text, perhaps a stranger's.
    case text(String)
    /// A number, or nothing, of our own writing.
    case number(String)

    /// A place that is left empty.
    package static var empty: Field { .number("") }
    /// A count.
    package static func count(_ value: Int) -> Field { .number("\(value)") }
  }

  /// The whole table.
  package private(set) var text = ""
  private let columns: Int

  /// A table of these columns, without rows.
  package init(columns: [String]) {
    self.columns = columns.count
    write(columns.map(Self.quoted))
  }

  /// Adds a row, which must have a field for every column.
  package mutating func append(_ fields: [Field]) {
    precondition(fields.count == columns, "\(fields.count) fields in a table of \(columns) columns")
    write(fields.map(Self.written))
  }

  private mutating func write(_ fields: [String]) {
    text += fields.joined(separator: ",")
    text += "\r\n"
  }

  private static func written(_ field: Field) -> String {
    switch field {
    case .text(let text): quoted(spelled(isTakenForFormula(text) ? "'" + text : text))
    case .number(let digits): digits
    }
  }

  /// By OWASP's list, with the wide forms that some spreadsheets take for the same, and our own mark.
  private static func isTakenForFormula(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first else { return false }
    switch first {
    case "=", "+", "-", "@", "\t", "\r", "\n", "'": return true
    case "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}": return true
    default: return false
    }
  }

  /// The text without characters that are more than text; a tab is harmless.
  private static func spelled(_ text: String) -> String {
    let text = text.contains("\\u{") ? text.replacing("\\u{", with: "\\u{5C}u{") : text
    guard !text.unicodeScalars.allSatisfy(\.isPlain) else { return text }
    return text.unicodeScalars.reduce(into: "") { result, scalar in
      if scalar.isPlain || scalar == "\t" {
        result.unicodeScalars.append(scalar)
      } else {
        result += scalar.spelled
      }
    }
  }

  // A semicolon separates where the decimal point is a comma; in quotes it harms nowhere.
  private static func quoted(_ field: String) -> String {
    guard field.utf8.contains(where: { special.contains($0) }) else { return field }
    // By bytes: to Swift's characters CR LF is one, and an accent may sit on a quote.
    var bytes = Array("\"".utf8)
    for byte in field.utf8 {
      if byte == UInt8(ascii: "\"") { bytes.append(byte) }
      bytes.append(byte)
    }
    return String(decoding: bytes, as: UTF8.self) + "\""
  }

  private static let special = Array("\",;\r\n\t".utf8)
}
