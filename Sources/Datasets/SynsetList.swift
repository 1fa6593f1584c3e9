import Archives

/// Lists that say which synset each number of ILSVRC stands for: another order than a network's.
public enum SynsetList {
  /// Reads the devkit's `meta.mat`, or a text with a synset a line, as the first word.
  ///
  /// Where the second word of every line is a number, as in `map_clsloc.txt`, that is the order.
  ///
  /// - Returns: The synsets in the order of their numbers, which count from 1.
  /// - Throws: ``DatasetError`` where a number is missing or comes twice.
  public static func read(_ path: String) throws(DatasetError) -> [String] {
    try parse(LayoutFile.bytes(path), path: path)
  }

  /// The same from the file's bytes.
  package static func parse(_ bytes: [UInt8], path: String) throws(DatasetError) -> [String] {
    if bytes.starts(with: Array("MATLAB".utf8)) { return try matlab(bytes, path) }
    let lines = try TextLines.lines(LayoutFile.text(bytes, path), path: path)
    guard !lines.isEmpty else { throw .malformed(file: path, reason: "no synset in it") }
    var numbered: [(number: Int, synset: String)] = []
    let words = lines.map { TextLines.words($0.bytes) }
    let hasNumbers = words.allSatisfy { $0.count > 1 && LabelMeaning.number($0[1]) != nil }
    for (line, words) in zip(lines, words) {
      guard let synset = words.first, isSynset(synset) else {
        throw .malformed(
          file: path, line: line.number, reason: "expected a synset, as in 'n01440764'")
      }
      let number = hasNumbers ? LabelMeaning.number(words[1]) : nil
      numbered.append((number ?? line.number, String(decoding: synset, as: UTF8.self)))
    }
    return try ordered(numbered, path)
  }

  /// `n` and eight digits.
  static func isSynset(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.count == 9 && bytes.first == UInt8(ascii: "n")
      && bytes.dropFirst().allSatisfy { (0x30...0x39).contains($0) }
  }

  private static func matlab(_ bytes: [UInt8], _ path: String) throws(DatasetError) -> [String] {
    let file: MatFile
    do throws(ArchiveError) {
      file = try MatFile(bytes, name: path)
    } catch {
      throw DatasetError(error)
    }
    guard
      case .structs(let fields, let elements)? = file.variables.first(where: {
        $0.name == "synsets"
      })?.value,
      let number = fields.firstIndex(where: { $0.hasPrefix("ILSVRC") && $0.hasSuffix("_ID") }),
      let synset = fields.firstIndex(of: "WNID")
    else {
      throw .malformed(
        file: path,
        reason: "no list of synsets; expected the devkit's meta.mat, with ILSVRC2012_ID and WNID")
    }
    // Synsets with children are no classes: they come behind the thousand that have none.
    let children = fields.firstIndex(of: "num_children")
    var numbered: [(number: Int, synset: String)] = []
    for element in elements {
      if let children, case .numbers(let count) = element[children], count != [0] { continue }
      guard case .numbers(let numbers) = element[number], numbers.count == 1,
        let whole = Int(exactly: numbers[0]), case .text(let name) = element[synset]
      else {
        throw .malformed(file: path, reason: "a synset without its number or its name")
      }
      numbered.append((whole, name))
    }
    return try ordered(numbered, path)
  }

  private static func ordered(
    _ numbered: [(number: Int, synset: String)], _ path: String
  ) throws(DatasetError) -> [String] {
    let sorted = numbered.sorted { $0.number < $1.number }
    for (place, entry) in sorted.enumerated() where entry.number != place + 1 {
      throw .malformed(
        file: path,
        reason: entry.number > place + 1
          ? "no synset has the number \(place + 1)" : "two synsets have the number \(entry.number)")
    }
    var seen = Set<String>()
    for entry in sorted where !seen.insert(entry.synset).inserted {
      throw .malformed(file: path, reason: "the synset \(entry.synset) comes twice")
    }
    guard !sorted.isEmpty else { throw .malformed(file: path, reason: "no synset in it") }
    return sorted.map(\.synset)
  }
}
