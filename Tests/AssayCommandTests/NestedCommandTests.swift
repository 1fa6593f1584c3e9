import Checkpoints
import Foundation
import TestSupport
import Testing

private let folder = "checkpoints/nested/"
private let network = ["--model", "preact-resnet18", "--blocks-per-stage", "2,2"]
private let expected = Fixtures.path(folder + "logits.npy")

/// Runs the trained network with the weights of a file, and holds it to Keras's logits.
private func predict(_ file: String) throws -> AssayRun {
  try AssayRun(
    ["predict", "--weights", file, "--expect", expected, "--tensors"]
      + [Fixtures.path("checkpoints/digits/digits-regular.input.npy")] + network)
}

@Suite("A trained network as a model inside another model")
struct NestedCommandTests {
  /// The files, and where the network stands in them.
  static let files = [
    ("functional.keras3.weights.h5", "backbone"), ("functional.keras3.keras", "backbone"),
    ("functional.tfkeras.weights.h5", "functional"), ("functional.tfkeras.keras", "backbone"),
    ("functional.keras2.h5", "backbone"), ("functional.model.h5", "backbone"),
    ("frozen.keras2.h5", "backbone"), ("sequential.keras3.weights.h5", "backbone"),
  ]

  @Test("Every container gives Keras's logits", arguments: files)
  func logits(_ file: String, _ place: String) throws {
    let run = try predict(Fixtures.path(folder + file))
    #expect(run.status == 0, "\(run.messages)")
  }

  @Test(
    "A model inside whose only weights are those of a wrapped layer runs by its own config",
    arguments: ["wrapped.keras3.h5", "wrapped.tfkeras.h5"])
  func wrapped(_ file: String) throws {
    let run = try AssayRun(
      "predict", Fixtures.path(folder + file), "--tensors",
      Fixtures.path(folder + "wrapped.input.npy"), "--expect",
      Fixtures.path(folder + "wrapped.output.npy"))
    #expect(run.status == 0, "\(run.messages)")
  }

  @Test("The plan says where the network stands, and why the head is the head", arguments: files)
  func plan(_ file: String, _ place: String) throws {
    let run = try AssayRun(["plan", "--weights", Fixtures.path(folder + file)] + network)
    #expect(run.status == 0, "\(run.messages)")
    #expect(run.output.contains("the network stands in \(place), a model inside the model"))
    let head = run.output.split(separator: "\n").first { $0.contains("head/logits/kernel") }
    #expect(head?.contains("only dense layer left") == true)
    #expect(run.output.hasSuffix("60 tensors, all bound, none left over\n"))
  }

  @Test("All of them hold the weights of the plain network, bit by bit", arguments: files)
  func weights(_ file: String, _ place: String) throws {
    let plain = Fixtures.path("checkpoints/digits/digits-regular.keras2.h5")
    let options = Array(network.dropFirst(2)) + ["--bound-to", network[1]]
    let run = try AssayRun(["diff", plain, Fixtures.path(folder + file)] + options)
    #expect(run.output == "60 tensors, all equal\n", "\(run.messages)")
  }

  @Test(
    "Converted, a model inside the model stays one in every layout",
    arguments: files, [".weights.h5", ".h5", ".safetensors", ".npz"])
  func converts(_ file: (String, String), _ suffix: String) throws {
    let scratch = try ScratchFolder()
    let out = scratch.path("out\(suffix)")
    let source = Fixtures.path(folder + file.0)
    #expect(try AssayRun(["convert", source, out] + network).status == 0)
    #expect(try predict(out).status == 0)
    let plan = try AssayRun(["plan", "--weights", out] + network).output
    #expect(plan.contains("the network stands in \(file.1), a model inside the model"))
  }

  @Test("What Keras wrote and what is converted from its legacy file have the same groups")
  func groups() throws {
    let scratch = try ScratchFolder()
    let (variables, legacy) = (scratch.path("v.weights.h5"), scratch.path("l.h5"))
    let keras2 = Fixtures.path(folder + "functional.keras2.h5")
    let keras3 = Fixtures.path(folder + "functional.keras3.weights.h5")
    #expect(try AssayRun(["convert", keras2, variables] + network).status == 0)
    #expect(try AssayRun(["convert", keras3, legacy] + network).status == 0)
    let layers = { (path: String) in
      try Checkpoint(contentsOf: path).layers.filter { !$0.tensors.isEmpty }
    }
    let (ours, theirs) = (try layers(variables), try layers(keras3))
    #expect(ours.map(\.location) == theirs.map(\.location))
    #expect(ours.map(\.label) == theirs.map(\.label))
    // The list of weights is Keras's, trained ones first.
    #expect(try layers(legacy).map(\.label) == layers(keras2).map(\.label))
  }

  @Test("Taken out of the model, it is the plain network")
  func flat() throws {
    let scratch = try ScratchFolder()
    let out = scratch.path("flat.weights.h5")
    let source = Fixtures.path(folder + "functional.keras2.h5")
    #expect(try AssayRun(["convert", source, out, "--flat"] + network).status == 0)
    #expect(try Checkpoint(contentsOf: out).layers.allSatisfy { $0.parents.isEmpty })
    #expect(try predict(out).status == 0)
  }

  @Test("Without the model nothing tells the order of layers inside, and --model is asked for")
  func order() throws {
    let scratch = try ScratchFolder()
    let source = Fixtures.path(folder + "frozen.keras2.h5")
    let untold = try AssayRun("convert", source, scratch.path("x.weights.h5"))
    #expect(untold.status == 64)
    #expect(untold.messages.contains("--model tells it"))
    let ordered = try AssayRun(["plan", "--weights", source, "--by-order"] + network)
    #expect(ordered.status == 65)
    #expect(ordered.messages.contains("stands in a model inside the model, where Keras lists"))
  }

  @Test("Two layers that could both be the head are refused by name")
  func twoHeads() throws {
    let run = try predict(Fixtures.path(folder + "two_heads.keras2.h5"))
    #expect(run.status == 65)
    #expect(
      run.messages.contains("the only dense layer that is left, but there are 2: hidden, digit"))
    #expect(!run.messages.contains("include_top=False"))
  }

  @Test("A backbone that the model calls twice is another network, though every weight fits")
  func twice() throws {
    let run = try predict(Fixtures.path(folder + "twice.model.h5"))
    #expect(run.status == 65)
    #expect(run.messages.contains("60 weights fit, "))
    #expect(run.messages.contains("both (Add) stands behind backbone/global_average_pooling2d"))
  }
}
