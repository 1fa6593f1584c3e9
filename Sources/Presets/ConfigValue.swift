import JSON

/// A setting of a layer that is written into a config.
enum ConfigValue: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByStringLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByNilLiteral
{
  case null
  case truth(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case list([ConfigValue])
  /// What another config has, as it is written there.
  case written(JSONValue)
  /// Python's `slice(None)`.
  case wholeSlice

  init(integerLiteral value: Int) { self = .integer(value) }
  init(floatLiteral value: Double) { self = .number(value) }
  init(stringLiteral value: String) { self = .text(value) }
  init(booleanLiteral value: Bool) { self = .truth(value) }
  init(arrayLiteral elements: ConfigValue...) { self = .list(elements) }
  init(nilLiteral: ()) { self = .null }

  /// The value as Python's `json` reads it.
  var json: String {
    switch self {
    case .null: "null"
    case .truth(let truth): truth ? "true" : "false"
    case .integer(let integer): "\(integer)"
    case .number(let number):
      number.isFinite ? "\(number)" : number.isNaN ? "NaN" : number < 0 ? "-Infinity" : "Infinity"
    case .text(let text): Self.quoted(text)
    case .list(let items): "[" + items.map(\.json).joined(separator: ", ") + "]"
    case .written(let value): value.text
    case .wholeSlice:
      #"{"class_name": "__slice__", "config": {"start": null, "stop": null, "step": null}}"#
    }
  }

  /// A text as JSON has it.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
