extension BindingError {
  /// The same with the most similar unused name beside each of the first `limit` missing weights.
  package func suggestingNames(limit: Int = .max) -> BindingError {
    var report = self
    var search = NearestNames(among: unused.map(\.layerName))
    for index in missing.indices.prefix(limit) {
      let entry = missing[index]
      report.missing[index] = Missing(
        parameter: entry.parameter, layerName: entry.layerName,
        nearest: search.nearest(to: entry.layerName))
    }
    return report
  }
}

/// The search for the candidate that needs the fewest edits to become a name.
///
/// It costs the product of names, candidates and their lengths squared, so each of them has a limit: a file
/// may hold a million names, and a suggestion is worth no more than a moment.
package struct NearestNames {
  /// The most candidates that are looked at, and the longest of them, in bytes.
  static let (mostCandidates, longestName) = (1000, 96)
  /// The most pairs of names that one search compares.
  static let mostComparisons = 250_000

  private let candidates: [String]
  private let lettersPerEdit: Int
  private var comparisons = 0
  private var found: [String: String?] = [:]

  /// - Parameter lettersPerEdit: How many letters of the longer name there must be for each edit.
  package init(among names: [String], lettersPerEdit: Int = 2) {
    self.lettersPerEdit = lettersPerEdit
    var distinct: Set<String> = []
    for name in names where name.utf8.count <= Self.longestName {
      distinct.insert(name)
      if distinct.count == Self.mostCandidates { break }
    }
    candidates = distinct.sorted()
  }

  /// The candidate that is most similar to `name`, unless even that is another word.
  package mutating func nearest(to name: String) -> String? {
    if let known = found[name] { return known }
    guard name.utf8.count <= Self.longestName,
      comparisons + candidates.count <= Self.mostComparisons
    else { return nil }
    comparisons += candidates.count
    let best = candidates.map { ($0, editDistance(name, $0)) }.min { $0.1 < $1.1 }
    let nearest = best.flatMap { candidate, distance in
      distance * lettersPerEdit <= max(name.count, candidate.count) ? candidate : nil
    }
    found[name] = .some(nearest)
    return nearest
  }
}

/// The number of insertions, deletions and substitutions between two words (Levenshtein 1966).
private func editDistance(_ left: String, _ right: String) -> Int {
  let columns = Array(right.utf8)
  var row = Array(0...columns.count)
  for (index, byte) in left.utf8.enumerated() {
    var diagonal = row[0]
    row[0] = index + 1
    for column in columns.indices {
      let substitution = diagonal + (byte == columns[column] ? 0 : 1)
      diagonal = row[column + 1]
      row[column + 1] = min(substitution, diagonal + 1, row[column] + 1)
    }
  }
  return row[columns.count]
}
