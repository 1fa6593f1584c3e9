/// A label as it stands in a file.
struct LabelText {
  /// Mostly a part of the file's own bytes.
  let bytes: ArraySlice<UInt8>
  /// From 1; `nil` where the file has no lines that would help.
  let line: Int?
}

/// What the labels of one source stand for: the network's numbers, or names.
struct LabelMeaning {
  /// The most labels of one file; a validation set has a tenth at most.
  static let most = 2 << 20
  /// The most labels in the sets of one file, eight an image.
  static let mostInSets = 8 * most

  /// The file, for errors.
  let file: String
  /// What the numbers 1, 2, … stand for.
  var synsets: [String]?
  /// The names in the order of their index.
  var classNames: [String]?
  /// Whether each class is a question of its own, where the user says so or not so.
  var multiLabel: Bool?

  /// The meaning of labels in text: numbers if all are, and no given name is spelled as one.
  func of(texts: [LabelText]) throws(DatasetError) -> (LabelVocabulary, LabelSets) {
    var numbers: [Int] = []
    for text in texts {
      if text.bytes.isEmpty { throw malformed(text.line, "an empty label") }
      guard let number = Self.number(text.bytes) else { break }
      guard number >= 0 else {
        throw malformed(text.line, "the label \(number); labels count from 0")
      }
      numbers.append(number)
    }
    if numbers.count == texts.count {
      let lines = texts.map(\.line)
      if synsets != nil { return try of(numbers: numbers, lines: lines) }
      let given = Set(classNames ?? [])
      let areNames =
        classNames != nil && texts.allSatisfy { given.contains(ImageLocation.text($0.bytes)) }
      if !areNames { return try of(numbers: numbers, lines: lines) }
    }
    return try of(names: texts)
  }

  /// The meaning of sets of labels, which may be empty, but not all of them.
  func of(sets: [[LabelText]]) throws(DatasetError) -> (LabelVocabulary, LabelSets) {
    guard synsets == nil else {
      throw malformed(
        nil, "a list of synsets is for a number an image, and these are sets of labels")
    }
    let texts = sets.flatMap(\.self)
    guard !texts.isEmpty else { throw malformed(nil, "every set of labels is empty") }
    guard texts.count <= Self.mostInSets else {
      throw malformed(
        nil, "\(texts.count) labels in the sets, over the limit of \(Self.mostInSets)")
    }
    let (vocabulary, classes) = try of(texts: texts)
    var labels = LabelSets()
    var place = 0
    for set in sets {
      labels.append(Set((place..<place + set.count).map { classes[$0][0] }))
      place += set.count
    }
    return (vocabulary, labels)
  }

  /// The meaning of numbers.
  func of(
    numbers: [Int], lines: [Int?]? = nil
  ) throws(DatasetError) -> (LabelVocabulary, LabelSets) {
    guard let synsets else { return (.networkIndices, LabelSets(numbers)) }
    var names: [LabelText] = []
    for (place, number) in numbers.enumerated() {
      guard (1...synsets.count).contains(number) else {
        throw malformed(
          lines?[place],
          "the label \(number), but the list of synsets has the numbers 1 to \(synsets.count)")
      }
      names.append(LabelText(bytes: Array(synsets[number - 1].utf8)[...], line: lines?[place]))
    }
    return try of(names: names)
  }

  private func of(names texts: [LabelText]) throws(DatasetError) -> (LabelVocabulary, LabelSets) {
    // The same few names come again and again: each is made a text once.
    var places: [ArraySlice<UInt8>: Int] = [:]
    var names: [String] = []
    var lines: [Int?] = []
    let spelled = texts.map { text -> Int in
      if let place = places[text.bytes] { return place }
      places[text.bytes] = names.count
      names.append(ImageLocation.text(text.bytes))
      lines.append(text.line)
      return names.count - 1
    }
    let all =
      classNames ?? Set(names).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    var indices: [String: Int] = [:]
    for (index, name) in all.enumerated() {
      guard indices.updateValue(index, forKey: name) == nil else { throw .duplicateClass(name) }
    }
    var classes: [Int] = []
    for (name, line) in zip(names, lines) {
      guard let index = indices[name] else {
        throw malformed(line, "the label '\(name)' is not among the \(all.count) classes")
      }
      classes.append(index)
    }
    return (.names(all), LabelSets(spelled.map { classes[$0] }))
  }

  /// A whole number, as pandas may write it too: `65.0`.
  static func number(_ bytes: ArraySlice<UInt8>) -> Int? {
    guard let first = bytes.first, first != UInt8(ascii: "+") else { return nil }
    var whole = bytes
    if let point = whole.firstIndex(of: UInt8(ascii: ".")), point > whole.startIndex,
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
