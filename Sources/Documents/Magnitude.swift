import Foundation

/// A count as people read it: of three digits, with a prefix for powers of 1000.
package struct Magnitude {
  private let count: Int

  /// A count of anything.
  package init(_ count: Int) { self.count = count }

  /// `97.8 MB` of bytes.
  package var bytes: String { text + "B" }

  /// `4.1 G`, `37 `: the unit follows.
  package var text: String {
    let prefixes = ["", "k", "M", "G", "T"]
    var value = Double(count)
    var prefix = 0
    while value >= 999.5, prefix < prefixes.count - 1 {
      value /= 1000
      prefix += 1
    }
    let digits = String(format: prefix == 0 || value >= 99.95 ? "%.0f" : "%.1f", value)
    return "\(digits) \(prefixes[prefix])"
  }
}
