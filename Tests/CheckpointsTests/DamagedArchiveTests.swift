import Checkpoints
import Foundation
import Tensors
import TestSupport
import Testing

@Suite("An archive that is damaged or hostile")
struct DamagedArchiveTests {
  static let files = [
    "stored_keras3.keras", "deflated_keras3.keras", "compressed.npz", "float32.npz",
    "bfloat16.safetensors", "float32.safetensors",
  ]

  /// All values of a checkpoint, by the tensors' paths.
  private func values(_ path: String) throws -> [String: Tensor] {
    let checkpoint = try Checkpoint(contentsOf: path)
    var values: [String: Tensor] = [:]
    for tensor in checkpoint.layers.flatMap(\.tensors) {
      values[tensor.path] = try checkpoint.tensor(tensor)
    }
    return values
  }

  private func error(_ content: [UInt8], as name: String = "some.weights") throws -> String {
    let scratch = try ScratchFolder()
    let path = try scratch.write(content, as: name)
    return try #require(throws: CheckpointError.self) { _ = try values(path) }.description
  }

  @Test("is one clear error if it is cut short, wherever the cut is", arguments: files)
  func truncated(_ file: String) throws {
    let whole = [UInt8](try Fixtures.data("checkpoints/archives/\(file)"))
    for part in 0..<50 {
      let length = part * whole.count / 50
      let error = try error(Array(whole.prefix(length)))
      let isExpected = length < 10 || error.contains("damaged: ")
      #expect(isExpected, "\(length) of \(whole.count): \(error)")
    }
  }

  @Test("gives equal values or one error, whichever bit of its headers is wrong", arguments: files)
  func flipped(_ file: String) throws {
    let scratch = try ScratchFolder()
    let original = Fixtures.path("checkpoints/archives/\(file)")
    let whole = [UInt8](try Fixtures.data("checkpoints/archives/\(file)"))
    let expected = try values(original)
    // Beginning and end: where every one of these formats keeps what it says about itself.
    let places = Array(0..<min(700, whole.count)) + Array(max(0, whole.count - 300)..<whole.count)
    // Safetensors have no checksum: a flipped bit there may be another name or other values.
    let hasChecksum = !file.hasSuffix("safetensors")
    var refused = 0
    for place in Set(places) {
      var bytes = whole
      bytes[place] ^= 1 << UInt8(place % 8)
      let path = try scratch.write(bytes, as: "flipped")
      do {
        let found = try values(path)
        let isSame =
          file.hasSuffix("npz")
          ? found.allSatisfy { expected[$0.key] == nil || expected[$0.key] == $0.value }
          : found == expected
        #expect(isSame || !hasChecksum, "byte \(place)")
      } catch is CheckpointError {
        refused += 1
      }
    }
    #expect(refused > 50)
  }

  @Test("of pickles is refused in plain words", arguments: ["pickled.keras", "pickled.npz"])
  func pickles(_ file: String) throws {
    let error = try #require(throws: CheckpointError.self) { try openArchive(file) }
    #expect(error.description.contains("pickled Python objects, which are never read"))
  }

  @Test("that lacks a file of its index names that file")
  func missingShard() throws {
    let scratch = try ScratchFolder()
    let index = try scratch.write(
      Fixtures.data("checkpoints/archives/sharded.weights.json"), as: "sharded.weights.json")
    _ = try scratch.write(
      Fixtures.data("checkpoints/archives/sharded_00000.weights.h5"), as: "sharded_00000.weights.h5"
    )
    let error = try #require(throws: CheckpointError.self) { try Checkpoint(contentsOf: index) }
    #expect(error == .missing(file: scratch.path("sharded_00001.weights.h5")))
  }

  @Test(
    "of an index that does not fit its files says what does not fit",
    arguments: [
      (#"{"weight_map": {"/layers/conv2d/vars": "../a.h5"}}"#, "is not beside it"),
      (#"{"weight_map": {"/layers/conv2d/vars": ["/etc/passwd"]}}"#, "is not beside it"),
      (#"{"weight_map": {"/layers/conv2d/vars": ["a.h5"]}}"#, "where the index has none"),
      (
        #"{"weight_map": {"/layers/conv2d/vars": "a.h5", "/layers/dense_5/vars": "a.h5"}}"#,
        "the index "
      ),
      (#"{"weight_map": {"/layers/conv2d/vars": ["a.h5"]"#, "its JSON is broken or cut short"),
      (#"{"class_name": "Functional"}"#, "without the weight_map"),
      (#"{"weight_map": {}}"#, "without any vars"),
    ])
  func index(_ json: String, _ words: String) throws {
    let scratch = try ScratchFolder()
    let path = try scratch.write(Array(json.utf8), as: "own.weights.json")
    _ = try scratch.write(
      Fixtures.data("checkpoints/archives/sharded_00001.weights.h5"), as: "a.h5")
    let error = try #require(throws: CheckpointError.self) { try Checkpoint(contentsOf: path) }
    #expect(error.description.contains(words), "\(error)")
  }

  /// A safetensors file of this header, with `count` bytes of values.
  private func safetensors(_ header: String, count: Int = 8) -> [UInt8] {
    let text = Array(header.utf8)
    let length = (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) }
    return length + text + [UInt8](repeating: 0, count: count)
  }

  @Test(
    "in safetensors says which array is wrong",
    arguments: [
      (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, "its shape needs 8 bytes"),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, "4 bytes follow the last array"),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, "overlap others or leave a gap"),
      (#"{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}"#, "cut short"),
      (#"{"a":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}}"#, "type F8_E4M3 are not read"),
      (
        #"{"a":{"dtype":"F32","shape":[4611686018427387904,4611686018427387904,0],"data_offsets":[0,0]}}"#,
        "impossible shape"
      ),
      (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,8]}}"#, "no whole number"),
      (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, "its shape needs 8 bytes"),
      (#"{"a":{"dtype":"F32","shape":[2]}}"#, "lacks dtype, shape or data_offsets"),
      (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1}}"#, "unknown part"),
      (
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\u0061":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
        "a: damaged: is described twice"
      ),
      (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} x"#, "something follows it"),
      (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}"#, "its header is broken"),
      (#"{"\ud800":1}"#, "an unknown escape"),
    ])
  func safetensorsFaults(_ header: String, _ words: String) throws {
    let error = try error(safetensors(header))
    #expect(error.contains(words), "\(error)")
  }

  @Test("in safetensors may have spaces, escapes and a comment, and no layers' names")
  func safetensorsForms() throws {
    let header = #"""
      { "__metadata__" : {"by":"me \"\\\n"} , "gr\u00f6\u00dfe\ud83d\ude00/kernel" :
        {"shape": [ ], "data_offsets":[4, 8],"dtype":"F32"}, "alone":
        {"dtype":"I16","shape":[2,1],"data_offsets":[0,4]}}
      """#
    let scratch = try ScratchFolder()
    let path = try scratch.write(safetensors(header.trimmingCharacters(in: .whitespaces)), as: "a")
    let layers = try Checkpoint(contentsOf: path).layers
    #expect(layers.map(\.name) == [nil, "größe😀"])
    #expect(layers.map(\.location) == ["/", "größe😀"])
    #expect(layers.flatMap(\.tensors).map(\.shape) == [[2, 1], []])
  }
}
