import Foundation
import TestSupport
import Testing

private let network = ["--model", "preact-resnet18", "--blocks-per-stage", "1"]

/// Runs the small network of `Tools/fixtures/config_changes.py` and holds it to Keras's logits.
private func predict(_ file: String, expecting name: String = "plain") throws -> AssayRun {
  try AssayRun(
    ["predict", "--weights", file, "--tensors", Fixtures.path("configs/input.npy")]
      + ["--expect", Fixtures.path("configs/\(name).npy")] + network)
}

@Suite("A file's own config is read wherever Keras puts one, and believed")
struct ConfigCommandTests {
  /// The containers in which a model has its config.
  static let containers = [
    "keras3.keras", "keras3.h5", "tfkeras.keras", "tfkeras.h5", "unpacked.keras",
    "unpacked.keras/model.weights.h5", "savedmodel", "savedmodel/variables/variables.index",
  ]

  @Test("A model that is the network gives Keras's logits", arguments: containers)
  func plain(_ container: String) throws {
    let run = try predict(Fixtures.path("configs/plain.\(container)"))
    #expect(run.status == 0, "\(run.messages)")
  }

  @Test("One whose epsilon is another is refused, both values named", arguments: containers)
  func epsilon(_ container: String) throws {
    let run = try predict(Fixtures.path("configs/epsilon.\(container)"), expecting: "epsilon")
    #expect(run.status == 65)
    #expect(
      run.messages.contains("stage2/block1/norm has epsilon 0.001, batch_normalization has 0.1"))
  }

  @Test("The network and its image are known by the size in the config")
  func size() throws {
    let file = Fixtures.path("configs/plain.keras3.keras")
    let image = Fixtures.path("digits/validation/0/0078.png")
    let images = ["predict", "--weights", file, "--preset", "keras-tf", image] + network
    let without = try AssayRun(images)
    let own = try AssayRun(images + ["--input-size", "16"])
    #expect(without.status == 0 && without.output == own.output, "\(without.messages)")
    let other = try AssayRun(images + ["--input-size", "32"])
    #expect(other.status == 64)
    #expect(other.messages.contains("was built for images of 16×16, not of 32×32"))
  }

  /// The config of an unpacked archive with something done to its text, and whether Python's `json`
  /// still reads it.
  static let texts: [(name: String, change: @Sendable (String) -> String, isRead: Bool)] = [
    ("NaN", { $0.replacing(#""momentum":0.99"#, with: #""momentum":NaN"#) }, true),
    ("Infinity", { $0.replacing(#""momentum": 0.99"#, with: #""momentum": -Infinity"#) }, true),
    ("half of a pair", { $0.replacing(#""seed": null"#, with: #""seed": "\ud800""#) }, true),
    ("depth", { #"{"x": \#(nested(500)), "# + $0.dropFirst() }, true),
    ("too deep", { #"{"x": \#(nested(5000)), "# + $0.dropFirst() }, false),
    ("cut", { String($0.dropLast(200)) }, false),
    ("a list", { "[\($0)]" }, false),
    ("nothing", { _ in "" }, false),
    ("a loop", { $0.replacing(#"["conv_initial", 0, 0]"#, with: #"["re_lu", 0, 0]"#) }, false),
    ("a layer lost", { $0.replacing(#"["re_lu", 0, 0]"#, with: #"["gone", 0, 0]"#) }, false),
  ]

  private static func nested(_ depth: Int) -> String {
    String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
  }

  @Test("A config that Python reads is read, any other is refused", arguments: texts.indices)
  func text(_ index: Int) throws {
    let (name, change, isRead) = Self.texts[index]
    let scratch = try ScratchFolder()
    let folder = Fixtures.path("configs/plain.unpacked.keras")
    for file in ["metadata.json", "model.weights.h5"] {
      _ = try scratch.write(try Data(contentsOf: URL(filePath: "\(folder)/\(file)")), as: file)
    }
    let config = try String(contentsOfFile: "\(folder)/config.json", encoding: .utf8)
    _ = try scratch.write(Data(change(config).utf8), as: "config.json")
    let run = try predict(scratch.path("model.weights.h5"))
    #expect(run.status == (isRead ? 0 : 65), "\(name): \(run.messages)")
    if !isRead { #expect(run.messages.contains("config.json") || name == "a loop") }
  }
}
