import Binding
import Checkpoints
import Layers
import Networks
import Tensors
import Testing

/// A convolution whose kernel has four equal extents, a batch norm, and a dense layer that reads a
/// flattened map.
private struct Flattening: Block {
  var filters = 2
  var flattens = true

  func callAsFunction(_ image: Signal) -> Signal {
    let map = image.conv("conv", filters: filters, kernel: 2).batchNorm("norm", epsilon: 0.5).relu()
    return (flattens ? map.flatten() : map.globalAveragePool()).dense("logits", units: 2)
  }

  static let names: NameMap = ["conv": "conv", "norm": "norm", "logits": "logits"]

  /// 3×4 pixels of two channels: a map of 2×3 after the convolution.
  func graph() throws -> Graph {
    try Graph(tracing: self, input: ImageShape(height: 3, width: 4, channels: 2))
  }

  func checkpoint(
    kernel: Shape, deviations: [Float]? = nil, variance: String = "norm_running_std"
  ) throws -> Checkpoint {
    func counting(_ shape: Shape) -> Tensor {
      Tensor(shape: shape, values: (0..<shape.elementCount).map(Float.init))
    }
    let channels = try graph().parameters.first { $0.role == .gamma }?.shape ?? [filters]
    let rows = try graph().parameters.last { $0.role == .kernel }?.shape ?? [2, 2]
    return Checkpoint(layers: [
      ("conv", [("kernel", counting(kernel)), ("bias", Tensor(shape: [filters]))]),
      (
        "norm",
        [
          ("norm_gamma", Tensor(shape: channels, repeating: 3)),
          ("norm_beta", Tensor(shape: channels)),
          ("norm_running_mean", Tensor(shape: channels)),
          (
            variance,
            Tensor(shape: channels, values: deviations ?? Array(repeating: 1, count: filters))
          ),
        ]
      ),
      ("logits", [("kernel", counting(rows)), ("bias", Tensor(shape: [2]))]),
    ])
  }

  func plan(_ checkpoint: Checkpoint, _ conventions: WeightConventions) throws -> BindingPlan {
    try BindingPlan(graph(), to: checkpoint, using: Self.names, conventions: conventions)
  }
}

extension BindingPlan {
  fileprivate func values(_ path: String) throws -> [Float] {
    let step = try #require(steps.first { $0.parameter.path == path })
    return try boundGraph.values(of: step.parameter)
  }
}

@Suite("What a file's numbers mean")
struct ConventionTests {
  @Test("A kernel of equal extents is transposed where the user says so, and otherwise not")
  func ambiguous() throws {
    let network = Flattening()
    let checkpoint = try network.checkpoint(kernel: [2, 2, 2, 2])
    let plain = try network.plan(checkpoint, .asTheFileTells)
    #expect(try plain.values("conv/kernel") == (0..<16).map(Float.init))
    #expect(plain.conventionNotes.isEmpty && plain.steps.allSatisfy(\.transform.isEmpty))

    let theano = try network.plan(
      checkpoint, WeightConventions(kernelLayout: .theano, kernelSense: .convolution))
    // (h, w, i, o) was at o, i, 1 − h, 1 − w.
    #expect(
      try theano.values("conv/kernel") == [3, 11, 7, 15, 2, 10, 6, 14, 1, 9, 5, 13, 0, 8, 4, 12])
    #expect(
      theano.steps.map(\.transform).filter { !$0.isEmpty } == [
        "O·I·H·W to H·W·I·O, rotated by 180°"
      ])
    #expect(
      theano.conventionNotes == [
        "1 kernels transposed from O·I·H·W to H·W·I·O: as told",
        "1 kernels rotated by 180°: as told",
      ])
  }

  @Test("An order that does not give the network's shape is a mismatch")
  func wrongLayout() throws {
    let network = Flattening(filters: 3)
    let theano = try network.checkpoint(kernel: [3, 2, 2, 2])
    #expect(throws: BindingError.self) { try network.plan(theano, .asTheFileTells) }
    _ = try network.plan(theano, WeightConventions(kernelLayout: .theano))
    let plain = try network.checkpoint(kernel: [2, 2, 2, 3])
    let error = #expect(throws: BindingError.self) {
      try network.plan(plain, WeightConventions(kernelLayout: .theano))
    }
    #expect(error?.mismatched.map(\.parameter.path) == ["conv/kernel"])
  }

  @Test("Dense rows of C·H·W are put into H·W·C")
  func rows() throws {
    let network = Flattening()
    let checkpoint = try network.checkpoint(kernel: [2, 2, 2, 2])
    let plan = try network.plan(checkpoint, WeightConventions(denseRows: .channelsFirst))
    // The map is 2×3 with 2 channels; row (place, channel) was row channel · 6 + place.
    let rows = (0..<6).flatMap { place in (0..<2).map { $0 * 6 + place } }
    #expect(
      try plan.values("logits/kernel") == rows.flatMap { [Float(2 * $0), Float(2 * $0 + 1)] })
    #expect(plan.steps.map(\.transform).filter { !$0.isEmpty } == ["rows from C·H·W to H·W·C"])
    let same = try network.plan(checkpoint, WeightConventions(denseRows: .channelsLast))
    #expect(same.conventionNotes.isEmpty)
  }

  @Test("A standard deviation is carried by gamma and its square, exactly, however small")
  func deviation() throws {
    let network = Flattening()
    let sigmas: [Float] = [1e-5, 2]
    let checkpoint = try network.checkpoint(kernel: [2, 2, 2, 2], deviations: sigmas)
    let plan = try network.plan(checkpoint, WeightConventions(runningStd: .deviation))
    let gammas = try plan.values("norm/gamma")
    let variances = try plan.values("norm/moving_variance")
    for (index, sigma) in sigmas.enumerated() {
      let scale = Double(gammas[index]) / (Double(variances[index]) + 0.5).squareRoot()
      let keras = 3 / (Double(sigma) + 1e-6)
      #expect(abs(scale - keras) < 1e-6 * keras)
    }
    #expect(
      plan.steps.map(\.transform).filter { !$0.isEmpty } == [
        "times sqrt(σ² + ε) / (σ + 1e-6)", "standard deviation to variance",
      ])
    let plain = try network.plan(checkpoint, .asTheFileTells)
    #expect(try plain.values("norm/moving_variance") == sigmas)
  }

  @Test("What has nothing to apply to is refused, with the reason")
  func inVain() throws {
    let pooling = Flattening(flattens: false)
    let checkpoint = try pooling.checkpoint(kernel: [2, 2, 2, 2], variance: "moving_variance")
    let error = #expect(throws: BindingError.self) {
      try pooling.plan(
        checkpoint, WeightConventions(denseRows: .channelsFirst, runningStd: .deviation))
    }
    #expect(
      error?.description == """
        the checkpoint does not fit the network: 8 weights fit, 2 told in vain
          told, but not to be done:
            dense rows in channels_first: no dense layer of the network reads a flattened map
            running_std as a standard deviation: the file has no running_std
        """)
  }
}
