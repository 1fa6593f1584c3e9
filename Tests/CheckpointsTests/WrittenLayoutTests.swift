import Checkpoints
import HDF5
import Tensors
import TestSupport
import Testing

@Suite("A layout put together by hand")
struct WrittenLayoutTests {
  private let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  /// A file with a float at each of `paths`, and what `more` adds.
  private func write(
    _ paths: [String], more: (borrowing HDF5Writer) throws -> Void = { _ in }
  ) throws -> String {
    let path = scratch.path("own.h5")
    let writer = try HDF5Writer(creating: path)
    for (index, place) in paths.enumerated() {
      try writer.write([Float(index)], shape: [1], at: place)
    }
    try more(writer)
    try writer.close()
    return path
  }

  private func error(at path: String) throws -> CheckpointError {
    try #require(throws: CheckpointError.self) { _ = try Checkpoint(contentsOf: path) }
  }

  @Test("of variables sorts places by stem and number, and puts the model's own last")
  func order() throws {
    let checkpoint = try Checkpoint(
      contentsOf: write([
        "vars/0", "layers/dense_10/vars/0", "layers/dense_2/vars/0", "layers/dense/vars/0",
        "layers/conv2d/vars/0", "blocks/block_1/conv/vars/0", "blocks/block/conv/vars/0",
      ]))
    #expect(
      checkpoint.layers.map(\.location) == [
        "/blocks/block/conv", "/blocks/block_1/conv", "/layers/conv2d", "/layers/dense",
        "/layers/dense_2", "/layers/dense_10", "/",
      ])
    #expect(
      checkpoint.layers.map(\.kerasClass) == [nil, nil, "conv2d", "dense", "dense", "dense", nil])
    #expect(checkpoint.layers.map(\.ordinal) == [nil, nil, 0, 0, 2, 10, nil])
    let values = try checkpoint.layers.map { try checkpoint.tensor($0.tensors[0]).values }
    #expect(values == [[6], [5], [4], [3], [2], [1], [0]])
  }

  @Test("of variables sorts the tensors of a layer as numbers, and takes no other names")
  func variables() throws {
    let names = ["10", "2", "0", "1", "02", "x"].map { "layers/dense/vars/\($0)" }
    let checkpoint = try Checkpoint(contentsOf: write(names))
    #expect(checkpoint.layers.map { $0.tensors.map(\.name) } == [["0", "1", "2", "10"]])
    #expect(checkpoint.layers[0].tensors.map(\.index) == [0, 1, 2, 3])
    #expect(
      checkpoint.leftOut.map { "\($0.path) \($0.reason.rawValue)" } == [
        "/layers/dense/vars/02 in no list of names", "/layers/dense/vars/x in no list of names",
      ])
  }

  @Test("of variables keeps composite layers apart under the name of the whole")
  func composite() throws {
    let file = try write(["layers/attention/query/vars/0"]) { writer in
      try writer.createGroup("layers/attention/vars")
      try writer.write("look", attribute: "name", of: "layers/attention/vars")
      try writer.write("ask", attribute: "name", of: "layers/attention/query/vars")
    }
    let layers = try Checkpoint(contentsOf: file).layers
    #expect(layers.map(\.name) == ["ask"])
    #expect(layers.map(\.parents) == [["look"]])
    #expect(layers.map(\.kerasClass) == [nil])
  }

  @Test("of Keras 0 without the number of its layers is damaged")
  func kerasZero() throws {
    let file = try write(["layer_0/param_0"]) { try $0.write("1", attribute: "nb_layers", of: "/") }
    #expect(try error(at: file).description.contains("does not hold whole numbers"))
  }

  @Test("of a whole model without its list of layers is damaged")
  func noLayerNames() throws {
    #expect(
      try error(at: write(["model_weights/fc/kernel:0"]))
        == .damaged(
          file: scratch.path("own.h5"), object: "/model_weights",
          detail: "it has no list layer_names"))
  }

  @Test("of a layer without its list of weights is damaged")
  func noWeightNames() throws {
    let file = try write(["fc/kernel:0"]) {
      try $0.write(["fc"], attribute: "layer_names", of: "/")
    }
    #expect(
      try error(at: file)
        == .damaged(file: file, object: "/fc", detail: "it has no list weight_names"))
  }

  @Test("with a path of endless length is refused before it is followed")
  func endlessPath() throws {
    let name = Array(repeating: "fc", count: 1000).joined(separator: "/")
    let file = try write(["fc/kernel:0"]) {
      try $0.write([name], attribute: "layer_names", of: "/")
    }
    #expect(try error(at: file).description.hasSuffix("a path in it has 1000 parts"))
  }

  @Test("of one inner layer whose name says nothing of the group is the group's layer")
  func renamed() throws {
    let file = try write(["stem/conv1/kernel:0"]) {
      try $0.write(["stem"], attribute: "layer_names", of: "/")
      try $0.write(["conv1/kernel:0"], attribute: "weight_names", of: "stem")
    }
    let layers = try Checkpoint(contentsOf: file).layers
    #expect(layers.map(\.name) == ["stem"])
    #expect(layers.map { $0.tensors.map(\.name) } == [["conv1/kernel:0"]])
  }
}
