/// Paths with labels: a CSV, a table with tabs, or a list with blanks.
struct LabelTable {
  /// An image's path and label, parts of the file's own bytes where they can be.
  struct Row {
    let name: ArraySlice<UInt8>
    let label: ArraySlice<UInt8>
    let line: Int
  }

  /// What the labels of the rows are.
  enum Labels {
    /// One a row.
    case single
    /// A set a row, which is still to be split.
    case sets
    /// Columns of 0 and 1.
    case multiHot(MultiHotTable)
  }

  let rows: [Row]
  let labels: Labels

  /// Reads the table; `nil` where the text is none, but a label a line.
  ///
  /// - Parameters:
  ///   - lines: Those of `text`, of which one at least is not blank.
  ///   - areSets: Whether what stands as an image's label is a set of them.
  init?(
    _ text: [UInt8], lines: [TextLines.Line], path: String, areSets: Bool = false
  ) throws(DatasetError) {
    guard let first = lines.first(where: { !$0.isBlank }) else { return nil }
    for separator in [UInt8(ascii: "\t"), UInt8(ascii: ","), UInt8(ascii: ";")]
    where first.bytes.contains(separator) {
      if let columns = try LabelColumns(text, separator: separator, path: path, areSets: areSets) {
        (rows, labels) = try Self.read(text, separator, columns, path)
        return
      }
    }
    guard let rows = try LabelList.rows(lines, path) else { return nil }
    self.rows = rows
    labels = areSets ? .sets : .single
  }

  private static func read(
    _ text: [UInt8], _ separator: UInt8, _ columns: LabelColumns, _ path: String
  ) throws(DatasetError) -> ([Row], Labels) {
    var reader = RecordReader(text, separator: separator, path: path)
    if columns.hasHeader { _ = try reader.next() }
    var rows: [Row] = []
    var labels = Labels.single
    if case .set = columns.content { labels = .sets }
    var table: MultiHotTable?
    if case .multiHot(let classes) = columns.content {
      table = try MultiHotTable(classes, file: path)
    }
    while let record = try reader.next() {
      let label: ArraySlice<UInt8>
      switch columns.content {
      case .label(let column), .set(let column): label = TextLines.trimmed(record.fields[column])
      // Kaggle's boxes follow the class: `n03995372 85 1 499 272`.
      case .firstWord(let column): label = TextLines.words(record.fields[column]).first ?? []
      case .multiHot:
        label = []
        try table?.add(record)
      }
      rows.append(
        Row(
          name: TextLines.trimmed(record.fields[columns.path]), label: label, line: record.line))
    }
    guard !rows.isEmpty else { throw .malformed(file: path, reason: "no label in it") }
    return (rows, table.map { .multiHot($0) } ?? labels)
  }
}

/// A list with blanks between path and label, in either order.
enum LabelList {
  /// The rows; `nil` where the lines are no such list.
  static func rows(
    _ lines: [TextLines.Line], _ path: String
  ) throws(DatasetError) -> [LabelTable.Row]? {
    let lines = lines.filter { !$0.isBlank }
    if split(lines[0].bytes) != nil { return try rows(lines, path, by: split) }
    if splitLabelFirst(lines[0].bytes) != nil { return try rows(lines, path, by: splitLabelFirst) }
    // Names without an extension are told by what stands beside them.
    let words = lines.map { TextLines.words($0.bytes) }
    guard words.allSatisfy({ $0.count == 2 }) else { return nil }
    let areCodes = (0...1).map { column in words.allSatisfy { isCode($0[column]) } }
    guard areCodes != [true, true] else {
      throw .malformed(
        file: path, line: lines[0].number,
        reason:
          "two columns of numbers, of which either may be the label; write a header, path,label")
    }
    guard let label = areCodes.firstIndex(of: true) else { return nil }
    return zip(lines, words).map { line, words in
      LabelTable.Row(name: words[1 - label], label: words[label], line: line.number)
    }
  }

  private static func rows(
    _ lines: [TextLines.Line], _ path: String,
    by split: (ArraySlice<UInt8>) -> (name: ArraySlice<UInt8>, label: ArraySlice<UInt8>)?
  ) throws(DatasetError) -> [LabelTable.Row] {
    var rows: [LabelTable.Row] = []
    for line in lines {
      guard let (name, label) = split(line.bytes) else {
        throw .malformed(
          file: path, line: line.number,
          reason: "expected the path of an image and its label, as in 'a/1.jpg 65'")
      }
      guard !ImageExtensions.isImageName(label) else {
        throw .malformed(file: path, line: line.number, reason: "two paths, and no label")
      }
      rows.append(LabelTable.Row(name: name, label: label, line: line.number))
    }
    return rows
  }

  /// A path up to the first blank before which an image's extension stands, and what follows.
  private static func split(
    _ line: ArraySlice<UInt8>
  ) -> (name: ArraySlice<UInt8>, label: ArraySlice<UInt8>)? {
    let line = TextLines.trimmed(line)
    for place in line.indices where TextLines.isBlank(line[place]) {
      if ImageExtensions.isImageName(line[..<place]) {
        return (line[..<place], TextLines.trimmed(line[place...]))
      }
    }
    return nil
  }

  /// The first word, and a path behind it up to the end.
  private static func splitLabelFirst(
    _ line: ArraySlice<UInt8>
  ) -> (name: ArraySlice<UInt8>, label: ArraySlice<UInt8>)? {
    let line = TextLines.trimmed(line)
    guard ImageExtensions.isImageName(line), let blank = line.firstIndex(where: TextLines.isBlank)
    else { return nil }
    return (TextLines.trimmed(line[blank...]), line[..<blank])
  }

  /// A number, or a synset as `n01440764`.
  static func isCode(_ bytes: ArraySlice<UInt8>) -> Bool {
    let bytes = TextLines.trimmed(bytes)
    return LabelMeaning.number(bytes) != nil || SynsetList.isSynset(bytes)
  }
}
