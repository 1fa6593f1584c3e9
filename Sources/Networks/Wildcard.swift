/// A name in which `*` stands for any characters, none included.
package struct Wildcard: Sendable, Hashable {
  private let parts: [Substring]

  /// Creates a wildcard from its text.
  package init(_ text: some StringProtocol) {
    parts = String(text).split(separator: "*", omittingEmptySubsequences: false)
  }

  /// Whether `name` is the text with something for every star.
  package func matches(_ name: String) -> Bool {
    guard parts.count > 1, let first = parts.first, let last = parts.last else {
      return parts.first.map { $0 == name } ?? name.isEmpty
    }
    guard name.hasPrefix(first), name.hasSuffix(last), name.count >= first.count + last.count else {
      return false
    }
    // The parts between the stars must follow each other; each is taken as early as it comes.
    var rest = name.dropFirst(first.count).dropLast(last.count)
    for part in parts.dropFirst().dropLast() where !part.isEmpty {
      guard let found = rest.firstRange(of: part) else { return false }
      rest = rest[found.upperBound...]
    }
    return true
  }
}
