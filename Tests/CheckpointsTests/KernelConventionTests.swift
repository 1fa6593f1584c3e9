import Checkpoints
import Tensors
import TestSupport
import Testing

@Suite("Kernels of another convention, without a network")
struct KernelConventionTests {
  /// 2×3 taps, 2 inputs, 4 outputs; a depthwise, a 1×1 and a dense kernel beside it.
  private static let kernel = counting([2, 3, 2, 4])
  private static let layers: [(name: String, variables: [(name: String, tensor: Tensor)])] = [
    ("conv", [("kernel:0", kernel), ("bias:0", counting([4]))]),
    ("depthwise", [("depthwise_kernel:0", counting([2, 3, 4, 1]))]),
    ("pointwise", [("kernel:0", counting([1, 1, 4, 2])), ("bias:0", counting([2]))]),
    ("logits", [("kernel:0", counting([3, 3])), ("bias:0", counting([3]))]),
  ]

  private static func counting(_ shape: Shape) -> Tensor {
    Tensor(shape: shape, values: (0..<shape.elementCount).map(Float.init))
  }

  /// What comes out of a conversion, by layer and variable.
  private func converted(
    _ checkpoint: Checkpoint, _ conventions: WeightConventions
  ) throws -> [String: Tensor] {
    let scratch = try ScratchFolder()
    let file = scratch.path("converted.npz")
    try CheckpointExport(checkpoint, for: .names, conventions: conventions).writeNumPyArchive(
      to: file)
    let result = try Checkpoint(contentsOf: file)
    return try Dictionary(
      uniqueKeysWithValues: result.layers.flatMap(\.tensors).map {
        ($0.name, try result.tensor($0))
      })
  }

  @Test("A convolution kernel is rotated; depthwise, 1×1 and dense ones stay as they are")
  func rotated() throws {
    let result = try converted(
      Checkpoint(layers: Self.layers), WeightConventions(kernelSense: .convolution))
    // Element (h, w, i, o) of the file is (1 − h, 2 − w, i, o).
    let kernel = try #require(result["conv/kernel"])
    for h in 0..<2 {
      for w in 0..<3 {
        for rest in 0..<8 {
          #expect(
            kernel.values[(h * 3 + w) * 8 + rest]
              == Self.kernel.values[((1 - h) * 3 + 2 - w) * 8 + rest])
        }
      }
    }
    for (layer, index, role) in [
      ("depthwise", 1, "depthwise_kernel"), ("pointwise", 2, "kernel"), ("logits", 3, "kernel"),
    ] {
      #expect(result["\(layer)/\(role)"] == Self.layers[index].variables[0].tensor)
    }
  }

  @Test("O·I·H·W becomes H·W·I·O, of a depthwise kernel too, and then is rotated")
  func transposed() throws {
    let result = try converted(
      Checkpoint(layers: Self.layers),
      WeightConventions(kernelLayout: .theano, kernelSense: .convolution))
    // The file's shape read as O = 2, I = 3, H = 2, W = 4.
    let kernel = try #require(result["conv/kernel"])
    #expect(kernel.shape == [2, 4, 3, 2])
    for o in 0..<2 {
      for i in 0..<3 {
        for h in 0..<2 {
          for w in 0..<4 {
            #expect(
              kernel.values[((h * 4 + w) * 3 + i) * 2 + o]
                == Self.kernel.values[((o * 3 + i) * 2 + 1 - h) * 4 + 3 - w])
          }
        }
      }
    }
    #expect(result["depthwise/depthwise_kernel"]?.shape == [4, 1, 3, 2])
    #expect(result["logits/kernel"] == Self.layers[3].variables[0].tensor)
  }

  @Test("In a file of Keras 1 the biases tell the order of extents")
  func byBias() throws {
    let folder = "checkpoints/conventions/"
    let plain = try Checkpoint(
      contentsOf: Fixtures.path("checkpoints/digits/digits-regular.keras2.h5"))
    let expected = try converted(plain, .asTheFileTells)
    for (file, sense) in [
      ("th-tf", nil), ("th-th", .convolution), ("tf-th", .convolution),
    ] as [(String, WeightConventions.KernelSense?)] {
      let checkpoint = try Checkpoint(contentsOf: Fixtures.path(folder + "\(file).keras1.h5"))
      #expect(try converted(checkpoint, WeightConventions(kernelSense: sense)) == expected)
    }
    let theano = try Checkpoint(contentsOf: Fixtures.path(folder + "theano.keras2.h5"))
    #expect(try converted(theano, .asTheFileTells) == expected)
    let told = WeightConventions(kernelSense: .correlation)
    #expect(try converted(theano, told)["conv_initial/kernel"] != expected["conv_initial/kernel"])
  }

  @Test("What only a network can tell is refused without one")
  func refused() throws {
    let checkpoint = Checkpoint(layers: Self.layers)
    for conventions in [
      WeightConventions(denseRows: .channelsFirst), WeightConventions(runningStd: .deviation),
    ] {
      #expect(throws: CheckpointExport.Incomplete.neighbours) {
        try CheckpointExport(checkpoint, for: .names, conventions: conventions)
      }
    }
  }
}
