import Checkpoints
import HDF5
import Tensors
import TestSupport
import Testing

@Suite("Models inside a model, as older versions wrote them")
struct NestedLayoutTests {
  @Test("Keras 1's flat names tell the layers inside a model, what is trained first")
  func kerasOne() throws {
    let scratch = try ScratchFolder()
    let path = scratch.path("keras1.h5")
    let weights: [(name: String, shape: [Int])] = [
      ("stem_W:0", [1, 1, 2, 3]), ("stem_b:0", [3]), ("norm_gamma_1:0", [3]),
      ("norm_beta_1:0", [3]), ("deep_W:0", [1, 1, 3, 3]), ("deep_b:0", [3]),
      ("norm_running_mean_1:0", [3]), ("norm_running_std_1:0", [3]),
    ]
    let file = try HDF5Writer(creating: path)
    try file.write(["backbone", "fc"], attribute: "layer_names", of: "/")
    try file.createGroup("/backbone")
    try file.write(weights.map(\.name), attribute: "weight_names", of: "/backbone")
    for (place, weight) in weights.enumerated() {
      let values = [Float](repeating: Float(place), count: weight.shape.reduce(1, *))
      try file.write(values, shape: weight.shape, at: "/backbone/\(weight.name)")
    }
    try file.createGroup("/fc")
    try file.write(["fc_W", "fc_b"], attribute: "weight_names", of: "/fc")
    try file.write([Float](repeating: 8, count: 6), shape: [3, 2], at: "/fc/fc_W")
    try file.write([9, 9], shape: [2], at: "/fc/fc_b")
    try file.close()

    let checkpoint = try Checkpoint(contentsOf: path)
    #expect(
      checkpoint.layers.map(\.label)
        == ["backbone/stem", "backbone/norm", "backbone/deep", "fc"])
    let norm = try #require(checkpoint.layers.first { $0.name == "norm" })
    #expect(norm.tensors.map(\.role) == [.gamma, .beta, .movingMean, .movingVariance])
    #expect(try norm.tensors.map { try checkpoint.tensor($0).values[0] } == [2, 3, 6, 7])
  }

  @Test("A model without a group for its own variables still stands around its layers")
  func withoutVariables() throws {
    let scratch = try ScratchFolder()
    let path = scratch.path("v.weights.h5")
    let file = try HDF5Writer(creating: path)
    for (place, group) in ["/layers/functional/layers/conv2d", "/layers/conv2d"].enumerated() {
      try file.createGroup("\(group)/vars")
      try file.write([Float(place)], shape: [1, 1, 1, 1], at: "\(group)/vars/0")
    }
    try file.close()
    let layers = try Checkpoint(contentsOf: path).layers
    #expect(layers.map(\.location) == ["/layers/conv2d", "/layers/functional/layers/conv2d"])
    #expect(layers.map(\.parents) == [[], ["functional"]])
    #expect(layers.map(\.ordinal) == [0, 0])
  }

  @Test("Frozen layers of a model inside leave no order, which the file says")
  func frozen() throws {
    let open = { (name: String) in
      try Checkpoint(contentsOf: Fixtures.path("checkpoints/nested/\(name)"))
    }
    #expect(try open("functional.keras2.h5").recordsLayerOrder)
    #expect(try !open("frozen.keras2.h5").recordsLayerOrder)
  }
}
