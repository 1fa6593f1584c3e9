import Binding
import Checkpoints
import Networks
import Tensors
import Testing

/// The sample network inside other models, each kernel filled with its place.
private func nested(
  _ prefixes: [[String]], names: [String] = Sample.scopedNames, heads: [String] = ["species"]
) -> Checkpoint {
  let sample = Sample.checkpoint(names)
  var layers: [CheckpointLayer] = []
  for prefix in prefixes {
    layers += sample.layers.dropLast().map { layer in
      let place = "/" + prefix.joined(separator: "/") + layer.location
      return CheckpointLayer(
        name: layer.name, parents: prefix, location: place,
        tensors: layer.tensors.map { tensor in
          CheckpointTensor(
            name: tensor.name, role: tensor.role, index: tensor.index, shape: tensor.shape,
            path: place + tensor.path)
        })
    }
  }
  for head in heads {
    let dense = Sample.checkpoint([], head: head).layers
    layers += dense
  }
  return unsafe Checkpoint(layers: layers) { tensor, buffer throws(CheckpointError) in
    let place = sample.layers.flatMap(\.tensors).first { tensor.path.hasSuffix($0.path) }
    if let place, let values = try? sample.tensor(place).values {
      _ = unsafe buffer.update(fromContentsOf: values)
    }
  }
}

@Suite("A network that stands inside other models of a file")
struct LayerScopeTests {
  @Test(
    "is found under any number of models, and the head by being the only dense layer left",
    arguments: [["backbone"], ["outer", "backbone"], ["a", "b", "c"]])
  func found(_ prefix: [String]) throws {
    let graph = try Sample.graph()
    let plan = try BindingPlan(graph, to: nested([prefix]), using: Sample.scoped)
    #expect(plan.scope == prefix)
    #expect(plan.steps.last?.layerName == "species")
    #expect(plan.steps.last?.evidence == "only dense layer left")
    #expect(
      plan.steps.first?.layerName == (prefix + ["conv2_block1_0_conv"]).joined(separator: "/"))
    let kernels = graph.parameters.filter { $0.role == .kernel && $0.shape.rank == 4 }
    #expect(try kernels.map { try plan.boundGraph.values(of: $0)[0] } == [1, 0, 3, 2])
  }

  @Test("is found by a head that has its own name, beside other dense layers")
  func namedHead() throws {
    let error = try #require(throws: BindingError.self) {
      try BindingPlan(
        Sample.graph(), to: nested([["backbone"]], heads: ["auxiliary", "predictions"]),
        using: Sample.scoped)
    }
    #expect(error.missing.isEmpty)
    #expect(Set(error.unused.map(\.layerName)) == ["auxiliary"])
  }

  @Test("is refused where two models hold it")
  func two() throws {
    let error = try #require(throws: BindingError.self) {
      try BindingPlan(
        Sample.graph(), to: nested([["left"], ["right"]]), using: Sample.scoped)
    }
    #expect(error.unused.count == 8 && error.missing.isEmpty)
    #expect(Set(error.unused.map(\.layerName)).allSatisfy { $0.hasPrefix("right/") })
  }

  @Test("has its own counters: numbers outside take no part")
  func numbers() throws {
    let inside = nested(
      [["backbone"]], names: ["conv2d_8", "conv2d_7", "conv2d_10", "conv2d_9"], heads: ["logits"])
    let stray = CheckpointLayer(
      name: "conv2d_3", location: "/conv2d_3",
      tensors: [
        CheckpointTensor(
          name: "conv2d_3/kernel", role: .kernel, index: 0, shape: [1, 1, 2, 2],
          path: "/conv2d_3/kernel")
      ])
    let checkpoint = unsafe Checkpoint(layers: [stray] + inside.layers) { _, _ in }
    let error = try #require(throws: BindingError.self) {
      try BindingPlan(Sample.graph(), to: checkpoint, using: Sample.numbered)
    }
    #expect(error.missing.isEmpty && error.contradictions.isEmpty)
    #expect(error.unused.map(\.layerName) == ["conv2d_3"])
  }

  @Test("is looked for under its path where the file has paths for names")
  func paths() throws {
    let layers = nested([["backbone"]]).layers.map { layer in
      CheckpointLayer(name: layer.label, location: layer.location, tensors: layer.tensors)
    }
    let checkpoint = unsafe Checkpoint(layers: layers, format: .numPyArchive) { _, _ in }
    let plan = try BindingPlan(Sample.graph(), to: checkpoint, using: Sample.scoped)
    #expect(plan.scope == ["backbone"])
  }

  @Test("is not bound by order, which frozen layers change")
  func order() throws {
    let error = try #require(throws: OrderError.self) {
      try BindingPlan(byOrder: Sample.graph(), to: nested([["backbone"]]))
    }
    #expect(error == .inner("backbone/conv2_block1_1_conv"))
  }

  @Test("A head takes nobody's place: with anything else missing it is not guessed")
  func guesses() throws {
    let names = Sample.scopedNames.map { $0.replacing("block2_0", with: "other") }
    let error = try #require(throws: BindingError.self) {
      try BindingPlan(
        Sample.graph(), to: nested([["backbone"]], names: names), using: Sample.scoped)
    }
    #expect(Set(error.missing.map(\.parameter.layer)) == ["stage2/block2/project", "logits"])
  }
}
