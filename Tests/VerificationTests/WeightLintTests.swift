import Architectures
import Layers
import Networks
import Tensors
import TestSupport
import Testing
import Verification

/// A convolution, a batch norm and a dense layer.
private struct SmallNetwork: Block {
  func callAsFunction(_ x: Signal) -> Signal {
    x.conv("conv", filters: 3, kernel: 3).batchNorm("norm").relu().globalAveragePool()
      .dense("dense", units: 2)
  }
}

/// Values for one weight in place of sound ones.
struct OddWeight: Sendable, CustomTestStringConvertible {
  let path: String
  let values: [Float]
  var other: (path: String, values: [Float])?
  let expected: (kind: WeightLint.Kind, layer: String, count: Int)

  var testDescription: String { "\(path) \(expected.kind.rawValue)" }

  /// A kernel of 3×3×1×3 of which the given filters are 0.
  static func kernel(without filters: Set<Int>) -> [Float] {
    (0..<27).map { filters.contains($0 % 3) ? 0 : Float($0 + 1) / 10 }
  }

  static let all = [
    OddWeight(
      path: "conv/kernel", values: [.nan, .infinity] + Array(repeating: 0.5, count: 25),
      expected: (.notFinite, "conv", 2)),
    OddWeight(
      path: "dense/bias", values: [0, -.infinity], expected: (.notFinite, "dense", 1)),
    OddWeight(
      path: "norm/moving_variance", values: [1, -0.5, 2],
      expected: (.negativeVariance, "norm", 1)),
    OddWeight(
      path: "norm/moving_variance", values: [1, 1, 1],
      other: ("norm/moving_mean", [0, 0, 0]), expected: (.neverTrained, "norm", 3)),
    OddWeight(
      path: "norm/gamma", values: [1, 0, 2], other: ("norm/beta", [0, 0, 0]),
      expected: (.dead, "norm", 1)),
    OddWeight(path: "norm/gamma", values: [0, 1, 0], expected: (.constant, "norm", 2)),
    OddWeight(path: "norm/gamma", values: [0, 0, 0], expected: (.lifeless, "norm", 3)),
    OddWeight(
      path: "norm/moving_variance", values: [1, 0, 2], expected: (.constant, "norm", 1)),
    OddWeight(
      path: "conv/kernel", values: kernel(without: [2]), other: ("conv/bias", [0, 0, 0]),
      expected: (.dead, "conv", 1)),
    OddWeight(
      path: "conv/kernel", values: kernel(without: [0, 1]), expected: (.constant, "conv", 2)),
    OddWeight(
      path: "conv/kernel", values: kernel(without: [0, 1, 2]), expected: (.lifeless, "conv", 3)),
  ]
}

@Suite("Odd weights are told without images")
struct WeightLintTests {
  /// The small network with weights that are sound but for those given.
  private func network(_ odd: [String: [Float]] = [:]) throws -> BoundGraph {
    let graph = try Graph(
      tracing: SmallNetwork(), input: ImageShape(height: 6, width: 5, channels: 1))
    let sources = graph.parameters.map { parameter in
      let count = parameter.shape.elementCount
      return (
        parameter,
        ParameterSource(odd[parameter.path] ?? (0..<count).map { Float($0 + 1) / Float(count) })
      )
    }
    return try BoundGraph(graph, sources: Dictionary(uniqueKeysWithValues: sources))
  }

  @Test("Sound weights have none, and pass")
  func sound() throws {
    #expect(try WeightLint.all(of: network()).isEmpty)
    let check = try NetworkCheck(of: network())
    #expect(check.passes && check.statistics == nil)
  }

  @Test("Each kind is told with its layer and how many", arguments: OddWeight.all)
  func odd(weight: OddWeight) throws {
    var values = [weight.path: weight.values]
    if let other = weight.other { values[other.path] = other.values }
    let bound = try network(values)
    let lint = try #require(WeightLint.all(of: bound).first)
    #expect(try WeightLint.all(of: bound).count == 1)
    #expect(lint.kind == weight.expected.kind && lint.layer == weight.expected.layer)
    #expect(lint.count == weight.expected.count && lint.places.count == lint.count)
    #expect(lint.text.hasPrefix(lint.layer + ": "))
    #expect(try NetworkCheck(of: bound).passes == !lint.kind.isFault)
  }

  @Test("Weights that are not finite misfit, and the check is still JSON")
  func notFinite() throws {
    let bound = try network(["conv/kernel": Array(repeating: .nan, count: 27)])
    let selection = ImageSelection(9, of: 20, for: bound.graph)
    #expect(selection.batches == [[1, 3, 5, 7, 10, 12, 14, 16, 18]])
    let images = HashedWeights.images(bound.graph.input, count: 20)
    let statistics = try StatisticsCheck(of: bound, selection: selection) {
      Tensor(shape: [1, 6, 5, 1], values: Array(images.row($0)))
    }
    #expect(statistics.norms.map(\.verdict) == [.suspicious])
    #expect(statistics.norms.map(\.misfit) == [1] && statistics.norms[0].meanShift == nil)
    let check = try NetworkCheck(of: bound, statistics: statistics)
    #expect(!check.passes)
    #expect(try !check.json().isEmpty)
  }

  @Test("What no batch norm reads is told, layer by layer")
  func blindSpots() throws {
    let small = try NetworkCheck(of: network()).blindSpots
    #expect(small.layers == ["dense"] && small.scalesOf == ["norm"])
    // Only the last block's sum meets no batch norm; the projections are in earlier blocks.
    let recipe = try #require(ModelRecipe.named("resnet50"))
    let spots = BlindSpots(of: try recipe.graph(height: 64, width: 64))
    #expect(spots.layers == ["head/logits"] && spots.scalesOf == ["stage5/block3/expandNorm"])
  }
}

@Suite("Which images a check is shown")
struct ImageSelectionTests {
  @Test(
    "Batches are full, mixed, and without repetition",
    arguments: [(8, 360), (64, 360), (37, 360), (360, 360), (64, 40), (33, 5000), (1, 1)])
  func spread(limit: Int, available: Int) throws {
    let graph = try Graph(
      tracing: SmallNetwork(), input: ImageShape(height: 6, width: 5, channels: 1))
    let selection = ImageSelection(limit, of: available, for: graph)
    let all = selection.batches.flatMap(\.self)
    #expect(Set(all).count == all.count && all.allSatisfy { (0..<available).contains($0) })
    #expect(selection.batches.allSatisfy { $0.count == selection.batch && $0 == $0.sorted() })
    #expect(all.count > min(limit, available) - selection.batches.count)
    // Every batch reaches from the first tenth of the folder to its last.
    if selection.batch > 10 {
      for batch in selection.batches {
        let (first, last) = (try #require(batch.first), try #require(batch.last))
        #expect(10 * first < available && 10 * last >= 8 * available)
      }
    }
  }

  @Test("Large maps make smaller batches")
  func large() throws {
    let recipe = try #require(ModelRecipe.named("resnet50"))
    let selection = ImageSelection(64, of: 1000, for: try recipe.graph(height: 224, width: 224))
    #expect((4...16).contains(selection.batch))
    #expect(selection.batches.count * selection.batch >= 60)
  }
}
