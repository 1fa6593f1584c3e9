/// A label as it stands in a file.
struct LabelText {
  let bytes: [UInt8]
  /// From 1; `nil` where the file has no lines that would help.
  let line: Int?
}

/// What the labels of one source stand for: the network's numbers, or names.
struct LabelMeaning {
  /// The file, for errors.
  let file: String
  /// What the numbers 1, 2, … stand for.
  var synsets: [String]?
  /// The names in the order of their index.
  var classNames: [String]?

  /// The meaning of labels in text: numbers if all are, and no given name is spelled as one.
  func of(texts: [LabelText]) throws(DatasetError) -> (LabelVocabulary, [[Int]]) {
    var numbers: [Int] = []
    for text in texts {
      if text.bytes.isEmpty { throw malformed(text.line, "an empty label") }
      guard let number = Self.number(text.bytes) else { break }
      guard number >= 0 else {
        throw malformed(text.line, "the label \(number); labels count from 0")
      }
      numbers.append(number)
    }
    let names = { texts.map { ImageLocation.text($0.bytes) } }
    let areNames = classNames.map { Set($0).isSuperset(of: names()) } ?? false
    if numbers.count == texts.count, synsets != nil || !areNames {
      return try of(numbers: numbers, lines: texts.map(\.line))
    }
    return try of(names: names(), lines: texts.map(\.line))
  }

  /// The meaning of numbers.
  func of(
    numbers: [Int], lines: [Int?]? = nil
  ) throws(DatasetError) -> (LabelVocabulary, [[Int]]) {
    guard let synsets else { return (.networkIndices, numbers.map { [$0] }) }
    var names: [String] = []
    for (place, number) in numbers.enumerated() {
      guard (1...synsets.count).contains(number) else {
        throw malformed(
          lines?[place],
          "the label \(number), but the list of synsets has the numbers 1 to \(synsets.count)")
      }
      names.append(synsets[number - 1])
    }
    return try of(names: names, lines: lines ?? names.map { _ in nil })
  }

  private func of(
    names: [String], lines: [Int?]
  ) throws(DatasetError) -> (LabelVocabulary, [[Int]]) {
    let all =
      classNames ?? Set(names).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    var indices: [String: Int] = [:]
    for (index, name) in all.enumerated() {
      guard indices.updateValue(index, forKey: name) == nil else { throw .duplicateClass(name) }
    }
    var labels: [[Int]] = []
    for (name, line) in zip(names, lines) {
      guard let index = indices[name] else {
        throw malformed(line, "the label '\(name)' is not among the \(all.count) classes")
      }
      labels.append([index])
    }
    return (.names(all), labels)
  }

  /// A whole number, as pandas may write it too: `65.0`.
  static func number(_ bytes: [UInt8]) -> Int? {
    guard let first = bytes.first, first != UInt8(ascii: "+") else { return nil }
    var whole = bytes[...]
    if let point = whole.firstIndex(of: UInt8(ascii: ".")), point > 0,
      whole[(point + 1)...].allSatisfy({ $0 == UInt8(ascii: "0") })
    {
      whole = whole[..<point]
    }
    return Int(String(decoding: whole, as: UTF8.self))
  }

  private func malformed(_ line: Int?, _ reason: String) -> DatasetError {
    .malformed(file: file, line: line, reason: reason)
  }
}
