import Documents
import Evaluation
import Foundation

/// What was scored with what, every field of it, and the conditions of the run.
///
/// Made of the encoded report, so that no field can be forgotten here; ``ManifestWords`` has what each is called.
struct ManifestSection {
  let report: EvaluationReport

  var html: String {
    let value = FieldValue(encoding: report.manifest)
    let parts = ManifestWords.parts.map { part in
      "<h3>\(part.title)</h3>\n\(table(value?.rows(under: part.key) ?? []))"
    }
    return """
      <section id="manifest">
      <h2>What was scored</h2>
      <p class="note">Enough to tell whether two results are of the same thing.</p>
      \(parts.joined(separator: "\n"))
      <details><summary>The names of all \(Figures.count(report.manifest.classNames.count)) classes</summary>
      <ol class="names" start="0">\(names)</ol></details>
      \(conditions)
      </section>
      """
  }

  private var names: String {
    report.manifest.classNames.map { "<li>\($0.isolatedForHTML)" }.joined()
  }

  private var conditions: String {
    guard let conditions = report.conditions else { return "" }
    return """
      <h2>The run</h2>
      <p class="note">Differs from run to run, and changes no figure above.</p>
      \(table(FieldValue(encoding: conditions)?.rows("run") ?? []))
      """
  }

  private func table(_ rows: [(path: String, text: String)]) -> String {
    let lines = ManifestWords.ordered(rows).map { path, text in
      "<tr><th>\(ManifestWords.words(for: path).escapedForXML)</th><td>\(text)</td></tr>"
    }
    return "<table class=\"sides\">\(lines.joined(separator: "\n"))</table>"
  }
}

/// Any JSON.
enum FieldValue: Decodable {
  case flag(Bool)
  case whole(Int)
  case number(Double)
  case text(String)
  case list([FieldValue])
  case object([String: FieldValue])
  case nothing

  /// What JSON makes of it; the report is made to be encoded, so `nil` is never seen.
  init?(encoding value: some Encodable) {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.dateEncodingStrategy = .iso8601
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    guard let data = try? encoder.encode(value),
      let value = try? JSONDecoder().decode(Self.self, from: data)
    else { return nil }
    self = value
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .nothing
    } else if let flag = try? container.decode(Bool.self) {
      self = .flag(flag)
    } else if let whole = try? container.decode(Int.self) {
      self = .whole(whole)
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let list = try? container.decode([FieldValue].self) {
      self = .list(list)
    } else {
      self = .object(try container.decode([String: FieldValue].self))
    }
  }

  /// A row for each field, with its path, `data images`, and its value as HTML.
  func rows(_ path: String) -> [(path: String, text: String)] {
    guard case .object(let fields) = self else { return [(path, html)] }
    return fields.sorted { $0.key < $1.key }.flatMap { key, value in
      value.rows("\(path) \(key)")
    }
  }

  /// The rows of one field; those of a field that holds no others under its own name.
  func rows(under key: String) -> [(path: String, text: String)] {
    guard case .object(let fields) = self else { return [] }
    return fields[key]?.rows(key) ?? []
  }

  private var html: String {
    switch self {
    case .flag(let flag): flag ? "yes" : "no"
    case .whole(let whole): Figures.count(whole)
    case .number(let number): String(format: "%.3f", number)
    case .text(let text) where text.utf8.count == 64 && text.allSatisfy(\.isHexDigit):
      "<code>\(text.escapedForXML)</code>"
    case .text(let text): text.isolatedForHTML
    case .list(let list): list.isEmpty ? "none" : list.map(\.html).joined(separator: "<br>")
    case .object, .nothing: ""
    }
  }
}
