import Checkpoints
import Foundation
import Tensors
import TestSupport
import Testing

private let folder = "checkpoints/conventions/"
private let plain = Fixtures.path("checkpoints/digits/digits-regular.keras2.h5")
private let network = ["--model", "preact-resnet18", "--blocks-per-stage", "2,2"]

@Suite("Conventions of a file on the command line")
struct ConventionCommandTests {
  private func path(_ name: String) -> String { Fixtures.path(folder + name) }

  @Test("A plan shows what is done to each tensor, and says on what evidence")
  func plan() throws {
    let run = try AssayRun(["plan", "--weights", path("theano.keras2.h5"), "--json"] + network)
    #expect(run.status == 0)
    #expect(
      run.messages.hasSuffix("9 kernels rotated by 180°: the file was written on Theano\n"))
    let rows = try #require(
      JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [[String: Any]])
    let transforms = Dictionary(grouping: rows) { $0["transform"] as? String ?? "" }
    #expect(transforms.mapValues(\.count) == ["rotated by 180°": 9, "": 51])
    // One tap has no sense to turn.
    let pointwise = rows.filter { ($0["shape"] as? [Int])?.prefix(2) == [1, 1] }
    #expect(pointwise.count == 2 && pointwise.allSatisfy { $0["transform"] as? String == "" })

    let silent = try AssayRun(["plan", "--weights", plain] + network)
    #expect(silent.messages.isEmpty)
    let quantised = try AssayRun(["plan", "--weights", path("digits-int8.weights.h5")] + network)
    #expect(quantised.output.contains("int8 over its scale to float32"))
  }

  @Test(
    "A converted file holds plain kernels, with or without the model",
    arguments: [
      ("theano.keras2.h5", []), ("th-tf.keras1.h5", []),
      ("th-th.keras1.h5", ["--kernel-sense", "convolution"]),
      ("tf-th.keras1.h5", ["--kernel-sense", "convolution", "--kernel-layout", "tf"]),
    ] as [(String, [String])], [[], network])
  func convert(_ source: (String, [String]), _ model: [String]) throws {
    let scratch = try ScratchFolder()
    for suffix in ["h5", "weights.h5", "safetensors"] {
      let file = scratch.path("converted.\(suffix)")
      let run = try AssayRun(["convert", path(source.0), file] + source.1 + model)
      #expect(run.status == 0, "\(run.messages)")
      let diff = try AssayRun(["diff", plain, file, "--bound-to"] + network.dropFirst())
      #expect(diff.output == "60 tensors, all equal\n", "\(diff.output)\(diff.messages)")
    }
  }

  @Test("Deviations become variances in a conversion, which needs the model")
  func deviations() throws {
    let scratch = try ScratchFolder()
    let file = scratch.path("converted.h5")
    let convert = ["convert", path("deviation.keras1.h5"), file, "--running-std", "deviation"]
    let refused = try AssayRun(convert)
    #expect(refused.status == 64)
    #expect(refused.messages.contains("nor the epsilon of batch norms; --model tells"))
    #expect(try AssayRun(convert + network).status == 0)
    let run = try AssayRun(
      [
        "predict", "--weights", file, "--tensors",
        Fixtures.path("checkpoints/digits/digits-regular.input.npy"), "--save",
        scratch.path("logits.npy"),
      ] + network)
    #expect(run.status == 0 && run.messages.isEmpty)
    let logits = try NumPyFile.read(scratch.path("logits.npy"))
    let expected = try Fixtures.tensor("checkpoints/digits/digits-regular.logits.npy")
    let first = Tensor(shape: logits.shape, values: Array(expected.values.prefix(40)))
    #expect(logits.worstDifference(from: first).difference <= 1e-4)
  }

  @Test("The report of an evaluation has the conventions and where the classes begin")
  func report() throws {
    let scratch = try ScratchFolder()
    let json = scratch.path("report.json")
    let evaluate =
      [
        "evaluate", "--data", Fixtures.path("digits/validation"), "--weights",
        path("theano.keras2.h5"), "--preset", "keras-tf", "--normalize", "tf", "--input-size", "32",
        "--limit", "20", "--json", json,
      ] + network
    let run = try AssayRun(evaluate + ["--background-class"])
    #expect(run.status == 0)
    #expect(run.output.contains("weights: 9 kernels rotated by 180°: the file was written"))
    // Ten folders for ten classes leave no room for background.
    #expect(!run.output.contains("background"))
    let report = try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: json)))
        as? [String: Any])
    let manifest = try #require(report["manifest"] as? [String: Any])
    let weights = try #require(manifest["weights"] as? [String: Any])
    #expect(
      weights["conventions"] as? [String] == [
        "9 kernels rotated by 180°: the file was written on Theano"
      ])
    #expect((manifest["data"] as? [String: Any])?["class_offset"] as? Int == 0)
  }

  @Test("A network with a background class is scored from its class 1 on, and says so")
  func background() throws {
    let scratch = try ScratchFolder()
    // Nine digits for a network of ten classes: its class 0 has no folder.
    let data = URL(fileURLWithPath: scratch.path("nine"))
    try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
    for digit in 1...9 {
      try FileManager.default.copyItem(
        at: URL(fileURLWithPath: Fixtures.path("digits/validation/\(digit)")),
        to: data.appending(path: "\(digit)"))
    }
    let evaluate =
      [
        "evaluate", "--data", data.path, "--weights", plain, "--preset", "keras-tf",
        "--normalize", "tf", "--input-size", "32",
      ] + network
    let refused = try AssayRun(evaluate)
    #expect(refused.status == 65)
    #expect(refused.messages.contains("with --background-class, class 0 has no folder"))
    let run = try AssayRun(evaluate + ["--background-class"])
    #expect(run.status == 0)
    #expect(run.output.contains("classes: the network's class 0 is background"))
    // Of all ten digits 356 are right; a label off by one would leave next to none.
    let correct = try #require(run.output.firstMatch(of: /top-1 .*\((\d+) of (\d+)/))
    let (right, all) = (Int(correct.1) ?? 0, Int(correct.2) ?? 0)
    #expect(all > 300 && right >= all - 4)
  }

  @Test("What cannot be done is refused")
  func refused() throws {
    let rows = try AssayRun(
      ["plan", "--weights", plain, "--dense-rows", "channels_first"] + network)
    #expect(rows.status == 65)
    #expect(rows.messages.contains("no dense layer of the network reads a flattened map"))
    let deviation = try AssayRun(
      ["plan", "--weights", plain, "--running-std", "deviation"] + network)
    #expect(deviation.status == 65 && deviation.messages.contains("the file has no running_std"))
    let layout = try AssayRun(["plan", "--weights", plain, "--kernel-layout", "th"] + network)
    #expect(layout.status == 65 && layout.messages.contains("of another shape"))
    let word = try AssayRun(["plan", "--weights", plain, "--kernel-layout", "oihw"] + network)
    #expect(word.status == 64)
  }
}
