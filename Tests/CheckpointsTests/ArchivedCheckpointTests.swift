import Archives
import Checkpoints
import Foundation
import Tensors
import TestSupport
import Testing

/// Opens a checkpoint of `Fixtures/checkpoints/archives`.
func openArchive(_ name: String) throws(CheckpointError) -> Checkpoint {
  try Checkpoint(contentsOf: Fixtures.path("checkpoints/archives/\(name)"))
}

@Suite("A checkpoint in an archive, in several files, or of plain arrays")
struct ArchivedCheckpointTests {
  static let inZip = ["stored_keras3.keras", "stored_tfkeras.keras", "deflated_keras3.keras"]
  static let arrays = [
    "numpy.npz", "float32.npz", "compressed.npz", "float16.npz", "float64.npz", "float32_big.npz",
    "bfloat16.npz", "fortran.npz", "float32.safetensors", "dotted.safetensors",
    "float16.safetensors", "float64.safetensors", "bfloat16.safetensors",
  ]

  private func weighted() throws -> [ExpectedLayer] {
    let data = try Fixtures.data("checkpoints/archives/expected.json")
    let all = try JSONDecoder().decode([String: [ExpectedLayer]].self, from: data)
    return try #require(all["stored_keras3.keras"]).filter { !$0.variables.isEmpty }
  }

  private func expectFormula(
    _ name: String, in layer: CheckpointLayer, of checkpoint: Checkpoint
  ) throws {
    for (index, tensor) in layer.tensors.enumerated() {
      let expected = FormulaWeights.values(name, index, count: tensor.shape.elementCount)
      #expect(try checkpoint.tensor(tensor).values == expected, "\(tensor.path)")
    }
  }

  @Test("is a .keras archive also where its weights begin where HDF5 after a user block would")
  func byChance() throws {
    let archive = try ZipArchive(reading: Fixtures.path("configs/plain.keras3.keras"))
    func content(_ name: String) throws -> [UInt8] {
      try archive.content(of: try #require(archive.entry(name)), limit: 1 << 24)
    }
    let scratch = try ScratchFolder()
    let path = scratch.path("chance.keras")
    #expect(FileManager.default.createFile(atPath: path, contents: nil))
    let handle = try #require(FileHandle(forWritingAtPath: path))
    var writer = ZipWriter(to: handle)
    let (metadata, config) = try (content("metadata.json"), content("config.json"))
    // Each member follows 30 bytes and its name; the weights shall begin at 128 KiB.
    let names = ["metadata.json", "config.json", "model.weights.h5"]
    let before = names.reduce(0) { $0 + 30 + $1.utf8.count } + metadata.count + config.count
    let blanks = [UInt8](repeating: UInt8(ascii: " "), count: (1 << 17) - before)
    try writer.add(Data(metadata), named: names[0])
    try writer.add(Data(config + blanks), named: names[1])
    try writer.add(Data(content(names[2])), named: names[2])
    try writer.finish()
    let checkpoint = try Checkpoint(contentsOf: path)
    #expect(checkpoint.format == .kerasArchive && checkpoint.config != nil)
  }

  @Test("is a .keras archive, stored or deflated", arguments: inZip)
  func keras(_ file: String) throws {
    let checkpoint = try openArchive(file)
    #expect(checkpoint.format == .kerasArchive)
    #expect(checkpoint.kerasVersion == (file.contains("tfkeras") ? "2.21.0" : "3.15.1"))
    let config = try #require(checkpoint.modelConfig)
    let json = try JSONSerialization.jsonObject(with: Data(config.utf8)) as? [String: Any]
    #expect(json?["class_name"] as? String == "Functional")
    let found = checkpoint.layers.filter { !$0.tensors.isEmpty }
    var counts: [String: Int] = [:]
    for expected in try weighted() {
      let ordinal = counts[expected.snakeClass, default: 0]
      counts[expected.snakeClass] = ordinal + 1
      let layer = try #require(
        found.first { $0.kerasClass == expected.snakeClass && $0.ordinal == ordinal })
      #expect(layer.name == expected.name)
      #expect(layer.tensors.map(\.shape.dimensions) == expected.shapes)
      try expectFormula(expected.name, in: layer, of: checkpoint)
    }
    #expect(found.count == 4)
  }

