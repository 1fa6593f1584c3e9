package import Foundation

/// JSON as every file and every command of Assay has it: keys sorted and in snake case, dates as ISO 8601,
/// indented for people.
package enum JSONText {
  /// The text, without an end of line.
  package static func encode(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.dateEncodingStrategy = .iso8601
    return spelled(String(decoding: try encoder.encode(value), as: UTF8.self))
  }

  /// JSON that a terminal can be shown.
  ///
  /// The encoder spells out the first 32 characters alone, and others too have effects. They stand in strings
  /// only, so an escape means the same.
  package static func spelled(_ json: String) -> String {
    guard mayNeedSpelling(json.utf8) else { return json }
    var result = ""
    for scalar in json.unicodeScalars {
      if scalar.isPlain || scalar == "\n" {
        result.unicodeScalars.append(scalar)
      } else {
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }
    }
    return result
  }

  /// The same of JSON in bytes.
  package static func spelled(_ json: Data) -> Data {
    mayNeedSpelling(json) ? Data(spelled(String(decoding: json, as: UTF8.self)).utf8) : json
  }

  /// The first bytes of what the encoder lets through.
  private static func mayNeedSpelling(_ bytes: some Sequence<UInt8>) -> Bool {
    bytes.contains { $0 == 0x7F || $0 == 0xC2 || $0 == 0xD8 || $0 == 0xE2 }
  }

  /// The bytes of a file that holds the text.
  package static func file(_ value: some Encodable) throws -> Data {
    Data((try encode(value) + "\n").utf8)
  }

  /// Reads what was written so.
  package static func decode<Value: Decodable>(_ type: Value.Type, from data: Data) throws -> Value
  {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    decoder.dateDecodingStrategy = .iso8601
    return try decoder.decode(type, from: data)
  }
}
