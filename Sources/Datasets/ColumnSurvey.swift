/// What the fields of each column of a table have in common.
struct ColumnSurvey {
  /// One column.
  struct Column {
    /// Nothing stands in it.
    var areEmpty = true
    /// Each field ends as an image's name does.
    var areImages = true
    /// Each field is a whole number.
    var areNumbers = true
    /// Each field is a whole number or a synset.
    var areCodes = true
    /// Some field is 0 or 1.
    var haveBits = false
  }

  private(set) var columns: [Column]

  init(width: Int) { columns = Array(repeating: Column(), count: width) }

  /// Reads all further records, which must be as wide as the first.
  mutating func read(_ reader: inout RecordReader, _ path: String) throws(DatasetError) {
    var count = 0
    while let record = try reader.next() {
      guard record.fields.count == columns.count else {
        throw .malformed(
          file: path, line: record.line,
          reason: "\(record.fields.count) fields, expected \(columns.count)")
      }
      count += 1
      guard count <= LabelMeaning.most else {
        throw .malformed(
          file: path, line: record.line, reason: "more than \(LabelMeaning.most) labels, the limit")
      }
      add(record)
    }
  }

  /// Adds one record.
  mutating func add(_ record: RecordReader.Record) {
    for (place, field) in record.fields.enumerated() {
      let field = TextLines.trimmed(field)
      columns[place].areEmpty = columns[place].areEmpty && field.isEmpty
      columns[place].areImages =
        columns[place].areImages && ImageExtensions.isImageName(field)
      columns[place].areNumbers =
        columns[place].areNumbers && LabelMeaning.number(field) != nil
      columns[place].areCodes = columns[place].areCodes && LabelList.isCode(field)
      columns[place].haveBits = columns[place].haveBits || MultiHotRow.bit(field) != nil
    }
  }

  /// The columns of a kind.
  func columns(where isOne: (Column) -> Bool) -> [Int] {
    columns.indices.filter { isOne(columns[$0]) }
  }

  /// Whether each value of one column goes with one value of the other, and the other way round.
  static func agree(_ left: Int, _ right: Int, in reader: inout RecordReader) -> Bool {
    var there: [ArraySlice<UInt8>: ArraySlice<UInt8>] = [:]
    var back: [ArraySlice<UInt8>: ArraySlice<UInt8>] = [:]
    while let record = try? reader.next() {
      let (one, other) = (record.fields[left], record.fields[right])
      guard there[one, default: other] == other, back[other, default: one] == one else {
        return false
      }
      there[one] = other
      back[other] = one
    }
    return true
  }
}
