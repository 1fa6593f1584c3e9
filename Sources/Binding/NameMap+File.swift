public import Networks

/// What is wrong with a name map that a user wrote, with the line.
public struct NameMapError: Error, Hashable, CustomStringConvertible {
  /// The line and what is wrong with it.
  public let description: String
}

extension NameMap {
  /// Reads a map that a user wrote.
  ///
  /// A line is a rule: path on the left, name in the file on the right, white space between. A name
  /// with blanks stands between double quotes, in which two of them are one. Empty lines and lines that
  /// begin with `#` mean nothing.
  ///
  ///     stem/conv                conv1
  ///     stage{s}/block{b}/norm   res{s-1}.{b}.bn
  ///     head/logits              "my logits"
  ///
  /// - Throws: ``NameMapError`` with the line that is no rule.
  public init(parsing text: String) throws(NameMapError) {
    var table: [(String, String)] = []
    // `\r\n` is one character of Swift, so a split at `\n` alone would not see it.
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, line) in lines.enumerated() {
      guard line.first(where: { !Self.isBlank($0) }) != "#" else { continue }
      guard let columns = Self.columns(of: line) else {
        throw NameMapError(description: "line \(index + 1): a quote without its partner")
      }
      if columns.isEmpty { continue }
      guard columns.count == 2 else {
        throw NameMapError(
          description: "line \(index + 1): a rule has two columns, this has \(columns.count)")
      }
      for (column, other) in [(columns[0], nil), (columns[1], columns[0])] {
        if let fault = NamePattern.fault(in: column, filledFrom: other) {
          throw NameMapError(description: "line \(index + 1): \(column): \(fault)")
        }
      }
      table.append((columns[0], columns[1]))
    }
    self.init(table: table)
  }

  private static func isBlank(_ character: Character) -> Bool {
    character == " " || character == "\t"
  }

  /// The columns of a line, quoted or not; `nil` where a quote is not closed, or does not end its column.
  private static func columns(of line: Substring) -> [String]? {
    var columns: [String] = []
    var rest = line.drop(while: isBlank)
    while let first = rest.first {
      var column = ""
      if first == "\"" {
        rest = rest.dropFirst()
        while true {
          guard let quote = rest.firstIndex(of: "\"") else { return nil }
          column += rest[..<quote]
          rest = rest[rest.index(after: quote)...]
          guard rest.first == "\"" else { break }
          column += "\""
          rest = rest.dropFirst()
        }
        guard rest.first.map(isBlank) ?? true else { return nil }
      } else {
        column = String(rest.prefix { !isBlank($0) })
        rest = rest.dropFirst(column.count)
      }
      columns.append(column)
      rest = rest.drop(while: isBlank)
    }
    return columns
  }

  /// A column as ``columns(of:)`` reads it back.
  private static func quoted(_ column: String) -> String {
    guard column.contains(where: isBlank) || column.hasPrefix("\"") || column.isEmpty else {
      return column
    }
    return "\""
      + column.split(separator: "\"", omittingEmptySubsequences: false)
      .joined(separator: "\"\"") + "\""
  }

  /// Checks that no path of the network is covered twice.
  ///
  /// - Throws: ``NameMapError`` with the path.
  public func check(for graph: Graph) throws(NameMapError) {
    for node in graph.weightedLayers where ruleCount(for: node.path) > 1 {
      throw NameMapError(description: "two rules cover \(node.path)")
    }
  }

  /// The table as a file that ``init(parsing:)`` reads.
  public var text: String {
    let width = table.map(\.path.count).max() ?? 0
    let rules = table.map { rule in
      rule.path + String(repeating: " ", count: width - rule.path.count + 2)
        + Self.quoted(rule.name)
    }
    let head = [
      "# The network's path on the left, the file's name of the layer on the right.",
      "# {s} stands for a number and carries it over, {s-2} writes it two less, {b:a} as a letter,",
      "# {b:b1} as a, b1, b2.",
      "# {#} at the end stands for a number that Keras chose, in order of creation.",
    ]
    return (head + rules).joined(separator: "\n") + "\n"
  }
}

extension NamePattern {
  /// Why a text is no pattern, or `nil`; the right column may only use the holes of the left.
  static func fault(in text: String, filledFrom left: String?) -> String? {
    var names: [Substring] = []
    var rest = Substring(text)
    while let open = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
      guard rest[open] == "{", let close = rest[open...].firstIndex(of: "}") else {
        return "a brace without its partner"
      }
      names.append(rest[rest.index(after: open)..<close])
      rest = rest[rest.index(after: close)...]
    }
    for name in names {
      let isNumber = left != nil && name == LayerName.automatic[...]
      if isNumber {
        if !text.hasSuffix("{#}") { return "{#} stands at the end of a name" }
        continue
      }
      let base = name.prefix { $0.isLetter }
      let ending = name[base.endIndex...]
      let isPlain = ending.isEmpty
      let isWritten =
        [":a", ":b1"].contains(ending)
        || ((ending.first == "-" || ending.first == "+")
          && Int(ending.dropFirst()) != nil)
      guard !base.isEmpty, isPlain || (left != nil && isWritten) else {
        return "{\(name)} is no hole"
      }
      if let left, !left.contains("{\(base)}") { return "{\(base)} is not in the left column" }
    }
    return nil
  }
}
