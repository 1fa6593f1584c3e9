import Binding
import Checkpoints
import Networks
import Tensors
import Testing

@Suite("Automatic numbers tell which layers are missing")
struct NumberGapTests {
  /// The layers of the sample's four convolutions that are missing from a file with these numbers.
  private func missing(_ numbers: [Int]) throws -> [String] {
    let names = numbers.map { $0 == 0 ? "conv2d" : "conv2d_\($0)" }
    let checkpoint = Sample.checkpoint(names, head: "logits")
    do {
      _ = try Sample.graph().bound(to: checkpoint, using: Sample.numbered)
      return []
    } catch let error as BindingError {
      return error.missing.filter { $0.parameter.role == .kernel }.map(\.layerName)
    }
  }

  @Test(
    "by a gap, in a file that begins anywhere",
    arguments: [
      ([0, 1, 2, 3], []), ([0, 2, 3], ["conv2d_1"]), ([0, 3], ["conv2d_1", "conv2d_2"]),
      ([1, 2, 3], ["conv2d"]), ([7, 9, 10], ["conv2d_8"]), ([7, 10], ["conv2d_8", "conv2d_9"]),
      // Nothing tells whether the first or the last is missing.
      ([7, 8, 9], ["conv2d_10"]),
      // Layers of others stand between, and none is missing.
      ([3, 5, 8, 9], []),
    ] as [([Int], [String])])
  func gaps(_ numbers: [Int], _ expected: [String]) throws {
    #expect(try missing(numbers) == expected)
  }

  @Test("what is missing may be allowed to be, and all others keep their places")
  func allowed() throws {
    // Keras lists a block's shortcut, which was created first, after its main convolution.
    let checkpoint = Sample.checkpoint(["conv2d", "conv2d_3", "conv2d_2"], head: "logits")
    let graph = try Sample.graph()
    let plan = try BindingPlan(
      graph, to: checkpoint, using: Sample.numbered,
      allowing: BindingLeniency(missing: ["stage2/block1/main"]))
    let kernels = graph.parameters.filter { $0.role == .kernel && $0.shape.rank == 4 }
    #expect(try kernels.map { try plan.boundGraph.values(of: $0)[0] } == [0, 0, 2, 1])
  }

  @Test("A name with blanks stands between quotes, and is written so again")
  func quotes() throws {
    let text =
      "stage{s}/block{b}/project \"my {s} {b}\"\nstage{s}/block{b}/main \"a\"\"b{b}\"\nlogits fc"
    let map = try NameMap(parsing: text)
    let names = ["my 2 1", "a\"b1", "my 2 2", "a\"b2"]
    let graph = try Sample.graph()
    let kernels = graph.parameters.filter { $0.role == .kernel && $0.shape.rank == 4 }
    for map in [map, try NameMap(parsing: map.text)] {
      let bound = try graph.bound(to: Sample.checkpoint(names, head: "fc"), using: map)
      #expect(try kernels.map { try bound.values(of: $0)[0] } == [0, 1, 2, 3])
    }
    for text in ["a \"b", "a \"b\"c"] {
      let error = #expect(throws: NameMapError.self) { try NameMap(parsing: text) }
      #expect(error?.description == "line 1: a quote without its partner")
    }
  }

  @Test("The search for similar names ends, however many there are")
  func nearest() throws {
    let names = (0..<3000).map { "a_layer_of_somebody_else_\($0)" }
    let error = try #require(throws: BindingError.self) {
      try Sample.graph().bound(
        to: Sample.checkpoint(names + ["conv2_block1_0_con"], head: "predictions"),
        using: Sample.scoped)
    }
    // A thousand are looked at, in the file's order.
    #expect(error.missing.allSatisfy { $0.nearest == nil })
    #expect(error.description.contains("compared with 1000 of the 3001 names"), "\(error)")
    let few = try #require(throws: BindingError.self) {
      try Sample.graph().bound(
        to: Sample.checkpoint(names.prefix(900) + ["conv2_block1_0_con"], head: "predictions"),
        using: Sample.scoped)
    }
    #expect(few.missing.first?.nearest == "conv2_block1_0_con")
    #expect(few.suggestingNames(limit: 0).missing == few.missing)
  }
}
