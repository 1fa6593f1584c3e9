import Checkpoints
import Foundation
import Tensors
import TestSupport
import Testing

func tensorFlowPath(_ name: String) -> String { Fixtures.path("checkpoints/tensorflow/\(name)") }

@Suite("A checkpoint that TensorFlow wrote")
struct TensorFlowCheckpointTests {
  private func open(_ name: String) throws(CheckpointError) -> Checkpoint {
    try Checkpoint(contentsOf: tensorFlowPath(name))
  }

  @Test(
    "has TensorFlow's variables, in layers, and says what it leaves out",
    arguments: ExpectedBundle.all)
  func listing(_ bundle: String) throws {
    let checkpoint = try open(bundle)
    let expected = try ExpectedBundle(bundle)
    #expect(Set(checkpoint.layers.map(\.name)) == Set(expected.layers.map(\.name)))
    #expect(checkpoint.layers.count == expected.layers.count)
    for expected in expected.layers {
      let layer = try #require(checkpoint.layers.first { $0.name == expected.name })
      #expect(layer.tensors.map(\.path) == expected.keys)
      #expect(layer.tensors.map(\.role?.rawValue) == expected.roles)
      #expect(layer.tensors.map(\.shape.dimensions) == expected.shapes)
      #expect(layer.tensors.map(\.index) == Array(expected.shapes.indices))
    }
    let leftOut = checkpoint.leftOut.map { ($0.path, $0.reason.rawValue) }
    #expect(Dictionary(uniqueKeysWithValues: leftOut) == expected.leftOut)
    #expect(checkpoint.kerasVersion == nil && checkpoint.modelConfig == nil)
  }

  @Test(
    "lists its layers in an order that numbers make",
    arguments: ExpectedBundle.all.filter { $0 != "managed/ckpt-1" })
  func order(_ bundle: String) throws {
    #expect(try open(bundle).layers.map(\.name) == ExpectedBundle(bundle).layers.map(\.name))
  }

  @Test("has the values that were saved", arguments: ExpectedBundle.all.filter { $0 != "types" })
  func values(_ bundle: String) throws {
    let checkpoint = try open(bundle)
    #expect(!checkpoint.layers.isEmpty)
    for layer in checkpoint.layers {
      for tensor in layer.tensors {
        let expected = FormulaWeights.values(
          layer.name ?? layer.location, tensor.index, count: tensor.shape.elementCount)
        #expect(try checkpoint.tensor(tensor).values == expected, "\(tensor.path)")
      }
    }
  }

  @Test(
    "reads each type",
    arguments: [
      "float16", "bfloat16", "float32", "float64", "int16", "int32", "int64", "uint16", "uint32",
      "uint64",
    ])
  func types(_ kind: String) throws {
    let checkpoint = try open("types")
    let layer = try #require(checkpoint.layers.first { $0.name == kind })
    #expect(layer.tensors.map(\.type.description) == [kind])
    #expect(layer.tensors[0].storedBytes == 15 * layer.tensors[0].type.kind.width)
    let formula = FormulaWeights.values("types", 0, count: 15)
    let expected =
      kind.contains("float")
      ? formula : formula.map { kind.hasPrefix("u") ? abs($0 * 64) : $0 * 64 }
    #expect(try checkpoint.tensor(layer.tensors[0]).values == expected)
  }

  @Test("reads a tensor of one number and one of none")
  func extremes() throws {
    let checkpoint = try open("types")
    let scalar = try #require(checkpoint.layers.first { $0.name == "scalar" })
    #expect(try checkpoint.tensor(scalar.tensors[0]) == Tensor(shape: [], values: [0.25]))
    let empty = try #require(checkpoint.layers.first { $0.name == "empty" })
    #expect(try checkpoint.tensor(empty.tensors[0]) == Tensor(shape: [0, 4], values: []))
  }

