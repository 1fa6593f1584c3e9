import Checkpoints
import Foundation
import Tensors
import TestSupport
import Testing

func open(_ name: String) throws(CheckpointError) -> Checkpoint {
  try Checkpoint(contentsOf: Fixtures.path("checkpoints/formats/\(name)"))
}

@Suite("A checkpoint that Keras wrote")
struct CheckpointTests {
  static let legacy = [
    "legacy_tfkeras.h5", "legacy_h5py2.h5", "legacy_spaces.h5", "legacy_split.h5",
    "legacy_chunked.h5", "legacy_float16.h5", "legacy_float16_big.h5", "legacy_float32_big.h5",
    "legacy_float64.h5", "legacy_bfloat16.h5", "whole_tfkeras.h5", "whole_keras3.h5",
  ]
  static let named = ["v3_keras3.weights.h5", "nested_keras3.weights.h5"]
  static let nameless = [
    "v3_keras3_nameless.weights.h5", "v3_tfkeras.weights.h5", "nested_tfkeras.weights.h5",
  ]
  static let nested = [
    "nested_whole_tfkeras.h5", "nested_whole_keras3.h5", "sequential_whole_keras3.h5",
  ]

  /// Every tensor of `layer` holds what the formula says for the layer of this name.
  private func expectFormula(
    _ name: String, in layer: CheckpointLayer, of checkpoint: Checkpoint
  ) throws {
    for tensor in layer.tensors {
      let expected = FormulaWeights.values(
        name, tensor.index, count: tensor.shape.elementCount)
      #expect(try checkpoint.tensor(tensor).values == expected, "\(tensor.path)")
    }
  }

  @Test("in a legacy layout has Keras's layers in its order, with its values", arguments: legacy)
  func legacyLayers(_ file: String) throws {
    let checkpoint = try open(file)
    let expected = try ExpectedLayer.layers(of: file)
    #expect(checkpoint.layers.map(\.name) == expected.map(\.name))
    for (layer, expected) in zip(checkpoint.layers, expected) {
      #expect(layer.tensors.map(\.role?.rawValue) == expected.variables)
      #expect(layer.tensors.map(\.shape.dimensions) == expected.shapes)
      #expect(layer.tensors.map(\.index) == Array(expected.shapes.indices))
      #expect(layer.parents.isEmpty && layer.kerasClass == nil && layer.ordinal == nil)
      try expectFormula(expected.name, in: layer, of: checkpoint)
    }
  }

  @Test("in the v3 layout has Keras's names where the file tells them", arguments: named)
  func namedLayers(_ file: String) throws {
    let checkpoint = try open(file)
    let expected = try ExpectedLayer.layers(of: file)
    #expect(checkpoint.layers.count == expected.count)
    for expected in expected {
      let layer = try #require(checkpoint.layers.first { $0.name == expected.name })
      #expect(layer.kerasClass == expected.snakeClass)
      #expect(layer.parents == expected.parents)
      #expect(layer.tensors.map(\.shape.dimensions) == expected.shapes)
      #expect(layer.tensors.allSatisfy { $0.role == nil })
      try expectFormula(expected.name, in: layer, of: checkpoint)
    }
  }

