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
    return String(decoding: try encoder.encode(value), as: UTF8.self)
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
