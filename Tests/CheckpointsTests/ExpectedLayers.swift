import Foundation
import TestSupport

/// A layer as Keras itself described it when it wrote a fixture.
struct ExpectedLayer: Decodable, Hashable {
  let name: String
  let `class`: String
  let parents: [String]
  let variables: [String]
  let shapes: [[Int]]

  /// `BatchNormalization` as a v3 file spells it.
  var snakeClass: String {
    switch self.class {
    case "ReLU": "re_lu"
    case "Conv2D": "conv2d"
    case "DepthwiseConv2D": "depthwise_conv2d"
    case "GlobalAveragePooling2D": "global_average_pooling2d"
    case "BatchNormalization": "batch_normalization"
    case "InputLayer": "input_layer"
    case let other: other.lowercased()
    }
  }

  /// The layers of a fixture in the order of `model.layers`, inner models opened in place.
  static func layers(of file: String) throws -> [ExpectedLayer] {
    let data = try Fixtures.data("checkpoints/formats/expected.json")
    let all = try JSONDecoder().decode([String: Entry].self, from: data)
    switch all[file] {
    case .layers(let layers): return layers
    case .sameAs(let other): return try layers(of: other)
    case nil: throw CocoaError(.keyValueValidation)
    }
  }

  /// A list, or the name of the file with the same list.
  private enum Entry: Decodable {
    case layers([ExpectedLayer])
    case sameAs(String)

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let other = try? container.decode(String.self) {
        self = .sameAs(other)
      } else {
        self = .layers(try container.decode([ExpectedLayer].self))
      }
    }
  }
}
