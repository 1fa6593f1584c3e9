import Binding
import Checkpoints
import Evaluation
import Foundation
import JSON
import Presets
import Verification

/// Descriptions and results in text.
enum ParsedDocument {
  /// All of a JSON text, in order and by name.
  static func json(_ bytes: [UInt8]) throws {
    var values = 0
    try walk(JSONDocument(bytes).root, &values)
    precondition(values <= bytes.count, "\(values) values in \(bytes.count) bytes")
  }

  private static func walk(_ root: JSONValue, _ values: inout Int) {
    var open = [root]
    while let value = open.popLast() {
      values += 1
      _ = (value.isNull, value.truth, value.integer, value.number, value.string, value.text.count)
      if let items = value.array { open += Array(items) }
      if let members = value.object {
        for (_, member) in members { open.append(member) }
        _ = value["config"]
      }
    }
  }

  static func preset(_ bytes: [UInt8]) throws {
    let preset = try Preset(task: JSONDocument(bytes).root, in: "task.json")
    _ = try ConfigParsers.calls(in: preset.network)
  }

  static func nameMap(_ bytes: [UInt8]) throws {
    _ = try NameMap(parsing: String(decoding: bytes, as: UTF8.self))
  }

  static func log(_ bytes: [UInt8]) throws {
    _ = try PredictionLog(lines: Data(bytes))
  }

  static func manifest(_ bytes: [UInt8]) throws {
    _ = try Golden.manifest(Data(bytes), "x")
  }
}
