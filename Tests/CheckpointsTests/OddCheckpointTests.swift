import Checkpoints
import HDF5
import Tensors
import TestSupport
import Testing

@Suite("A checkpoint of an unusual kind")
struct OddCheckpointTests {
  @Test("of Keras 1 has flat names, whose ends tell the roles")
  func kerasOne() throws {
    let checkpoint = try open("keras1.h5")
    #expect(checkpoint.layers.map(\.name) == ["conv1", "bn", "flatten", "fc"])
    #expect(
      checkpoint.layers.map { $0.tensors.map(\.role) } == [
        [.kernel, .bias], [.gamma, .beta, .movingMean, .movingVariance], [], [.kernel, .bias],
      ])
    let variance = try checkpoint.tensor(#require(checkpoint.layers[1].tensors.last))
    #expect(variance.values == FormulaWeights.values("bn", 3, count: 4))
  }

  @Test("may have slashes in a layer's name, and a dataset in no list")
  func slashes() throws {
    let checkpoint = try open("slashes.h5")
    #expect(checkpoint.layers.map(\.name) == ["fire2/squeeze1x1"])
    let tensor = try #require(checkpoint.layers.first?.tensors.first)
    #expect(tensor.path == "/fire2/squeeze1x1/fire2/squeeze1x1/kernel:0")
    #expect(
      try checkpoint.tensor(tensor).values
        == FormulaWeights.values("fire2/squeeze1x1", 0, count: 6))
    #expect(
      checkpoint.leftOut.map(\.description) == [
        "/fire2/squeeze1x1/fire2/squeeze1x1/forgotten:0: in no list of names (1 tensor)"
      ])
  }

  @Test("may have weights of the model itself, which stand last and have no layer's name")
  func topLevel() throws {
    let checkpoint = try open("toplevel_tfkeras.h5")
    #expect(checkpoint.layers.map(\.label) == ["only", "/top_level_model_weights"])
    let own = try #require(checkpoint.layers.last)
    #expect(own.name == nil)
    #expect(own.tensors.map(\.name) == ["temperature:0"])
    #expect(own.tensors.map(\.role) == [nil])
    #expect(
      try checkpoint.tensor(own.tensors[0]).values
        == FormulaWeights.values("temperature", 0, count: 2))
  }

  @Test(
    "lists what an optimizer left, as one entry",
    arguments: [
      ("whole_tfkeras.h5", "/optimizer_weights"), ("whole_keras3.h5", "/optimizer_weights"),
      ("v3_keras3.weights.h5", "/optimizer"), ("v3_tfkeras.weights.h5", "/optimizer"),
    ])
  func optimizer(_ file: String, _ path: String) throws {
    let leftOut = try open(file).leftOut.filter { $0.reason == .optimizerState }
    #expect(leftOut.map(\.path) == [path])
    // Two slots for each of the 25 trainable variables, the step, and the rate in some.
    #expect((51...52).contains(try #require(leftOut.first).count))
  }

  @Test("lists what tf-keras keeps of its metrics")
  func metrics() throws {
    let leftOut = try open("v3_tfkeras.weights.h5").leftOut
    #expect(
      leftOut.filter { $0.reason == .metricState }.map(\.description) == [
        "/metrics: metric state (2 tensors)"
      ])
  }

  @Test("lists the state of a random generator beside the weights, not among them")
  func randomState() throws {
    let leftOut = try open("v3_keras3_nameless.weights.h5").leftOut
    #expect(
      leftOut.filter { $0.reason == .randomState }.map(\.path) == [
        "/layers/dropout/seed_generator/vars/0"
      ])
  }

  @Test("takes the scale of quantised weights for a part of them")
  func quantised() throws {
    let checkpoint = try open("v3_int8.weights.h5")
    let tensors = try #require(checkpoint.layers.first).tensors
    #expect(tensors.map(\.type.kind) == [.int8, .float32])
    #expect(tensors.map { $0.scale?.path } == ["/layers/dense/vars/2", nil])
    #expect(try checkpoint.tensor(tensors[1]).values == FormulaWeights.values("dense", 1, count: 3))
  }

  @Test("is listed although a tensor's bytes are damaged; only reading that tensor fails")
  func damagedTensor() throws {
    let checkpoint = try open("damaged_chunk.h5")
    let tensors = checkpoint.layers.flatMap(\.tensors)
    #expect(tensors.map(\.shape) == [[16, 16], [16, 16]])
    #expect(
      try checkpoint.tensor(tensors[0]).values == FormulaWeights.values("good", 0, count: 256))
    let error = #expect(throws: CheckpointError.self) { _ = try checkpoint.tensor(tensors[1]) }
    guard case .damaged(_, "/bad/bad/kernel:0", let detail) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    // The words of libhdf5 1.10, and of 1.14.
    #expect(detail.contains("inflate") || detail.contains("filter returned failure"))
  }

  @Test("may be written by this package, in the legacy layout")
  func written() throws {
    let scratch = try ScratchFolder()
    let writer = try HDF5Writer(creating: scratch.path("own.h5"))
    try writer.write(["pool", "fc"], attribute: "layer_names", of: "/")
    try writer.createGroup("pool")
    try writer.write([], attribute: "weight_names", of: "pool")
    try writer.write([1, 2, 3, 4, 5, 6], shape: [2, 3], at: "fc/fc/kernel:0")
    try writer.write(["fc/kernel:0"], attribute: "weight_names", of: "fc")
    try writer.close()
    let checkpoint = try Checkpoint(contentsOf: scratch.path("own.h5"))
    #expect(checkpoint.layers.map(\.name) == ["pool", "fc"])
    let kernel = try #require(checkpoint.layers.last?.tensors.first)
    #expect(
      try checkpoint.tensor(kernel) == Tensor(shape: [2, 3], values: [1, 2, 3, 4, 5, 6]))
  }

  @Test("may never have been a file")
  func inMemory() throws {
    let kernel = Tensor(shape: [2, 3], values: [1, 2, 3, 4, 5, 6])
    let checkpoint = Checkpoint(layers: [
      ("relu", []), ("fc", [("kernel", kernel), ("bias", Tensor(shape: [3], repeating: 7))]),
    ])
    #expect(checkpoint.layers.map(\.name) == ["relu", "fc"])
    let tensors = checkpoint.layers[1].tensors
    #expect(tensors.map(\.role) == [.kernel, .bias])
    #expect(try checkpoint.tensor(tensors[0]) == kernel)
    #expect(try checkpoint.tensor(tensors[1]).values == [7, 7, 7])
  }
}
