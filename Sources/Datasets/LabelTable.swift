/// Paths with labels: a CSV, a table with tabs, or a list with blanks.
struct LabelTable {
  /// An image's path and label.
  struct Row {
    let name: [UInt8]
    let label: [UInt8]
    let line: Int
  }

  let rows: [Row]

  private static let paths: Set = [
    "path", "filename", "file", "filepath", "image", "imageid", "imagename", "imagepath", "id",
  ]
  /// In the order of preference.
  private static let labels = ["label", "class", "synset", "target", "predictionstring"]

  /// Reads the table; `nil` where the text is none, but a label a line.
  ///
  /// - Parameter lines: Those of `text`, of which one at least is not blank.
  init?(_ text: [UInt8], lines: [TextLines.Line], path: String) throws(DatasetError) {
    guard let first = lines.first(where: { !$0.isBlank }) else { return nil }
    for separator in [UInt8(ascii: "\t"), UInt8(ascii: ","), UInt8(ascii: ";")]
    where first.bytes.contains(separator) {
      if let rows = try Self.table(text, separator, path) {
        self.rows = rows
        return
      }
    }
    guard let rows = try Self.list(lines, path) else { return nil }
    self.rows = rows
  }

  private static func table(
    _ text: [UInt8], _ separator: UInt8, _ path: String
  ) throws(DatasetError) -> [Row]? {
    // Where even the first record is no record, this is no table.
    guard
      let first = try? TextLines.records(text, separator: separator, path: path, limit: 1).first
    else { return nil }
    let names = first.fields.map { columnName($0) }
    let columns = names.indices.filter { paths.contains(names[$0]) }
    let startsWithPath = ImageExtensions.all.contain(first.fields[0])
    if !columns.isEmpty, !startsWithPath {
      let label = labels.lazy.compactMap { names.firstIndex(of: $0) }.first
      guard columns.count == 1, let label else {
        throw .malformed(
          file: path, line: first.line,
          reason: columns.count > 1
            ? "the header has several columns of paths; expected one of path, filename, file, image"
            : "the header has no column of labels; expected label, class, synset or target")
      }
      let records = try TextLines.records(text, separator: separator, path: path).dropFirst()
      let isPrediction = names[label] == "predictionstring"
      return try rows(Array(records), columns[0], label, width: names.count, path) {
        // Kaggle's boxes follow the class: `n03995372 85 1 499 272`.
        isPrediction ? TextLines.words($0).first ?? [] : TextLines.trimmed($0)
      }
    }
    guard first.fields.count == 2 else {
      guard startsWithPath else { return nil }
      throw .malformed(
        file: path, line: first.line,
        reason: "\(first.fields.count) columns without a header; expected path,label, or a header")
    }
    if !startsWithPath {
      // Names without an extension are told by what stands beside them.
      guard let all = try? TextLines.records(text, separator: separator, path: path),
        all.allSatisfy({ $0.fields.count == 2 && isCode($0.fields[1][...]) })
      else { return nil }
    }
    let records = try TextLines.records(text, separator: separator, path: path)
    return try rows(records, 0, 1, width: 2, path) { TextLines.trimmed($0) }
  }

  private static func rows(
    _ records: [TextLines.Record], _ name: Int, _ label: Int, width: Int, _ path: String,
    _ value: (ArraySlice<UInt8>) -> ArraySlice<UInt8>
  ) throws(DatasetError) -> [Row] {
    var rows: [Row] = []
    for record in records {
      guard record.fields.count == width else {
        throw .malformed(
          file: path, line: record.line, reason: "\(record.fields.count) fields, expected \(width)")
      }
      rows.append(
        Row(
          name: Array(TextLines.trimmed(record.fields[name][...])),
          label: Array(value(record.fields[label][...])), line: record.line))
    }
    guard !rows.isEmpty else { throw .malformed(file: path, reason: "no label in it") }
    return rows
  }

  /// A list with blanks between path and label.
  private static func list(
    _ lines: [TextLines.Line], _ path: String
  ) throws(DatasetError) -> [Row]? {
    let lines = lines.filter { !$0.isBlank }
    guard split(lines[0].bytes) != nil else {
      // Names without an extension are told by what stands beside them.
      let words = lines.map { TextLines.words($0.bytes) }
      guard words.allSatisfy({ $0.count == 2 && isCode($0[1]) }) else { return nil }
      return zip(lines, words).map { line, words in
        Row(name: Array(words[0]), label: Array(words[1]), line: line.number)
      }
    }
    var rows: [Row] = []
    for line in lines {
      guard let (name, label) = split(line.bytes) else {
        throw .malformed(
          file: path, line: line.number,
          reason: "expected the path of an image and its label, as in 'a/1.jpg 65'")
      }
      rows.append(Row(name: Array(name), label: Array(label), line: line.number))
    }
    return rows
  }

  /// A path up to the first blank before which an image's extension stands, and what follows.
  private static func split(
    _ line: ArraySlice<UInt8>
  ) -> (name: ArraySlice<UInt8>, label: ArraySlice<UInt8>)? {
    let line = TextLines.trimmed(line)
    for place in line.indices where TextLines.isBlank(line[place]) {
      if ImageExtensions.all.contain(line[..<place]) {
        return (line[..<place], TextLines.trimmed(line[place...]))
      }
    }
    return nil
  }

  /// A number, or a synset as `n01440764`.
  private static func isCode(_ bytes: ArraySlice<UInt8>) -> Bool {
    let bytes = TextLines.trimmed(bytes)
    return LabelMeaning.number(Array(bytes)) != nil || SynsetList.isSynset(bytes)
  }

  /// Without case, blanks and dashes: `Image_ID` is `imageid`.
  private static func columnName(_ field: [UInt8]) -> String {
    String(
      decoding: field.filter { !TextLines.isBlank($0) && $0 != UInt8(ascii: "_") && $0 != 0x2D }
        .map { ImageExtensions.lowercased($0) }, as: UTF8.self)
  }
}