  @Test("is spread over several files that an index names")
  func sharded() throws {
    let checkpoint = try openArchive("sharded.weights.json")
    #expect(checkpoint.format == .shardedWeightsV3)
    let found = checkpoint.layers.filter { !$0.tensors.isEmpty }
    for expected in try weighted() {
      let layer = try #require(found.first { $0.name == expected.name })
      #expect(layer.tensors.map(\.shape.dimensions) == expected.shapes)
      try expectFormula(expected.name, in: layer, of: checkpoint)
    }
    #expect(found.count == 4)
  }

  @Test("is plain arrays, told by their names", arguments: arrays)
  func namedArrays(_ file: String) throws {
    let checkpoint = try openArchive(file)
    let isNumPy = file.hasSuffix(".npz")
    #expect(checkpoint.format == (isNumPy ? .numPyArchive : .safetensors))
    #expect(checkpoint.recordsLayerOrder == isNumPy)
    let expected = try weighted()
    // Safetensors files are sorted by their writer; an .npz keeps the order that it was given.
    if isNumPy { #expect(checkpoint.layers.map(\.name) == expected.map(\.name)) }
    #expect(Set(checkpoint.layers.map(\.name)) == Set(expected.map(\.name)))
    for expected in expected {
      let layer = try #require(checkpoint.layers.first { $0.name == expected.name })
      #expect(Set(layer.tensors.map(\.role?.rawValue)) == Set(expected.variables))
      for (index, variable) in expected.variables.enumerated() {
        let tensor = try #require(layer.tensors.first { $0.role?.rawValue == variable })
        #expect(tensor.shape.dimensions == expected.shapes[index])
        let values = FormulaWeights.values(
          expected.name, index, count: tensor.shape.elementCount)
        #expect(try checkpoint.tensor(tensor).values == values, "\(tensor.path)")
      }
    }
    let type = String(file.split(separator: ".")[0]).replacing("_big", with: " big-endian")
    if ElementType.Kind(rawValue: String(type.prefix { $0 != " " })) != nil {
      #expect(Set(checkpoint.layers.flatMap(\.tensors).map(\.type.description)) == [type])
    }
  }

  @Test("may hold whole numbers of 16 bits and more", arguments: ["npz", "safetensors"])
  func integers(_ kind: String) throws {
    let checkpoint = try openArchive("integers.\(kind)")
    let tensors = try #require(checkpoint.layers.first { $0.name == "ints" }).tensors
    #expect(tensors.count == 7)
    for tensor in tensors {
      #expect(tensor.name == "ints/\(tensor.type.description)")
      guard tensor.type.kind.width > 1 else {
        #expect(throws: CheckpointError.self) { try checkpoint.tensor(tensor) }
        continue
      }
      let bits = 8 * tensor.type.kind.width - (tensor.name.contains("/i") ? 2 : 1)
      let values = try checkpoint.tensor(tensor).values
      #expect(values == [0, 1, 100, Float(sign: .plus, exponent: bits, significand: 1)])
    }
  }

  @Test("of Keras 0 has layers by number, weightless ones included")
  func kerasZero() throws {
    let checkpoint = try openArchive("keras0.h5")
    #expect(checkpoint.format == .numberedWeights)
    #expect(checkpoint.layers.map(\.label) == (0..<7).map { "/layer_\($0)" })
    #expect(checkpoint.layers.map(\.tensors.count) == [0, 2, 4, 0, 1, 0, 2])
    for (number, name) in [(1, "stem"), (2, "norm"), (4, "head_conv"), (6, "logits")] {
      try expectFormula(name, in: checkpoint.layers[number], of: checkpoint)
    }
    #expect(checkpoint.leftOut.isEmpty)
  }

  @Test("is recognised under any name", arguments: inZip + ["float16.npz", "float16.safetensors"])
  func anyName(_ file: String) throws {
    let scratch = try ScratchFolder()
    let copy = try scratch.write(
      Fixtures.data("checkpoints/archives/\(file)"), as: "weights.h5")
    #expect(try Checkpoint(contentsOf: copy).layers == openArchive(file).layers)
  }

  @Test("is read by many tasks at once", arguments: inZip + ["compressed.npz"])
  func concurrent(_ file: String) async throws {
    let checkpoint = try openArchive(file)
    let tensors = checkpoint.layers.flatMap(\.tensors)
    let expected = try tensors.map { try checkpoint.tensor($0) }
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for (tensor, values) in zip(tensors, expected) {
        for _ in 0..<4 { group.addTask { try checkpoint.tensor(tensor) == values } }
      }
      for try await isSame in group { #expect(isSame) }
    }
  }
}
