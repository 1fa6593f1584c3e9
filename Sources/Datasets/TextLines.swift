/// Lines and records of a text that need not be UTF-8.
enum TextLines {
  /// A line without its end, with its number from 1.
  struct Line {
    let bytes: ArraySlice<UInt8>
    let number: Int

    /// Whether there is nothing but blanks.
    var isBlank: Bool { bytes.allSatisfy { TextLines.isBlank($0) } }
  }

  /// The lines, ended by LF or CR LF, without blank ones at the end.
  static func lines(_ text: [UInt8]) -> [Line] {
    var lines: [Line] = []
    for part in text.split(separator: lineFeed, omittingEmptySubsequences: false) {
      lines.append(
        Line(bytes: part.last == carriage ? part.dropLast() : part, number: lines.count + 1))
    }
    while lines.last?.isBlank == true { lines.removeLast() }
    return lines
  }

  /// The words between blanks.
  static func words(_ line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    line.split { isBlank($0) }
  }

  /// Without blanks at either end.
  static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var rest = bytes.drop { isBlank($0) }
    while let last = rest.last, isBlank(last) { rest.removeLast() }
    return rest
  }

  /// A space or a tab, or what is left of a line's end.
  static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == carriage }

  /// A record of a table.
  struct Record {
    let fields: [[UInt8]]
    let line: Int
  }

  /// The records of RFC 4180, at most `limit` of them, without blank lines.
  ///
  /// A field stands in quotes where it holds a separator, the end of a line, or a quote, doubled.
  static func records(
    _ text: [UInt8], separator: UInt8, path: String, limit: Int = .max
  ) throws(DatasetError) -> [Record] {
    var records: [Record] = []
    var place = 0
    var line = 1
    while place < text.count, records.count < limit {
      var fields: [[UInt8]] = []
      let first = line
      repeat {
        if !fields.isEmpty { place += 1 }
        fields.append(try field(text, &place, &line, separator, path))
      } while place < text.count && text[place] == separator
      if place < text.count, text[place] == carriage { place += 1 }
      guard place == text.count || text[place] == lineFeed else {
        throw .malformed(file: path, line: line, reason: "text after the closing quote of a field")
      }
      place += 1
      line += 1
      if fields.count > 1 || !trimmed(fields[0][...]).isEmpty {
        records.append(Record(fields: fields, line: first))
      }
    }
    return records
  }

  private static func field(
    _ text: [UInt8], _ place: inout Int, _ line: inout Int, _ separator: UInt8, _ path: String
  ) throws(DatasetError) -> [UInt8] {
    var field: [UInt8] = []
    guard place < text.count, text[place] == quote, separator != 0x09 else {
      while place < text.count, text[place] != separator, text[place] != lineFeed {
        if text[place] == carriage, place + 1 == text.count || text[place + 1] == lineFeed { break }
        field.append(text[place])
        place += 1
      }
      return field
    }
    let first = line
    place += 1
    while place < text.count {
      let byte = text[place]
      place += 1
      if byte == quote {
        guard place < text.count, text[place] == quote else { return field }
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