  @Test("refuses to make floats of quantised numbers", arguments: ["int8", "uint8"])
  func quantised(_ kind: String) throws {
    let checkpoint = try open("types")
    let layer = try #require(checkpoint.layers.first { $0.name == kind })
    let error = try #require(throws: CheckpointError.self) {
      _ = try checkpoint.tensor(layer.tensors[0])
    }
    #expect(error.description.contains("\(kind)/kernel: not supported: quantised weights"))
  }

  @Test(
    "is found by any of its files, and by its folder",
    arguments: [
      ("slim", .tensorFlowNames), ("slim.index", .tensorFlowNames),
      ("slim.data-00000-of-00001", .tensorFlowNames), ("trained", .tensorFlowObjects),
      ("managed", .tensorFlowObjects), ("managed/checkpoint", .tensorFlowObjects),
      ("saved_model", .savedModel), ("saved_model/", .savedModel),
      ("saved_model/saved_model.pb", .savedModel), ("saved_model/variables/variables", .savedModel),
      ("exported/variables/variables.index", .savedModel),
    ] as [(String, CheckpointFormat)])
  func location(_ name: String, _ format: CheckpointFormat) throws {
    let checkpoint = try open(name)
    #expect(checkpoint.format == format)
    #expect(!checkpoint.layers.isEmpty)
  }

  @Test(
    "of a trained network has the weights of its Keras file, in the same order",
    arguments: ["digits-regular", "digits-bottleneck"])
  func trained(_ name: String) throws {
    let checkpoint = try open("\(name).tf2")
    let keras = try Checkpoint(contentsOf: Fixtures.path("checkpoints/digits/\(name).keras2.h5"))
    let weighted = keras.layers.filter { !$0.tensors.isEmpty }
    #expect(checkpoint.recordsLayerOrder)
    #expect(checkpoint.layers.map(\.name) == weighted.map(\.name))
    #expect(checkpoint.layers.map(\.ordinal) == Array(weighted.indices))
    for (ours, theirs) in zip(checkpoint.layers, weighted) {
      try expectSame(ours, of: checkpoint, theirs, of: keras)
    }
  }

  @Test("by name has the same weights under scoped names", arguments: ["counters", "scopes"])
  func scoped(_ kind: String) throws {
    let checkpoint = try open("digits-regular.\(kind)")
    let keras = try Checkpoint(
      contentsOf: Fixtures.path("checkpoints/digits/digits-regular.keras2.h5"))
    let names = try JSONDecoder().decode(
      [String: String].self,
      from: Fixtures.data("checkpoints/tensorflow/digits-regular.\(kind).json"))
    #expect(!checkpoint.recordsLayerOrder)
    #expect(Set(checkpoint.layers.compactMap(\.name)) == Set(names.keys))
    for layer in checkpoint.layers {
      let theirs = try #require(keras.layers.first { $0.name == names[layer.label] })
      try expectSame(layer, of: checkpoint, theirs, of: keras)
    }
    #expect(checkpoint.leftOut.isEmpty == (kind == "counters"))
    #expect(checkpoint.leftOut.allSatisfy { $0.reason == .optimizerState })
  }

  private func expectSame(
    _ ours: CheckpointLayer, of checkpoint: Checkpoint, _ theirs: CheckpointLayer,
    of other: Checkpoint
  ) throws {
    #expect(ours.tensors.map(\.role) == theirs.tensors.map(\.role))
    for (tensor, expected) in zip(ours.tensors, theirs.tensors) {
      #expect(try checkpoint.tensor(tensor) == other.tensor(expected), "\(tensor.path)")
    }
  }

  @Test("names all its files, whichever was given")
  func files() throws {
    let names = ["index"] + (0..<3).map { "data-0000\($0)-of-00003" }
    let expected = names.map { tensorFlowPath("sharded.\($0)") }
    #expect(try open("sharded").files == expected)
    #expect(try open("sharded.data-00001-of-00003").files == expected)
    let keras = Fixtures.path("checkpoints/formats/legacy_tfkeras.h5")
    #expect(try Checkpoint(contentsOf: keras).files == [keras])
  }

  @Test("tells layers that have no name by the way to them")
  func ways() throws {
    let layers = try open("modules").layers
    #expect(layers.map(\.location) == (0..<11).map { "blocks/\($0)" } + ["head"])
    #expect(layers.flatMap(\.tensors).map(\.name).prefix(2) == ["kernel", "bias"])
  }

  @Test(
    "drops the model's name that Keras 3 puts before every layer",
    arguments: ["managed", "exported"])
  func scope(_ name: String) throws {
    let layers = try open(name).layers
    #expect(layers.allSatisfy { $0.parents == ["sequential"] })
    #expect(layers.flatMap(\.tensors).allSatisfy { $0.name.hasPrefix("sequential/") })
  }
}
