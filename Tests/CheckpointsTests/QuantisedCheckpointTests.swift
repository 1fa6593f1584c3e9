import Checkpoints
import Foundation
import Tensors
import TestSupport
import Testing

@Suite("Quantised weights")
struct QuantisedCheckpointTests {
  private static let folder = "checkpoints/conventions/"

  private static let isolations: [CheckpointIsolation] = [
    .inProcess,
    .childProcess(executable: BuiltProgram.path("ReaderProgram"), arguments: ["serve"]),
  ]

  @Test("of a dense layer and an embedding are what Keras makes of them", arguments: isolations)
  func values(isolation: CheckpointIsolation) throws {
    let checkpoint = try Checkpoint(
      contentsOf: Fixtures.path(Self.folder + "small-int8.weights.h5"), isolation: isolation)
    let expected = try JSONDecoder().decode(
      [String: [Float]].self, from: Fixtures.data(Self.folder + "small-int8.json"))
    for name in ["bare", "table"] {
      let layer = try #require(checkpoint.layers.first { $0.name == name })
      #expect(layer.tensors.map(\.type.kind) == [.int8])
      let tensor = layer.tensors[0]
      #expect(tensor.scale?.axis == (name == "bare" ? .columns : .rows))
      #expect(try checkpoint.tensor(tensor).values == expected[name])
    }
  }

  @Test("of four bits are refused, not taken for eight")
  func packed() throws {
    let checkpoint = try Checkpoint(
      contentsOf: Fixtures.path(Self.folder + "small-int4.weights.h5"))
    let layer = try #require(checkpoint.layers.first { $0.name == "packed" })
    let tensor = try #require(layer.tensors.first)
    #expect(tensor.type.kind == .int8 && tensor.scale == nil && layer.tensors.count > 2)
    let error = #expect(throws: CheckpointError.self) { _ = try checkpoint.tensor(tensor) }
    #expect(error?.description.hasSuffix("quantised weights (int8) are not read yet") == true)
  }

  @Test("are paired by name or by place, and only where every shape is right")
  func pairing() throws {
    func layer(
      _ kerasClass: String?, _ tensors: [(String, [Int], ElementType.Kind)]
    ) -> CheckpointLayer {
      CheckpointLayer(
        name: "l", kerasClass: kerasClass, location: "/l",
        tensors: tensors.enumerated().map { index, tensor in
          CheckpointTensor(
            name: tensor.0, role: VariableRole(variableName: tensor.0), index: index,
            shape: Shape(tensor.1), type: ElementType(tensor.2), path: "/l/\(index)")
        })
    }
    func counts(_ layer: CheckpointLayer) -> [Int] {
      let paired = unsafe Checkpoint(layers: [layer]) { _, _ throws(CheckpointError) in }.layers[0]
      return [paired.tensors.count, paired.tensors.count { $0.scale != nil }]
    }
    let named: [(String, [Int], ElementType.Kind)] = [
      ("l/kernel", [4, 3], .int8), ("l/bias", [3], .float32), ("l/kernel_scale", [3], .float32),
    ]
    #expect(counts(layer(nil, named)) == [2, 1])
    let numbered = named.enumerated().map { ("\($0)", $1.1, $1.2) }
    #expect(counts(layer("dense", numbered)) == [2, 1])
    #expect(counts(layer("dense", [numbered[0], numbered[2]])) == [1, 1])
    // A legacy file has the bias first.
    #expect(counts(layer(nil, [named[1], named[0], named[2]])) == [2, 1])
    // The scale of an einsum's kernel lies as its result does, that of a kernel summed over its last axis too.
    let einsum: [(String, [Int], ElementType.Kind)] = [
      ("0", [7, 2, 5], .int8), ("1", [2, 5], .float32), ("2", [1, 1, 2, 5], .float32),
    ]
    #expect(counts(layer("einsum_dense", einsum)) == [2, 1])
    #expect(counts(layer("einsum_dense", [einsum[0], ("2", [1, 1, 5], .float32)])) == [1, 1])
    #expect(counts(layer("einsum_dense", [einsum[0], ("2", [1, 1, 7], .float32)])) == [2, 0])
    // Of no known class, of another extent, or not real: left as they are.
    #expect(counts(layer("einsum_dense", numbered)) == [3, 0])
    #expect(counts(layer("dense", numbered.dropLast() + [("2", [6], .float32)])) == [3, 0])
    #expect(counts(layer("dense", numbered.dropLast() + [("2", [3], .int8)])) == [3, 0])
    #expect(counts(layer(nil, named.dropLast() + [("l/other", [3], .float32)])) == [3, 0])
  }
}
