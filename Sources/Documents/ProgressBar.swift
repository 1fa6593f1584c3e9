/// How far something has come, in one line of a terminal.
package enum ProgressBar {
  /// The widest bar, and the narrowest that shows anything.
  private static let (widest, narrowest) = (30, 6)

  /// A bar, as wide as fits, before the numbers; the numbers alone where none fits.
  ///
  /// The last column stays free: many terminals break the line as soon as it is full, and the next bar could
  /// not take this one's place.
  package static func line(_ done: Int, of total: Int, _ numbers: String, columns: Int) -> String {
    let space = columns - 1
    let width = min(widest, space - 1 - numbers.count)
    guard width >= narrowest else { return String(numbers.prefix(max(0, space))) }
    let full = total > 0 ? min(width, done * width / total) : width
    return String(repeating: "█", count: full) + String(repeating: "░", count: width - full)
      + " \(numbers)"
  }
}
