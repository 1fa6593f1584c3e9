/// The records of a table by RFC 4180, one after the other, without blank lines and comments.
///
/// A field stands in quotes where it holds a separator, the end of a line, or a quote, doubled. Tables with
/// tabs have no quotes.
struct RecordReader {
  /// A record of a table.
  struct Record {
    /// Mostly parts of the text's own bytes.
    let fields: [ArraySlice<UInt8>]
    let line: Int
  }

  /// The most fields of a record.
  private static let mostFields = 10_000

  private let text: [UInt8]
  private let separator: UInt8
  /// The file, for errors.
  private let path: String
  private var place = 0
  private var line = 1

  init(_ text: [UInt8], separator: UInt8, path: String) {
    self.text = text
    self.separator = separator
    self.path = path
  }

  /// The next record, or `nil` at the end.
  mutating func next() throws(DatasetError) -> Record? {
    while place < text.count {
      let end = text[place...].firstIndex(of: lineFeed) ?? text.count
      if TextLines.isComment(text[place..<end]) {
        place = end + 1
        line += 1
        continue
      }
      let record = try record()
      if record.fields.count > 1 || !TextLines.trimmed(record.fields[0]).isEmpty { return record }
    }
    return nil
  }

  private mutating func record() throws(DatasetError) -> Record {
    var fields: [ArraySlice<UInt8>] = []
    let first = line
    repeat {
      if !fields.isEmpty { place += 1 }
      fields.append(try field())
      guard fields.count <= Self.mostFields else {
        throw .malformed(
          file: path, line: first, reason: "more than \(Self.mostFields) fields in a line")
      }
    } while place < text.count && text[place] == separator
    if place < text.count, text[place] == carriage { place += 1 }
    guard place >= text.count || text[place] == lineFeed else {
      throw .malformed(file: path, line: line, reason: "text after the closing quote of a field")
    }
    place += 1
    line += 1
    return Record(fields: fields, line: first)
  }

  private mutating func field() throws(DatasetError) -> ArraySlice<UInt8> {
    guard place < text.count, text[place] == quote, separator != UInt8(ascii: "\t") else {
      let start = place
      while place < text.count, text[place] != separator, text[place] != lineFeed {
        if text[place] == carriage, place + 1 == text.count || text[place + 1] == lineFeed { break }
        place += 1
      }
      return text[start..<place]
    }
    let first = line
    var field: [UInt8] = []
    place += 1
    while place < text.count {
      let byte = text[place]
      place += 1
      if byte == quote {
        guard place < text.count, text[place] == quote else { return field[...] }
        place += 1
      }
      if byte == lineFeed { line += 1 }
      field.append(byte)
    }
    throw .malformed(file: path, line: first, reason: "a quote that is never closed")
  }
}

private let quote = UInt8(ascii: "\"")
private let lineFeed = UInt8(ascii: "\n")
private let carriage = UInt8(ascii: "\r")
