import Evaluation
import Foundation

/// How numbers are written: in the format of the program, not of the user's locale, so that the same
/// report gives the same bytes anywhere.
enum Figures {
  /// `97.22 %` of a share.
  static func percent(_ share: Double, decimals: Int = 2) -> String {
    String(format: "%.\(decimals)f\u{A0}%%", share * 100)
  }

  /// `1.59351`, of six digits that count.
  static func significant(_ value: Double) -> String { String(format: "%.6g", value) }

  /// `97.2`, for tables whose head says percent.
  static func short(_ share: Double) -> String { String(format: "%.1f", share * 100) }

  /// `0.1234`.
  static func decimal(_ value: Double) -> String { String(format: "%.4f", value) }

  /// `50,000`.
  static func count(_ value: Int) -> String {
    let digits = String(value.magnitude)
    var result = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { result.append(",") }
      result.append(digit)
    }
    return (value < 0 ? "−" : "") + result
  }

  /// `1 image`, `50,000 images`.
  static func count(_ value: Int, _ thing: String, _ things: String? = nil) -> String {
    "\(count(value)) \(value == 1 ? thing : things ?? thing + "s")"
  }

  /// At most four characters, for the tops of bars: `999`, `1.2k`, `48k`, `3M`.
  static func compact(_ value: Int) -> String {
    switch value {
    case ..<1000: "\(value)"
    case ..<9950: String(format: "%.1fk", Double(value) / 1000)
    case ..<999_500: String(format: "%.0fk", Double(value) / 1000)
    default: String(format: "%.0fM", Double(value) / 1_000_000)
    }
  }

  /// A place in a drawing: one decimal, and none where it is a whole number.
  static func place(_ value: Double) -> String {
    let text = String(format: "%.1f", value)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}

extension ClassificationMetrics {
  /// What the first of its figures is called.
  var headlineName: String {
    multiLabel != nil ? "subset accuracy" : binary != nil ? "accuracy" : "top-1"
  }
}

extension [ClassScore] {
  /// The name of a class, or its number where the report and the predictions do not belong together.
  func name(_ index: Int) -> String {
    indices.contains(index) ? self[index].name : "class \(index)"
  }
}

extension TopKAccuracy {
  /// All that was counted, by k; each k once, whatever was asked for.
  var rows: [(k: Int, accuracy: Accuracy)] {
    Set([1, 5] + further.map(\.k)).sorted().compactMap { k in self[k].map { (k, $0) } }
  }
}
