/// Columns of 0 and 1, one a class: scikit-learn's multilabel indicator matrix, with the images' paths beside it.
struct MultiHotTable {
  private let columns: [(column: Int, name: String)]
  /// The file, for errors.
  private let file: String
  /// For each record the places of its ones among the columns.
  private var sets = LabelSets()

  /// Columns of a header, by their names.
  init(_ columns: [(column: Int, name: String)], file: String) throws(DatasetError) {
    self.columns = columns
    self.file = file
    var seen = Set<String>()
    for (_, name) in columns where !seen.insert(name).inserted {
      throw .malformed(file: file, reason: "the header has the column '\(name)' twice")
    }
  }

  /// Adds an image's record.
  mutating func add(_ record: RecordReader.Record) throws(DatasetError) {
    var ones = Set<Int>()
    for (place, (column, name)) in columns.enumerated() {
      let field = TextLines.trimmed(record.fields[column])
      guard let bit = MultiHotRow.bit(field) else {
        throw .malformed(
          file: file, line: record.line,
          reason:
            "the column '\(name)' has '\(ImageLocation.text(field))'; without a column of labels "
            + "each column is a class, and has 0 or 1")
      }
      if bit { ones.insert(place) }
    }
    sets.append(ones)
    guard sets.labelCount <= LabelMeaning.mostInSets else {
      throw .malformed(
        file: file, line: record.line,
        reason: "more than \(LabelMeaning.mostInSets) ones, the limit")
    }
  }

  /// The classes of each image: the columns in their order, or where names are given these, each with the column
  /// that is called so.
  ///
  /// - Throws: ``DatasetError`` for a column that is no class, and for a class without a column.
  func labels(classNames: [String]?) throws(DatasetError) -> (LabelVocabulary, LabelSets) {
    guard let classNames else { return (.names(columns.map(\.name)), sets) }
    var indices: [String: Int] = [:]
    for (index, name) in classNames.enumerated() {
      guard indices.updateValue(index, forKey: name) == nil else { throw .duplicateClass(name) }
    }
    var classes: [Int] = []
    for (_, name) in columns {
      guard let index = indices.removeValue(forKey: name) else {
        throw .malformed(
          file: file,
          reason: "the column '\(name)' is not among the \(classNames.count) class names")
      }
      classes.append(index)
    }
    let missing = classNames.filter { indices[$0] != nil }
    guard missing.isEmpty else {
      throw .malformed(
        file: file,
        reason: "no column for \(missing.count) of the \(classNames.count) class names: "
          + LabeledImages.listed(missing))
    }
    return (.names(classNames), sets.relabelled(by: classes))
  }

  /// What a reader of the result must know: in which order the columns were taken.
  func notes(classNames: [String]?) -> [String] {
    guard let classNames else {
      return ["the columns of 0 and 1 are the network's outputs, in their order"]
    }
    return classNames == columns.map(\.name)
      ? []
      : [
        "the columns of 0 and 1 stand in another order than the class names; each was taken by name"
      ]
  }
}

/// What a field of a column of 0 and 1 says.
enum MultiHotRow {
  /// Whether the image is of the class; `nil` of anything but 0 and 1, as pandas may write them too: `1.0`.
  static func bit(_ field: ArraySlice<UInt8>) -> Bool? {
    switch LabelMeaning.number(field) {
    case 0: false
    case 1: true
    default: nil
    }
  }
}
