import Checkpoints
import Foundation
import Tensors
import TestSupport
import Testing

@Suite("assay convert without a network")
struct ConvertedClassesTests {
  private func source(_ name: String) -> String { Fixtures.path("checkpoints/classes/\(name)") }

  @Test(
    "gives layers the groups of their classes, as Keras's own file has them",
    arguments: [
      ("classes.h5", "classes"), ("classes.keras", "classes"), ("classes.weights.h5", "classes"),
      ("attention.keras", "attention"), ("attention.weights.h5", "attention"),
    ])
  func groups(_ file: String, _ name: String) throws {
    let scratch = try ScratchFolder()
    let out = scratch.path("out.weights.h5")
    #expect(try AssayRun("convert", source(file), out).status == 0)
    let ours = try Checkpoint(contentsOf: out)
    let theirs = try Checkpoint(contentsOf: source("\(name).weights.h5"))
    let weighted = theirs.layers.filter { !$0.tensors.isEmpty }
    #expect(ours.layers.map(\.location) == weighted.map(\.location))
    #expect(ours.layers.map(\.name) == weighted.map(\.name))
    for (layer, other) in zip(ours.layers, weighted) {
      #expect(try layer.tensors.map(ours.tensor) == other.tensors.map(theirs.tensor))
    }
  }

  @Test(
    "lists layers in the order of the model, as Keras's own file does",
    arguments: ["classes.h5", "classes.keras"])
  func order(_ file: String) throws {
    let scratch = try ScratchFolder()
    let out = scratch.path("out.h5")
    #expect(try AssayRun("convert", source(file), out).status == 0)
    let ours = try Checkpoint(contentsOf: out)
    let theirs = try Checkpoint(contentsOf: source("classes.h5"))
    let weighted = theirs.layers.filter { !$0.tensors.isEmpty }
    #expect(ours.layers.map(\.name) == weighted.map(\.name))
    for (layer, other) in zip(ours.layers, weighted) {
      #expect(layer.tensors.map(\.role) == other.tensors.map(\.role), "\(layer.label)")
      #expect(try layer.tensors.map(ours.tensor) == other.tensors.map(theirs.tensor))
    }
  }

  @Test(
    "needs nothing but names for arrays", arguments: ["npz", "safetensors"],
    ["classes.h5", "classes.keras", "classes.weights.h5", "attention.h5", "attention.keras"])
  func arrays(_ suffix: String, _ file: String) throws {
    let scratch = try ScratchFolder()
    let out = scratch.path("out.\(suffix)")
    #expect(try AssayRun("convert", source(file), out).status == 0)
    let ours = try Checkpoint(contentsOf: out)
    let theirs = try Checkpoint(contentsOf: source(file))
    let count = theirs.layers.reduce(0) { $0 + $1.tensors.count }
    #expect(ours.layers.reduce(0) { $0 + $1.tensors.count } == count)
    for layer in theirs.layers where !layer.tensors.isEmpty {
      let same = try #require(ours.layers.first { $0.name == layer.label })
      let values = Set(try same.tensors.map { try ours.tensor($0).values })
      #expect(try Set(layer.tensors.map { try theirs.tensor($0).values }) == values)
    }
    if file.hasPrefix("classes") {
      let names = Set(ours.layers.flatMap(\.tensors).map(\.name))
      #expect(
        names.isSuperset(of: ["depthwise_conv2d/kernel", "separable_conv2d/pointwise_kernel"]))
    }
  }

  @Test(
    "is refused where a layout needs what nothing tells, with the layouts that do not",
    arguments: [
      ("mystery.h5", "weights.h5", "the class of the layer mystery", ".h5, .safetensors, .npz"),
      ("classes.weights.h5", "h5", "the order of its layers", ".weights.h5, .safetensors, .npz"),
      (
        "attention.h5", "weights.h5", "what is inside the layer multi_head_attention",
        ".safetensors, .npz"
      ),
    ])
  func refused(_ file: String, _ suffix: String, _ words: String, _ others: String) throws {
    let scratch = try ScratchFolder()
    let run = try AssayRun("convert", source(file), scratch.path("out.\(suffix)"))
    #expect(run.status == (words.contains("class") ? 65 : 64))
    #expect(run.messages.contains(words))
    #expect(run.messages.contains("--model tells it; without it: \(others)\n"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path("")).isEmpty)
  }
}
