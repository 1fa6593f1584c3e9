import Checkpoints
import Foundation
import Tensors
import TestSupport
import Testing

private let folder = "checkpoints/digits/"
private let keras2 = Fixtures.path(folder + "digits-regular.keras2.h5")
private let keras3 = Fixtures.path(folder + "digits-regular.weights.h5")
private let unnamed = Fixtures.path(folder + "digits-regular.tfkeras.weights.h5")
private let network = ["preact-resnet18", "--blocks-per-stage", "2,2"]

@Suite("assay plan, diff and convert")
struct CheckpointCommandTests {
  @Test("A plan shows every tensor's way and by what it was found")
  func plan() throws {
    let arguments = ["plan", "--weights", unnamed, "--model"] + network
    let run = try AssayRun(arguments)
    #expect(run.status == 0)
    #expect(run.output.hasSuffix("60 tensors, all bound, none left over\n"))
    let row = ["/layers/conv2d:", "0", "stem/conv/kernel", "7×7×1×8", "class", "and", "ordinal"]
    #expect(
      run.output.split(separator: "\n").contains { line in
        line.split(separator: " ").map(String.init) == row
      })

    let json = try AssayRun(arguments + ["--json"])
    let rows = try #require(
      JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]])
    #expect(rows.count == 60)
    #expect(rows.first?["parameter"] as? String == "stem/conv/kernel")
  }

  @Test("A model's map can be written, edited and used, and order replaces names on request")
  func mapAndOrder() throws {
    let scratch = try ScratchFolder()
    let map = scratch.path("names.map")
    #expect(try AssayRun(["plan", "--write-map", map, "--model"] + network).status == 0)
    let plan = ["plan", "--weights", keras2, "--model"] + network
    #expect(try AssayRun(plan + ["--map", map]).output == AssayRun(plan).output)
    let renamed = try String(contentsOfFile: map, encoding: .utf8)
      .replacing("conv_initial", with: "conv_initia")
    let other = try scratch.write(Data(renamed.utf8), as: "other.map")
    let refused = try AssayRun(plan + ["--map", other])
    #expect(refused.status == 65)
    #expect(refused.messages.contains("as conv_initia, nearest name: conv_initial)"))
    let damaged = try scratch.write(Data("stem/conv\n".utf8), as: "damaged.map")
    let damagedRun = try AssayRun(plan + ["--map", damaged])
    #expect(
      damagedRun.status == 65 && damagedRun.messages.contains("line 1: a rule has two columns"))

    let ordered = try AssayRun(plan + ["--by-order"])
    #expect(ordered.status == 0 && ordered.output.contains("  order"))
    let swappable = try AssayRun(
      "plan", "--model", "preact-resnet50", "--blocks-per-stage", "1,2,1", "--by-order",
      "--weights", Fixtures.path(folder + "digits-bottleneck.keras2.h5"))
    #expect(swappable.status == 65)
    #expect(
      swappable.messages.contains("stage2/block1/project and stage2/block1/expand have weights"))
  }

  @Test("A file without its head is recognised, and gives its pooled features")
  func headless() throws {
    let scratch = try ScratchFolder()
    let checkpoint = try Checkpoint(contentsOf: keras2)
    let export = try CheckpointExport(checkpoint, for: .order)
    let file = scratch.path("notop.h5")
    try CheckpointExport(layers: export.layers.dropLast(), source: checkpoint)
      .writeLegacyWeights(to: file)
    let input = Fixtures.path(folder + "digits-regular.input.npy")
    let predict = ["predict", "--weights", file, "--tensors", input, "--model"] + network
    let refused = try AssayRun(predict)
    #expect(refused.status == 65)
    #expect(refused.messages.contains("the file has no head, as after include_top=False"))
    let saved = scratch.path("features.npy")
    let features = try AssayRun(predict + ["--features", "--save", saved])
    #expect(features.status == 0 && features.output.isEmpty)
    #expect(try NumPyFile.read(saved).shape == [4, 16])
    // A weight that may be missing can be run with, but not be written.
    let convert =
      ["convert", file, scratch.path("x.h5"), "--missing", "head*", "--model"] + network
    let lacking = try AssayRun(convert)
    #expect(lacking.status == 65)
    #expect(lacking.messages.contains("the file has no value for head/logits/kernel"))
  }

  @Test("The same weights in three layouts are equal, others differ and end with 1")
  func diff() throws {
    #expect(try AssayRun("diff", keras2, keras3).output == "60 tensors, all equal\n")
    let bound = try AssayRun(["diff", keras2, unnamed, "--bound-to"] + network)
    #expect(bound.status == 0 && bound.output == "60 tensors, all equal\n")

    let other = Fixtures.path(folder + "digits-half.keras2.h5")
    let differing = try AssayRun("diff", keras2, other)
    #expect(differing.status == 1)
    #expect(differing.output.contains("conv_initial/0") && !differing.output.contains("only in"))
    let foreign = try AssayRun(
      "diff", keras2, Fixtures.path(folder + "digits-bottleneck.keras2.h5"))
    #expect(foreign.status == 1)
    #expect(foreign.output.contains("only in"))
    #expect(foreign.output.contains("conv_initial/0: 7×7×1×8 in"))
  }

  @Test("Converted files hold the same tensors, in the order and under the names of Keras")
  func convert() throws {
    let scratch = try ScratchFolder()
    let variables = scratch.path("v.weights.h5")
    #expect(try AssayRun("convert", keras2, variables).status == 0)
    #expect(try AssayRun("diff", keras2, variables).status == 0)
    let converted = try Checkpoint(contentsOf: variables)
    let original = try Checkpoint(contentsOf: keras3)
    let names = { (checkpoint: Checkpoint) in
      checkpoint.layers.filter { !$0.tensors.isEmpty }.map { [$0.location, $0.name] }
    }
    #expect(names(converted) == names(original))

    let legacy = scratch.path("l.h5")
    #expect(try AssayRun(["convert", unnamed, legacy, "--model"] + network).status == 0)
    let back = try Checkpoint(contentsOf: legacy)
    let first = try Checkpoint(contentsOf: keras2)
    #expect(back.layers.map(\.name) == first.layers.filter { !$0.tensors.isEmpty }.map(\.name))
    #expect(try AssayRun("diff", keras2, legacy).status == 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path("")).count == 2)
  }

  @Test("Leniency comes from the command line, by name, and is said")
  func leniency() throws {
    let plan = ["plan", "--weights", keras2, "--classes", "7", "--model"] + network
    #expect(try AssayRun(plan).status == 65)
    let allowed = try AssayRun(plan + ["--mismatch", "head/logits"])
    #expect(allowed.status == 0)
    #expect(allowed.output.contains("58 tensors bound; allowed not to fit:"))
    #expect(allowed.output.contains("of another shape: head/logits/bias 7, not 10"))
    let help = try AssayRun("help", "plan").output
    #expect(help.split(separator: "--mismatch <pattern>").count == 2)
  }

  @Test("Converted to plain arrays and back, not a bit changes", arguments: ["safetensors", "npz"])
  func arrays(suffix: String) throws {
    let scratch = try ScratchFolder()
    let (file, back) = (scratch.path("w.\(suffix)"), scratch.path("back.h5"))
    #expect(try AssayRun("convert", keras2, file).status == 0)
    #expect(try AssayRun(["diff", keras2, file, "--bound-to"] + network).status == 0)
    #expect(try AssayRun(["convert", file, back, "--model"] + network).status == 0)
    #expect(try AssayRun("diff", keras2, back).output == "60 tensors, all equal\n")
    // The same weights give the same bytes.
    let again = scratch.path("again.\(suffix)")
    #expect(try AssayRun("convert", back, again).status == 0)
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: file))
        == Data(contentsOf: URL(fileURLWithPath: again)))
  }

  @Test("What a file does not tell must come from a model, and an unknown layout is refused")
  func refused() throws {
    let scratch = try ScratchFolder()
    let untold = try AssayRun("convert", keras3, scratch.path("l.h5"))
    #expect(untold.status == 64)
    #expect(untold.messages.contains("does not tell the order of its layers; --model tells it"))
    #expect(try AssayRun("convert", keras2, scratch.path("x.onnx")).status == 64)
    #expect(try AssayRun("convert", keras2, "/nowhere/x.h5").status == 73)
    #expect(try AssayRun("convert", scratch.path("none.h5"), scratch.path("x.h5")).status == 66)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path("")).isEmpty)
  }

  @Test("Inspecting adds statistics and hashes on request, as a table, a tree or JSON")
  func inspect() throws {
    let json = try AssayRun("inspect", keras2, "--stats", "--hash", "--json")
    #expect(json.status == 0)
    let listing = try #require(
      JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    let layers = try #require(listing["layers"] as? [[String: Any]])
    let stem = try #require(layers.first { $0["name"] as? String == "conv_initial" })
    let kernel = try #require((stem["weights"] as? [[String: Any]])?.first)
    #expect((kernel["sha256"] as? String)?.count == 64)
    let stats = try #require(kernel["stats"] as? [String: Any])
    let values = try Checkpoint(contentsOf: keras2)
    let tensor = try #require(values.layers.first { $0.name == "conv_initial" }?.tensors.first)
    let largest = try #require(try values.tensor(tensor).values.max())
    #expect(abs((stats["maximum"] as? Double ?? 0) - Double(largest)) < 1e-6)

    let tree = try AssayRun("inspect", keras3, "--tree")
    #expect(
      tree.output.hasPrefix("layers/\n  batch_normalization/\n    vars/\n      0  8 float32\n"))
    #expect(try AssayRun("inspect", keras2, "--tree", "--json").status == 64)
  }
}
