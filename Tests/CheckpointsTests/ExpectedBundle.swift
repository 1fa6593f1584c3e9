import Foundation
import TestSupport

/// What a TensorFlow checkpoint under `Fixtures` holds, as TensorFlow described it.
struct ExpectedBundle: Decodable {
  struct Layer: Decodable {
    let name: String
    let keys: [String]
    let roles: [String]
    let shapes: [[Int]]
  }

  let layers: [Layer]
  let leftOut: [String: String]

  /// The bundles that have a description, by their names.
  static let all = [
    "slim", "sharded", "snappy", "blocks", "types", "trained", "modules", "managed/ckpt-1",
    "saved_model/variables/variables", "exported/variables/variables",
  ]

  init(_ bundle: String) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let data = try Fixtures.data("checkpoints/tensorflow/expected.json")
    let bundles = try decoder.decode([String: ExpectedBundle].self, from: data)
    guard bundles.count == Self.all.count, let found = bundles[bundle] else {
      throw CocoaError(.keyValueValidation)
    }
    self = found
  }

  private enum CodingKeys: CodingKey {
    case layers
    case leftOut
  }
}
