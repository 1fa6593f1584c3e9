/// Sets of labels in a column of a table: `cat|dog`, `3 17`, and nothing for the empty set.
enum LabelSetText {
  /// What may stand between labels, the first that occurs anywhere in the column; if none does, blanks do, which
  /// names may have.
  private static let separators = [UInt8(ascii: "|"), UInt8(ascii: ";"), UInt8(ascii: ",")]

  /// The labels of each field.
  ///
  /// - Throws: ``DatasetError`` with the line for a label that is empty or stands twice in a set.
  static func split(_ fields: [LabelText], file: String) throws(DatasetError) -> [[LabelText]] {
    let separator = separators.first { separator in
      fields.contains { $0.bytes.contains(separator) }
    }
    var sets: [[LabelText]] = []
    for field in fields {
      let bytes = TextLines.trimmed(field.bytes)
      let parts: [ArraySlice<UInt8>] =
        if bytes.isEmpty {
          []
        } else if let separator {
          bytes.split(separator: separator, omittingEmptySubsequences: false)
            .map { TextLines.trimmed($0) }
        } else {
          TextLines.words(bytes)
        }
      var seen = Set<ArraySlice<UInt8>>()
      for part in parts where part.isEmpty || !seen.insert(part).inserted {
        throw .malformed(
          file: file, line: field.line,
          reason: part.isEmpty
            ? "an empty label in the set '\(ImageLocation.text(bytes))'"
            : "the label '\(ImageLocation.text(part))' stands twice in its set")
      }
      sets.append(parts.map { LabelText(bytes: $0, line: field.line) })
    }
    return sets
  }
}
