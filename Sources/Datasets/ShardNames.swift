/// The names of shards, which are written as one pattern.
public enum ShardNames {
  /// More shards than any data set has.
  private static let most = 100_000

  /// The paths that a pattern stands for: `{000..007}` counts, with the zeros of its first number, and
  /// `{a,b}` lists; `*` and `?` stand for what is there, in the order of its bytes.
  ///
  /// - Throws: ``DatasetError`` where `*` or `?` stand for nothing.
  public static func expand(_ pattern: String) throws(DatasetError) -> [String] {
    var paths: [String] = []
    for path in try braces(pattern, of: pattern) {
      let parts = path.split(separator: "/", omittingEmptySubsequences: false).map { String($0) }
      guard parts.contains(where: { isWild($0) }) else {
        paths.append(path)
        continue
      }
      var found = [""]
      for (place, part) in parts.enumerated() {
        var next: [String] = []
        for folder in found {
          let prefix = place == 0 ? "" : folder + "/"
          guard isWild(part) else {
            next.append(prefix + part)
            continue
          }
          next += try matches(part, in: prefix, isLast: place == parts.count - 1).map {
            prefix + $0
          }
        }
        found = next
      }
      guard !found.isEmpty else {
        throw .malformed(file: path, reason: "no file has such a name")
      }
      paths += found
    }
    return paths
  }

  private static func isWild(_ part: String) -> Bool { part.contains("*") || part.contains("?") }

  private static func matches(
    _ part: String, in folder: String, isLast: Bool
  ) throws(DatasetError) -> [String] {
    let pattern = Array(part.utf8)
    let listing: DirectoryListing
    do throws(DatasetError) {
      listing = try DirectoryListing(ImageLocation(path: folder.isEmpty ? "." : folder))
    } catch {
      if case .notADirectory = error { return [] }
      throw error
    }
    var names: [String] = []
    for entry in listing.entries where entry.isDirectory != isLast {
      // As in a shell, a hidden file is asked for by its dot.
      guard entry.name.first != UInt8(ascii: ".") || pattern.first == UInt8(ascii: "."),
        isMatch(entry.name[...], pattern[...])
      else { continue }
      guard let name = String(validating: entry.name, as: UTF8.self) else {
        throw .malformed(
          file: folder + ImageLocation.text(entry.name),
          reason: "the name of a shard that is not UTF-8; rename it")
      }
      names.append(name)
    }
    return names
  }

  /// Whether a name is one of a pattern with `*` and `?`, which stands for one code point.
  private static func isMatch(_ name: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>) -> Bool {
    var name = name
    var pattern = pattern
    // The last `*`, and the first byte that it has not taken yet.
    var star: (pattern: ArraySlice<UInt8>, name: ArraySlice<UInt8>)?
    while true {
      if pattern.first == UInt8(ascii: "*") {
        pattern = pattern.dropFirst()
        star = (pattern, name)
      } else if let wanted = pattern.first, let byte = name.first,
        wanted == byte || wanted == UInt8(ascii: "?")
      {
        pattern = pattern.dropFirst()
        name = name.dropFirst()
        if wanted == UInt8(ascii: "?") {
          name = name.drop { $0 & 0xC0 == 0x80 }
        }
      } else if pattern.isEmpty, name.isEmpty {
        return true
      } else if let last = star, !last.name.isEmpty {
        name = last.name.dropFirst()
        pattern = last.pattern
        star = (pattern, name)
      } else {
        return false
      }
    }
  }

  /// The patterns without braces; a brace that is none stays.
  private static func braces(
    _ text: String, of pattern: String
  ) throws(DatasetError) -> [String] {
    guard let open = text.firstIndex(of: "{"), let close = text[open...].firstIndex(of: "}") else {
      return [text]
    }
    let content = text[text.index(after: open)..<close]
    let rests = try braces(String(text[text.index(after: close)...]), of: pattern)
    let choices = choices(content) ?? ["{\(content)}"]
    guard choices.count * rests.count <= most else {
      throw .malformed(file: pattern, reason: "stands for over \(most) shards")
    }
    return choices.flatMap { choice in rests.map { text[..<open] + choice + $0 } }
  }

  /// What stands in braces: a range or a list; `nil` if it is neither, or a range without end.
  private static func choices(_ content: Substring) -> [String]? {
    if content.contains(",") {
      return content.split(separator: ",", omittingEmptySubsequences: false).map { String($0) }
    }
    guard let dots = content.firstRange(of: "..") else { return nil }
    let first = content[..<dots.lowerBound]
    let last = content[dots.upperBound...]
    guard let start = UInt32(first), let end = UInt32(last), start <= end, end - start <= most
    else {
      return nil
    }
    let width = first.first == "0" || last.first == "0" ? max(first.count, last.count) : 0
    return (start...end).map { number in
      let digits = "\(number)"
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
  }
}
