import Checkpoints
import Foundation
import Tensors
import TestSupport
import Testing

@Suite("assay export")
struct ExportCommandTests {
  private let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  private static func digits(_ name: String) -> String {
    Fixtures.path("checkpoints/digits/digits-\(name)")
  }

  /// Weights alone, of a network in Swift.
  private static let named = [
    "--model", "preact-resnet18", "--blocks-per-stage", "2,2", "--weights",
    digits("regular.weights.h5"), "--input-size", "32",
  ]

  private func config(_ path: String) throws -> String {
    try #require(try Checkpoint(contentsOf: path).modelConfig)
  }

  @Test("makes a whole model of weights, which gives Keras's logits", arguments: ["keras", "h5"])
  func named(_ ending: String) throws {
    let out = scratch.path("out.\(ending)")
    let run = try AssayRun(["export"] + Self.named + [out])
    #expect(run.status == 0, "\(run.messages)")
    #expect(run.output.contains("layers with weights, images 32×32×1, ends in logits"))
    let predicted = try AssayRun(
      "evaluate", out, "--data", Fixtures.path("digits/validation"), "--normalize", "tf",
      "--expect", Self.digits("regular.logits.npy"))
    #expect(predicted.status == 0, "\(predicted.messages)")
    // Names are the file's, and what the network ends in is what was published.
    #expect(try config(out).contains("\"conv_initial\""))
    #expect(try !config(out).contains("softmax"))
  }

  @Test("ends in what is asked for", arguments: ["softmax", "sigmoid", "linear"])
  func activation(_ name: String) throws {
    let out = scratch.path("out.keras")
    let run = try AssayRun(["export"] + Self.named + [out, "--classifier-activation", name])
    #expect(run.status == 0, "\(run.messages)")
    let summary = try AssayRun("summary", out)
    #expect(summary.status == 0)
    let dense = try #require(summary.output.split(separator: "\n").last { $0.contains("logits") })
    #expect(dense.contains(name) == (name != "linear"))
  }

  @Test("puts the normalisation of pixels in front, so that none need be told")
  func preprocessing() throws {
    let out = scratch.path("out.keras")
    let run = try AssayRun(
      ["export"] + Self.named + [out, "--with-preprocessing", "--normalize", "tf"])
    #expect(run.status == 0, "\(run.messages)")
    let scored = try AssayRun(
      "evaluate", out, "--data", Fixtures.path("digits/validation"), "--expect", "top1=98.89±0.01")
    #expect(scored.status == 0, "\(scored.messages)")
    #expect(scored.output.contains("normalisation none"))
  }

  @Test(
    "writes a file's own network into the other kind of file",
    arguments: [("plain.keras3.keras", "h5"), ("plain.tfkeras.h5", "keras")])
  func translated(_ name: String, _ ending: String) throws {
    let out = scratch.path("out.\(ending)")
    let run = try AssayRun("export", Fixtures.path("configs/\(name)"), out)
    #expect(run.status == 0, "\(run.messages)")
    let predicted = try AssayRun(
      "predict", out, "--tensors", Fixtures.path("configs/input.npy"), "--expect",
      Fixtures.path("configs/plain.npy"))
    #expect(predicted.status == 0, "\(predicted.messages)")
  }

  @Test(
    "keeps the config of a file of the same kind, whatever is in it",
    arguments: ["classes/attention.keras", "classes/classes.h5"])
  func kept(_ name: String) throws {
    let source = Fixtures.path("checkpoints/\(name)")
    let out = scratch.path("out." + (name.hasSuffix("h5") ? "h5" : "keras"))
    let run = try AssayRun("export", source, out)
    #expect(run.status == 0, "\(run.messages)")
    #expect(try config(out) == config(source))
  }

  @Test("refuses a layer that both generations of Keras do not have, by name and class")
  func refused() throws {
    let out = scratch.path("out.h5")
    let run = try AssayRun("export", Fixtures.path("checkpoints/classes/attention.keras"), out)
    #expect(run.status == 65)
    #expect(run.messages.contains("(MultiHeadAttention) computes what no layers of both Keras 2"))
    #expect(!FileManager.default.fileExists(atPath: out))
  }

  @Test(
    "says what of a command line cannot be",
    arguments: [
      (["out.weights.h5"], "must end in .keras or .h5"), (["out.npz"], "must end in .keras or .h5"),
      ([], "and the file to write"),
      (["a.keras", "b.keras"], "'b.keras' is one argument too many"),
      (["out.keras", "--normalize", "tf"], "--normalize is for --with-preprocessing"),
      (["out.keras", "--data-format", "channels_first"], "an exported model is channels_last"),
      (["out.keras", "--input-size", "0"], "--input-size"),
    ])
  func usage(_ arguments: [String], _ words: String) throws {
    let run = try AssayRun(["export"] + Self.named + arguments)
    #expect(run.status == 64)
    #expect(run.messages.contains(words), "\(run.messages)")
  }

  @Test("takes no word for how a file's own network ends, and guesses no normalisation")
  func own() throws {
    let file = Fixtures.path("configs/plain.keras3.keras")
    let out = scratch.path("out.keras")
    let activation = try AssayRun("export", file, out, "--classifier-activation", "softmax")
    #expect(activation.status == 64 && activation.messages.contains("the file's config tells"))
    let pixels = try AssayRun("export", file, out, "--with-preprocessing")
    #expect(pixels.status == 64 && pixels.messages.contains("--normalize tells"))
    #expect(try AssayRun("export", scratch.path("none.keras"), out).status == 66)
  }

  @Test("writes over no file that it reads")
  func overwriting() throws {
    let file = scratch.path("model.keras")
    let bytes = try Data(
      contentsOf: URL(fileURLWithPath: Fixtures.path("configs/plain.keras3.keras")))
    try bytes.write(to: URL(fileURLWithPath: file))
    let run = try AssayRun("export", file, file)
    #expect(run.status == 64 && run.messages.contains("would be written over"))
    #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == bytes)
    // Anything else is replaced, whole.
    let out = try scratch.write(Data("old".utf8), as: "old.keras")
    #expect(try AssayRun("export", file, out).status == 0)
    #expect(try Checkpoint(contentsOf: out).format == .kerasArchive)
  }
}
