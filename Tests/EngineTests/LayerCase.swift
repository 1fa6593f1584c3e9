import Foundation
import Layers
import Networks
import Tensors
import TestSupport

/// One layer as Keras ran it (`Fixtures/layers/cases.json`).
struct LayerCase: Decodable, Sendable, CustomStringConvertible {
  let name: String
  let op: String
  let input: [Int]
  let filters: Int?
  let groups: Int?
  let kernelSize: [Int]?
  let strides: [Int]?
  let dilationRate: [Int]?
  let poolSize: [Int]?
  let depthMultiplier: Int?
  let useBias: Bool?
  let epsilon: Float?
  let scale: Bool?
  let center: Bool?
  let training: Bool?
  let units: Int?
  let flattenKnowsFormat: Bool?
  let inputs: Int?
  private let padding: PaddingField?

  var description: String { name }

  /// `"same"` for windows, `[[top, bottom], [left, right]]` for zeros around a map.
  private enum PaddingField: Decodable {
    case rule(String)
    case edges([[Int]])

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let rule = try? container.decode(String.self) {
        self = .rule(rule)
      } else {
        self = .edges(try container.decode([[Int]].self))
      }
    }
  }

  var rule: Padding { if case .rule("same") = padding { .same } else { .valid } }

  var edges: EdgePadding {
    guard case .edges(let sides) = padding else { return .none }
    return EdgePadding(
      top: sides[0][0], bottom: sides[0][1], left: sides[1][0], right: sides[1][1])
  }

  static let all: [LayerCase] = {
    struct File: Decodable { let cases: [LayerCase] }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    do {
      return try decoder.decode(File.self, from: Fixtures.data("layers/cases.json")).cases
    } catch {
      preconditionFailure("Fixtures/layers/cases.json: \(error)")
    }
  }()

  func tensor(_ file: String) throws -> Tensor { try Fixtures.tensor("layers/\(name)/\(file).npy") }

  /// The channels of each input; those of a concatenation differ.
  var channelsOfInput: [Int] {
    (0..<(inputs ?? 1)).map { (try? inputTensor($0))?.shape.dimensions.last ?? 0 }
  }

  func inputTensor(_ index: Int) throws -> Tensor {
    try tensor(index == 0 ? "input" : "input\(index)")
  }

  /// All inputs side by side on the channel axis, as N·H·W·C.
  func joinedInput() throws -> Tensor {
    let tensors = try (0..<(inputs ?? 1)).map(inputTensor)
    let extents = input.count == 2 ? [input[0], 1, 1] : Array(input.dropLast())
    let channels = channelsOfInput
    let pixels = extents.reduce(1, *)
    let values = (0..<pixels).flatMap { pixel in
      zip(tensors, channels).flatMap { $0.values[pixel * $1..<(pixel + 1) * $1] }
    }
    return Tensor(shape: Shape(extents + [channels.reduce(0, +)]), values: values)
  }

  /// The values of one weight of the network.
  func weight(_ parameter: Parameter) throws -> [Float] {
    guard parameter.layer.hasPrefix("pick"), let index = Int(parameter.layer.dropFirst(4)) else {
      return try tensor(parameter.role.rawValue).values
    }
    let (rows, columns) = (parameter.shape[2], parameter.shape[3])
    let first = channelsOfInput[..<index].reduce(0, +)
    return (0..<rows * columns).map { $0 / columns == first + $0 % columns ? 1 : 0 }
  }
}

/// A network of just this layer.
///
/// Layers of several inputs read the inputs side by side on the channel axis; a 1×1 convolution
/// with a kernel of zeros and ones picks each out, exactly.
struct SingleLayer: Block {
  let layer: LayerCase
  let dataFormat: DataFormat

  func callAsFunction(_ image: Signal) -> Signal {
    // Rows of numbers come in as maps of one pixel.
    let x = layer.input.count == 2 ? image.flatten() : image
    switch layer.op {
    case "Conv2D":
      return x.conv(
        "layer", filters: layer.filters ?? 0, kernel: extent(layer.kernelSize),
        strides: extent(layer.strides), padding: layer.rule, dilation: extent(layer.dilationRate),
        groups: layer.groups ?? 1, bias: layer.useBias ?? true)
    case "DepthwiseConv2D":
      // The kernels H·W·C·M lie in memory like those of C groups, H·W·1·(C·M).
      let channels = x.extents[2]
      return x.conv(
        "layer", filters: channels * (layer.depthMultiplier ?? 1),
        kernel: extent(layer.kernelSize), strides: extent(layer.strides), padding: layer.rule,
        dilation: extent(layer.dilationRate), groups: channels, bias: layer.useBias ?? true)
    case "BatchNormalization":
      return x.batchNorm(
        "layer", epsilon: layer.epsilon ?? 0, scale: layer.scale ?? true,
        center: layer.center ?? true)
    case "MaxPooling2D":
      return x.maxPool(
        extent(layer.poolSize), strides: extent(layer.strides), padding: layer.rule)
    case "AveragePooling2D":
      return x.averagePool(
        extent(layer.poolSize), strides: extent(layer.strides), padding: layer.rule)
    case "GlobalAveragePooling2D": return x.globalAveragePool()
    case "GlobalMaxPooling2D":
      return x.maxPool(Extent(height: layer.input[1], width: layer.input[2]), strides: 1).flatten()
    case "ZeroPadding2D": return x.zeroPadding(layer.edges)
    case "Dense": return x.dense("layer", units: layer.units ?? 0, bias: layer.useBias ?? true)
    case "Flatten": return x.flatten(order: flattenOrder)
    case "Flatten+Dense":
      return x.flatten(order: flattenOrder)
        .dense("layer", units: layer.units ?? 0, bias: layer.useBias ?? true)
    case "ReLU": return x.relu()
    case "Softmax": return x.softmax()
    case "Add":
      return (1..<operands).reduce(pick(0, from: x)) { $0 + pick($1, from: x) }
    case "Concatenate": return pick(0, from: x).concatenated(with: pick(1, from: x))
    default: preconditionFailure("\(layer.name): no such layer: \(layer.op)")
    }
  }

  private var operands: Int { layer.inputs ?? 1 }

  private func pick(_ index: Int, from x: Signal) -> Signal {
    x.conv("pick\(index)", filters: layer.channelsOfInput[index], kernel: 1, bias: false)
  }

  /// Keras's `Flatten` reads C·H·W only where nobody told it that the map is channels_first.
  private var flattenOrder: DataFormat {
    layer.flattenKnowsFormat == false ? dataFormat : .channelsLast
  }

  private func extent(_ sizes: [Int]?) -> Extent {
    guard let sizes else { return 1 }
    return Extent(height: sizes[0], width: sizes[1])
  }
}
