/// Classes in a text: a name a line, a synset before it, or a table of index and name.
enum ClassNameText {
  /// The names that columns of classes have, for people or in a table.
  private static let headers: Set = [
    "class", "classes", "classname", "classnames", "label", "labels", "name", "names", "category",
    "categories", "synset", "synsets",
  ]

  /// The classes in the order of their index.
  static func entries(_ text: [UInt8], path: String) throws(DatasetError) -> [ClassIndex.Entry] {
    let lines = try TextLines.lines(text, path: path)
    if let blank = lines.first(where: \.isBlank) {
      throw .malformed(
        file: path, line: blank.number, reason: "an empty line, where a class is due")
    }
    if let entries = try numbered(text, lines, path) { return entries }
    var names = lines.map { TextLines.trimmed($0.bytes) }
    if names.allSatisfy({ $0.count > 1 && $0.first == quote && $0.last == quote }) {
      names = try records(text, separator: 0, path).map { $0.fields[0] }
    }
    if names.count > 1, headers.contains(LabelColumns.name(of: names[0])) { names.removeFirst() }
    let haveSynsets = names.allSatisfy { SynsetList.isSynset(TextLines.words($0).first ?? []) }
    return names.map { name in
      let rest = haveSynsets ? TextLines.trimmed(name.dropFirst(9)) : []
      let identifier = haveSynsets ? name.prefix(9) : name
      return ClassIndex.Entry(
        identifier: ImageLocation.text(identifier),
        name: ImageLocation.text(rest.isEmpty ? identifier : rest))
    }
  }

  /// The classes of a table whose one column is all the numbers from 0 or 1 on; `nil` where it is none.
  private static func numbered(
    _ text: [UInt8], _ lines: [TextLines.Line], _ path: String
  ) throws(DatasetError) -> [ClassIndex.Entry]? {
    for separator in [UInt8(ascii: "\t"), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ":")]
    where lines.allSatisfy({ $0.bytes.contains(separator) }) {
      guard var rows = try? records(text, separator: separator, path),
        rows.allSatisfy({ $0.fields.count == 2 })
      else { continue }
      // Where the first line has no number, it names the columns.
      if let first = rows.first, first.fields.allSatisfy({ number($0) == nil }) {
        rows.removeFirst()
      }
      for column in 0...1 {
        let numbers = rows.compactMap { number($0.fields[column]) }
        guard numbers.count == rows.count, let least = numbers.min(), (0...1).contains(least),
          Set(numbers).count == rows.count, numbers.max() == least + rows.count - 1
        else { continue }
        return zip(numbers, rows).sorted { $0.0 < $1.0 }.map { _, row in
          let name = ImageLocation.text(TextLines.trimmed(row.fields[1 - column]))
          return ClassIndex.Entry(identifier: name, name: name)
        }
      }
    }
    return nil
  }

  private static func number(_ field: ArraySlice<UInt8>) -> Int? {
    LabelMeaning.number(TextLines.trimmed(field))
  }

  private static func records(
    _ text: [UInt8], separator: UInt8, _ path: String
  ) throws(DatasetError) -> [RecordReader.Record] {
    var reader = RecordReader(text, separator: separator, path: path)
    var records: [RecordReader.Record] = []
    while let record = try reader.next() { records.append(record) }
    return records
  }
}

private let quote = UInt8(ascii: "\"")