  @Test("in the v3 layout without names is told by class and number", arguments: nameless)
  func namelessLayers(_ file: String) throws {
    let checkpoint = try open(file)
    let expected = try ExpectedLayer.layers(of: file)
    #expect(checkpoint.layers.count == expected.count)
    #expect(checkpoint.layers.allSatisfy { $0.name == nil })
    var counts: [[String]: Int] = [:]
    for expected in expected {
      let key = expected.parents + [expected.snakeClass]
      let ordinal = counts[key, default: 0]
      counts[key] = ordinal + 1
      let layer = try #require(
        checkpoint.layers.first {
          $0.kerasClass == expected.snakeClass && $0.ordinal == ordinal
            && $0.parents.count == expected.parents.count
        })
      #expect(layer.tensors.map(\.shape.dimensions) == expected.shapes)
      try expectFormula(expected.name, in: layer, of: checkpoint)
    }
  }

  @Test("sorts the numbers of a class as numbers", arguments: [named[0], nameless[0]])
  func numericOrder(_ file: String) throws {
    let layers = try open(file).layers
    #expect(layers.filter { $0.kerasClass == "conv2d" }.map(\.ordinal) == Array(0..<12))
    #expect(layers.compactMap(\.kerasClass).first == "batch_normalization")
  }

  @Test("shows the layers of a model inside the model, with their own weights", arguments: nested)
  func nestedLayers(_ file: String) throws {
    let checkpoint = try open(file)
    let weighted = try ExpectedLayer.layers(of: file).filter { !$0.variables.isEmpty }
    let found = checkpoint.layers.filter { !$0.tensors.isEmpty }
    #expect(Set(found.map(\.name)) == Set(weighted.map(\.name)))
    #expect(found.count == weighted.count)
    for expected in weighted {
      let layer = try #require(found.first { $0.name == expected.name })
      #expect(layer.parents == expected.parents)
      #expect(layer.tensors.map(\.role?.rawValue) == expected.variables)
      #expect(layer.tensors.map(\.shape.dimensions) == expected.shapes)
      try expectFormula(expected.name, in: layer, of: checkpoint)
    }
  }

  @Test(
    "lists every tensor exactly once, and leaves nothing out unsaid",
    arguments: legacy + named + nameless + nested)
  func complete(_ file: String) throws {
    let checkpoint = try open(file)
    let paths = checkpoint.layers.flatMap(\.tensors).map(\.path)
    #expect(Set(paths).count == paths.count)
    let expected = try ExpectedLayer.layers(of: file).flatMap(\.shapes).count
    #expect(paths.count == expected)
    #expect(!checkpoint.leftOut.contains { [.unlisted, .link].contains($0.reason) })
  }

  @Test(
    "tells the stored type",
    arguments: [
      ("legacy_tfkeras.h5", "float32"), ("legacy_float16.h5", "float16"),
      ("legacy_float16_big.h5", "float16 big-endian"),
      ("legacy_float32_big.h5", "float32 big-endian"), ("legacy_float64.h5", "float64"),
      ("legacy_bfloat16.h5", "bfloat16"),
    ])
  func types(_ file: String, _ type: String) throws {
    let tensors = try open(file).layers.flatMap(\.tensors)
    #expect(Set(tensors.map(\.type.description)) == [type])
    #expect(tensors.allSatisfy { $0.storedBytes == $0.shape.elementCount * $0.type.kind.width })
  }

  @Test(
    "tells its format and who wrote it",
    arguments: [
      ("legacy_tfkeras.h5", .legacyWeights, "2.21.0", "tensorflow", false),
      ("legacy_spaces.h5", .legacyWeights, "2.21.0", "tensorflow", false),
      ("whole_tfkeras.h5", .wholeModel, "2.21.0", "tensorflow", true),
      ("whole_keras3.h5", .wholeModel, "3.15.1", "tensorflow", true),
      ("v3_keras3.weights.h5", .weightsV3, nil, nil, false),
      ("keras1.h5", .legacyWeights, nil, nil, false),
    ] as [(String, CheckpointFormat, String?, String?, Bool)])
  func metadata(
    _ file: String, _ format: CheckpointFormat, _ version: String?, _ backend: String?,
    _ hasConfig: Bool
  ) throws {
    let checkpoint = try open(file)
    #expect(checkpoint.format == format)
    #expect(checkpoint.kerasVersion == version)
    #expect(checkpoint.backend == backend)
    #expect((checkpoint.modelConfig != nil) == hasConfig)
    if let config = checkpoint.modelConfig {
      let json = try JSONSerialization.jsonObject(with: Data(config.utf8)) as? [String: Any]
      #expect(json?["class_name"] as? String == "Functional")
    }
  }

  @Test(
    "is recognised by its content under any name", arguments: [legacy[0], legacy[10], named[0]])
  func anyName(_ file: String) throws {
    let scratch = try ScratchFolder()
    let copy = try scratch.write(Fixtures.data("checkpoints/formats/\(file)"), as: "notes.txt")
    let original = try open(file)
    let checkpoint = try Checkpoint(contentsOf: copy)
    #expect(checkpoint.format == original.format)
    #expect(checkpoint.layers == original.layers)
  }

  @Test("is read by many tasks at once")
  func concurrent() async throws {
    let checkpoint = try open("legacy_chunked.h5")
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for layer in checkpoint.layers {
        for tensor in layer.tensors {
          group.addTask {
            let values = FormulaWeights.values(
              layer.label, tensor.index, count: tensor.shape.elementCount)
            return try checkpoint.tensor(tensor).values == values
          }
        }
      }
      for try await isRight in group { #expect(isRight) }
    }
  }
}
