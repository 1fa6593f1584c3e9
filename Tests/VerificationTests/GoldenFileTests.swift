import Archives
import Foundation
import Tensors
import TestSupport
import Testing
import Verification

@Suite("Goldens are kept and read")
struct GoldenFileTests {
  private let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  /// Writes an archive of the given members.
  private func archive(_ members: [String: Data]) throws -> String {
    let path = try scratch.write(Data(), as: "\(UUID().uuidString).npz")
    let handle = try #require(FileHandle(forWritingAtPath: path))
    var writer = ZipWriter(to: handle)
    for (name, data) in members.sorted(by: { $0.key < $1.key }) {
      try writer.add(data, named: name)
    }
    try writer.finish()
    try handle.close()
    return path
  }

  private func manifest(_ layers: String, format: String = "assay-golden", version: Int = 1) -> Data
  {
    Data(
      """
      {"format": "\(format)", "version": \(version), "recorder": {"name": "test", "version": "1"},
       "model": {}, "run": {}, "inputs": {}, "logits": {"array": "logits"}, "layers": [\(layers)]}
      """.utf8)
  }

  private func array(_ values: [Float], _ shape: Shape) -> Data {
    NumPyFile.encode(Tensor(shape: shape, values: values))
  }

  @Test(
    "What is wrong with a manifest is said",
    arguments: [
      (#"{"name": "a", "kind": "ReLU", "inputs": ["b"], "shape": [1]}"#, "does not come before it"),
      (#"{"name": "a", "kind": "ReLU", "inputs": ["a"], "shape": [1]}"#, "does not come before it"),
      (#"{"name": "a", "kind": "ReLU", "inputs": [], "shape": [0]}"#, "not possible"),
      (
        #"{"name": "a", "kind": "R", "inputs": [], "shape": [1]}, {"name": "a", "kind": "R", "inputs": [], "shape": [1]}"#,
        "two layers a"
      ),
      (#"{"name": "a"}"#, "has no \"kind\""), (#"{"#, "is not JSON"),
    ])
  func faults(layers: String, words: String) throws {
    let path = try archive([
      "manifest.json": manifest(layers), "logits.npy": array([1], [1, 1]),
    ])
    let error = #expect(throws: GoldenError.self) { try Golden(contentsOf: path) }
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
  }

  @Test("Another format or version is refused")
  func foreign() throws {
    for manifest in [manifest("", format: "other"), manifest("", version: 2)] {
      let path = try archive(["manifest.json": manifest, "logits.npy": array([1], [1, 1])])
      #expect(throws: GoldenError.self) { try Golden(contentsOf: path) }
    }
    let missing = #expect(throws: GoldenError.self) {
      try Golden(contentsOf: scratch.path("none.npz"))
    }
    #expect(missing?.isMissing == true)
  }

  @Test("An archive of arrays without a manifest is a list of layers")
  func plain() throws {
    let path = try archive([
      "logits.npy": array([1, 2], [1, 2]), "b/conv.npy": array([3], [1, 1]),
    ])
    let golden = try Golden(contentsOf: path)
    #expect(golden.manifest.layers.map(\.name) == ["b/conv"])
    #expect(try golden.logits().values == [1, 2])
    let same = try Verification(of: golden, against: golden)
    #expect(same.passes && same.layers.count == 1)
  }

  @Test("Arrays below inputs/ are those of a network that reads several, in the order of its names")
  func severalInputs() throws {
    let path = try archive([
      "logits.npy": array([1], [1, 1]), "inputs/left.npy": array([2], [1, 1]),
      "inputs/right.npy": array([3], [1, 1]),
    ])
    let golden = try Golden(contentsOf: path)
    let read = try #require(try golden.inputs(inOrderOf: ["right", "left"]))
    #expect(read.map(\.values) == [[3], [2]])
    #expect(golden.manifest.layers.isEmpty)
    #expect(throws: GoldenError.self) { try golden.check([read[0]]) }
  }

  @Test("A layer whose array has another shape than the manifest says is an error")
  func contradiction() throws {
    let path = try archive([
      "manifest.json": manifest(
        #"{"name": "a", "kind": "ReLU", "inputs": [], "shape": [1, 3], "array": "a"}"#),
      "logits.npy": array([1], [1, 1]), "a.npy": array([1, 2], [1, 2]),
    ])
    let golden = try Golden(contentsOf: path)
    #expect(throws: GoldenError.self) { try golden.record(of: golden.manifest.layers[0]) }
  }
}
