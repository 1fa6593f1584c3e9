import Binding
import Checkpoints
import Networks
import Tensors
import Testing

@Suite("Binding is strict and says everything at once")
struct BindingTests {
  @Test("Weights find their layer by name, whatever the order of the file")
  func byName() throws {
    let graph = try Sample.graph()
    let bound = try graph.bound(
      to: Sample.checkpoint(Sample.scopedNames.reversed()), using: Sample.scoped)
    let kernels = graph.parameters.filter { $0.role == .kernel && $0.shape.rank == 4 }
    // Traced: project, main; the file holds them backwards: 0, 1 of block 2, then 0, 1 of block 1.
    #expect(try kernels.map { try bound.values(of: $0)[0] } == [2, 3, 0, 1])
  }

  @Test("Missing, unused and mismatched weights come in one report, with the nearest name")
  func report() throws {
    let names = ["conv2_block1_1_conv", "conv2_blok1_0_conv"] + Sample.scopedNames.dropFirst(2)
    let checkpoint = Sample.checkpoint(names, classes: 4)
    let error = try #require(throws: BindingError.self) {
      try Sample.graph().bound(to: checkpoint, using: Sample.scoped)
    }
    #expect(
      error.description == """
        the checkpoint does not fit the network: 6 weights fit, 2 missing, 2 not used, \
        2 of another shape
          missing from the checkpoint:
            stage2/block1/project/kernel 1×1×2×2 (as conv2_block1_0_conv, nearest name: \
        conv2_blok1_0_conv)
            stage2/block1/project/bias 2 (as conv2_block1_0_conv, nearest name: conv2_blok1_0_conv)
          in the checkpoint, but not used:
            conv2_blok1_0_conv: conv2_blok1_0_conv/kernel:0 1×1×2×2
            conv2_blok1_0_conv: conv2_blok1_0_conv/bias:0 2
          of another shape:
            logits/kernel needs 2×3, predictions: predictions/kernel:0 has 2×4
            logits/bias needs 3, predictions: predictions/bias:0 has 4
        """)
    #expect(error.details(limit: 1).contains("    … and 1 more"))
  }

  @Test("A checkpoint of another network fits nowhere, and the summary says so")
  func foreign() throws {
    let checkpoint = Sample.checkpoint(["a", "b"], head: "c")
    let error = try #require(throws: BindingError.self) {
      try Sample.graph().bound(to: checkpoint, using: Sample.scoped)
    }
    #expect(
      error.summary
        == "the checkpoint does not fit the network: no weight fits, 10 missing, 6 not used")
  }

  @Test(
    "Automatic numbers count in the order of creation, from any start", arguments: [0, 3, 9, 98])
  func numbered(start: Int) throws {
    func name(_ number: Int) -> String {
      start + number == 0 ? "conv2d" : "conv2d_\(start + number)"
    }
    // Created: project 0, main 1, project 2, main 3. Keras lists the sum's first operand first.
    let file = [name(1), name(0), name(3), name(2)]
    let graph = try Sample.graph()
    let bound = try graph.bound(
      to: Sample.checkpoint(file, head: "logits"), using: Sample.numbered)
    let kernels = graph.parameters.filter { $0.role == .kernel && $0.shape.rank == 4 }
    #expect(try kernels.map { try bound.values(of: $0)[0] } == [1, 0, 3, 2])
  }

  @Test("Numbers that contradict the order of the file are refused, though every shape fits")
  func contradiction() throws {
    let file = ["conv2d", "conv2d_1", "conv2d_3", "conv2d_2"]
    let error = try #require(throws: BindingError.self) {
      try Sample.graph().bound(
        to: Sample.checkpoint(file, head: "logits"), using: Sample.numbered)
    }
    #expect(error.missing.isEmpty && error.unused.isEmpty && error.mismatched.isEmpty)
    #expect(
      error.contradictions == [
        .init(
          name: "conv2d", byNumber: "stage2/block1/project", byOrder: "stage2/block1/main"),
        .init(
          name: "conv2d_1", byNumber: "stage2/block1/main", byOrder: "stage2/block1/project"),
      ])
  }

  @Test(
    "Numbers are written with an offset or as letters, and counters restart in scopes or do not",
    arguments: [
      [
        "block_layer0/a_0/conv2d", "block_layer0/a_0/conv2d_1", "block_layer0/b_1/conv2d",
        "block_layer0/b_1/conv2d_1",
      ],
      [
        "block_layer0/a_0/conv2d_6", "block_layer0/a_0/conv2d_9", "block_layer0/b_1/conv2d_10",
        "block_layer0/b_1/conv2d_11",
      ],
    ])
  func holes(names: [String]) throws {
    let map: NameMap = [
      "stage{s}/block{b}/project": "block_layer{s-2}/{b:a}_{b-1}/conv2d{#}",
      "stage{s}/block{b}/main": "block_layer{s-2}/{b:a}_{b-1}/conv2d{#}",
      "logits": "logits",
    ]
    let graph = try Sample.graph()
    let kernels = graph.parameters.filter { $0.role == .kernel && $0.shape.rank == 4 }
    for order in [[0, 1, 2, 3], [3, 0, 2, 1]] {
      let checkpoint = Sample.checkpoint(order.map { names[$0] }, head: "logits")
      let bound = try graph.bound(to: checkpoint, using: map)
      let places = try kernels.map { Int(try bound.values(of: $0)[0]) }
      #expect(places.map { order[$0] } == [0, 1, 2, 3])
    }
  }

  @Test("A number that cannot be written has no name, and is said to be missing")
  func unwritable() throws {
    let map: NameMap = [
      "stage{s}/block{b}/project": "conv{s-3}",
      "stage{s}/block{b}/main": "block{b+26:a}",
      "logits": "predictions",
    ]
    let error = try #require(throws: BindingError.self) {
      try Sample.graph().bound(to: Sample.checkpoint(Sample.scopedNames), using: map)
    }
    #expect(error.boundCount == 2)
    #expect(
      Set(error.missing.map(\.layerName)) == ["a name that the name map does not have"])
  }

  @Test("Names that only look numbered are not taken for numbers")
  func lookalikes() throws {
    let file = ["conv2d_1", "conv2d", "conv2d_03", "conv2d_x"]
    let error = try #require(throws: BindingError.self) {
      try Sample.graph().bound(
        to: Sample.checkpoint(file, head: "logits"), using: Sample.numbered)
    }
    #expect(Set(error.unused.map(\.layerName)) == ["conv2d_03", "conv2d_x"])
    #expect(Set(error.missing.map(\.layerName)) == ["conv2d_2", "conv2d_3"])
  }
}
