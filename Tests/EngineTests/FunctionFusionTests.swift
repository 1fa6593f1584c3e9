import Engine
import Layers
import Networks
import Tensors
import TestSupport
import Testing

@Suite("A function is applied to what a convolution sums up")
struct FunctionFusionTests {
  static let functions: [Function] = [
    .relu, .relu(negativeSlope: 0.3, largest: .infinity, threshold: 0),
    .relu(negativeSlope: 0, largest: 6, threshold: 0), .clip(least: -1, largest: 2.5), .sigmoid,
    .tanh, .silu, .hardSilu, .gelu(isApproximate: false), .gelu(isApproximate: true),
    .elu(alpha: 1.2),
  ]

  /// Convolutions that change nothing: of single pixels, of single channels, and by Winograd's algorithm.
  enum Kind: CaseIterable {
    case pointwise, depthwise, spatial

    var kernel: Extent { self == .pointwise ? 1 : 3 }
    var groups: Int { self == .depthwise ? FunctionFusionTests.channels : 1 }

    /// The kernel that gives every value back, H·W·I·O.
    var values: [Float] {
      let inputs = FunctionFusionTests.channels / groups
      let middle = kernel.height * kernel.width / 2
      return (0..<kernel.height * kernel.width * inputs * FunctionFusionTests.channels).map {
        place in
        let (tap, rest) = place.quotientAndRemainder(
          dividingBy: inputs * FunctionFusionTests.channels)
        let (input, filter) = rest.quotientAndRemainder(dividingBy: FunctionFusionTests.channels)
        return tap == middle && (groups > 1 || input == filter) ? 1 : 0
      }
    }
  }

  static let channels = 16
  private static let side = 32

  /// From −20 to 20, closely around 0, and far out.
  private static let images: Tensor = {
    let count = side * side * channels
    let far: [Float] = [0, -0.0, 1e-8, -1e-8, 3, -3, 6, 88, -88, 104, -104, 1e4, -1e4]
    let values = (0..<count).map { place -> Float in
      if place < far.count { return far[place] }
      let x = (Float(place) / Float(count) - 0.5) * 40
      return place % 3 == 0 ? x / 20 : x
    }
    return Tensor(shape: [1, side, side, channels], values: values)
  }()

  @Test(
    "without a step of its own, and within 4e-7 of the reference", arguments: functions,
    Kind.allCases)
  func values(_ function: Function, _ kind: Kind) throws {
    for adds in [false, true] {
      let network = SketchedNetwork(Self.side, Self.side, Self.channels) { image in
        // A convolution adds to a map that nobody else reads, and to no image.
        let other = image.maxPool(2, strides: 1, padding: .same)
        let sums = image.conv(
          "same", filters: Self.channels, kernel: kind.kernel, padding: .same, groups: kind.groups,
          bias: false)
        return (adds ? other + sums : sums)
          .applying(Activation(name: "function", [.map(function)]), named: "function")
      }
      let graph = try network.graph()
      let bound = try BoundGraph(
        graph, sources: [graph.parameters[0]: ParameterSource(kind.values)])
      // Its sums are only nearly what they should be.
      let isByWinograd = kind == .spatial
      let plan = try Plan(compiling: bound, batch: 1)
      #expect(plan.steps.contains { $0.kernel.hasPrefix("winograd") } == isByWinograd)
      #expect(!plan.steps.contains { $0.kernel.hasPrefix("loops") }, "\(plan.steps)")
      let expected = try ReferenceExecutor(bound).run(Self.images)
      for (wanted, value) in zip(expected.values, try plan.run(Self.images).values) {
        // oneDNN's erf is that of Abramowitz and Stegun (7.1.26), within 1.5e-7; half of x is another factor of 2.
        let bound: Float = function == .gelu(isApproximate: false) ? 4e-7 : 3e-7
        let tolerance = (isByWinograd ? 2e-2 : bound) * max(1, abs(wanted))
        #expect(abs(value - wanted) <= tolerance, "\(wanted), not \(value)")
      }
    }
  }

  @Test("A function of a weight follows no convolution")
  func ofWeight() throws {
    try SketchedNetwork(4, 5, 3) { x in
      let numbers = x.constant(Tensor(shape: [1, 1, 3], values: [-1, 0.5, 7]))
      return x * numbers.silu()
    }.expectReferenceValues()
  }
}
