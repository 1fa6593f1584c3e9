import Archives
import Engine
import Foundation
import Importing
import KerasConfigs
import Networks
import Tensors
import TestSupport
import Testing

/// Weights that follow from names alone, by the formula of `Tools/compat/architecture_models.py`.
private struct NamedWeights {
  let gain: Float

  func values(of parameter: Parameter) -> [Float] {
    let shape = parameter.shape.dimensions
    var state = Self.hash("\(parameter.layer)/\(parameter.role.rawValue)")
    var factor: Float = 0.1
    var base: Float = 0
    var isCentred = true
    switch parameter.role {
    case .kernel, .pointwiseKernel, .depthwiseKernel:
      let taps =
        parameter.role == .depthwiseKernel ? shape[0] * shape[1] : shape.dropLast().reduce(1, *)
      factor = (Float(3) / Float(taps)).squareRoot()
    case .gamma, .movingVariance: (factor, base, isCentred) = (0.4, 0.8, false)
    case .mean: factor = 0.5
    case .variance: (factor, base, isCentred) = (1, 0.5, false)
    default: break
    }
    let isKernel = parameter.path.hasSuffix("kernel")
    let gain = gain
    let count = parameter.shape.elementCount
    return unsafe [Float](unsafeUninitializedCapacity: count) { values, filled in
      for place in 0..<count {
        let u = Float(Self.next(&state) >> 40) / Float(1 << 24)
        let value = isCentred ? (2 * u - 1) * factor : base + factor * u
        unsafe values[place] = isKernel ? value * gain : value
      }
      filled = count
    }
  }

  /// FNV-1a, 64 bits.
  private static func hash(_ text: String) -> UInt64 {
    text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }

  /// SplitMix64.
  private static func next(_ state: inout UInt64) -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

@Suite("The architectures of keras.applications run from their configs")
struct ArchitectureTests {
  struct Model: Decodable, Sendable {
    let name: String
    let gain: Float
  }

  static let models: [Model] = {
    struct Index: Decodable { let models: [Model] }
    do {
      return try JSONDecoder().decode(
        Index.self, from: Fixtures.data("architectures/index.json")
      ).models
    } catch {
      Issue.record("\(error)")
      return []
    }
  }()

  /// Whose words a config is in.
  static let dialects = ["keras3.keras", "keras3.h5", "tfkeras.keras", "tfkeras.h5"]

  private func golden(_ name: String) throws -> Tensor {
    let archive = try ZipArchive(reading: Fixtures.path("architectures/goldens.npz"))
    let entry = try #require(archive.entry("\(name).npy"))
    return try NumPyFile.decode(Data(archive.content(of: entry, limit: 1 << 24)), name: name)
  }

  @Test(
    "Each gives Keras's logits within 1e-4 of the largest",
    arguments: models.map(\.name), dialects)
  func logits(_ name: String, _ dialect: String) throws {
    let model = try #require(Self.models.first { $0.name == name })
    let configs = try ZipArchive(reading: Fixtures.path("architectures/configs.zip"))
    let entry = try #require(configs.entry("\(name).\(dialect).json"))
    let text = String(decoding: try configs.content(of: entry, limit: 1 << 24), as: UTF8.self)
    var options = ImportOptions()
    options.kerasVersion = dialect.hasPrefix("keras3") ? 3 : 2
    let images = try golden("\(name)/input")
    (options.height, options.width) = (images.shape[1], images.shape[2])
    let graph = try ImportedNetwork(try #require(try KerasConfig(text).model), options).graph
    let weights = NamedWeights(gain: model.gain)
    let sources = graph.parameters.map { parameter in
      (
        parameter,
        ParameterSource { buffer in
          _ = unsafe buffer.update(fromContentsOf: weights.values(of: parameter))
        }
      )
    }
    let bound = try BoundGraph(graph, sources: Dictionary(uniqueKeysWithValues: sources))
    let result = try Plan(compiling: bound, batch: 2, threads: 2).run(images)
    let expected = try golden("\(name)/\(dialect.split(separator: ".")[0])")
    #expect(result.shape == expected.shape)
    let worst = result.worstDifference(from: expected)
    #expect(worst.difference <= 1e-4 * worst.largest, "\(worst)")
  }
}
