import Documents
package import Evaluation
package import Foundation

/// What the title of a page tells, so that a row of tabs or a folder of pages can be told apart: the command, the
/// files, what came out, the gates and the date.
package struct PageTitle: Sendable {
  /// What made the page: `assay evaluate`.
  package var command: String
  /// The weights' files, as they were given.
  package var files: [String]
  /// What came out: `98.89 % top-1`.
  package var headline: String
  /// What was expected, with what it is.
  package var gates: [GateVerdict]
  /// When the work ended; `nil` where that is not known.
  package var date: Date?

  /// A title.
  package init(
    command: String, files: [String], headline: String, gates: [GateVerdict] = [],
    date: Date? = nil
  ) {
    (self.command, self.files, self.headline) = (command, files, headline)
    (self.gates, self.date) = (gates, date)
  }

  /// More files are counted.
  private static let named = 2

  /// The title as plain text, files by their names alone.
  package var text: String {
    let names = files.prefix(Self.named).map { file in
      (file.split(separator: "/").last.map(String.init) ?? file).shortened(to: 60)
    }
    let rest = files.count - names.count
    let subject = names.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
    return [
      "\(command) \(subject)", headline, gates.isEmpty ? nil : "gates: \(Self.verdict(gates))",
      day,
    ].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: " · ")
  }

  /// The line above the page's heading: the command, the files and the date.
  var kicker: String {
    let names = files.prefix(Self.named).map(\.isolatedForHTML)
    let rest = files.count - names.count
    let parts =
      [command.escapedForXML] + names + (rest > 0 ? ["\(rest) more"] : [])
      + [minute].compactMap(\.self)
    return "<p class=\"kicker\">\(parts.joined(separator: " · "))</p>"
  }

  /// `all passed`, or how many failed.
  static func verdict(_ gates: [GateVerdict]) -> String {
    let failed = gates.count { !$0.passed }
    return failed == 0 ? "all passed" : "\(failed) of \(gates.count) failed"
  }

  /// In universal time, as every report has it.
  private var day: String? { date?.formatted(.iso8601.year().month().day()) }

  private var minute: String? {
    guard let date, let day else { return nil }
    let time = date.formatted(.iso8601.time(includingFractionalSeconds: false)).prefix(5)
    return "\(day) \(time) UTC"
  }
}
