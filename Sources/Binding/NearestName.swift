extension BindingError {
  /// The same with the most similar unused name beside each missing weight.
  package func suggestingNames() -> BindingError {
    var report = self
    let candidates = Array(Set(unused.map(\.layerName))).sorted()
    var found: [String: String?] = [:]
    report.missing = missing.map { entry in
      let nearest = found[entry.layerName] ?? nearestName(to: entry.layerName, among: candidates)
      found[entry.layerName] = .some(nearest)
      return Missing(parameter: entry.parameter, layerName: entry.layerName, nearest: nearest)
    }
    return report
  }
}

/// The candidate that needs the fewest edits to become `name`, unless even that is another word.
func nearestName(to name: String, among candidates: [String]) -> String? {
  let best = candidates.map { ($0, editDistance(name, $0)) }.min { $0.1 < $1.1 }
  guard let (candidate, distance) = best, distance * 2 <= max(name.count, candidate.count) else {
    return nil
  }
  return candidate
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
