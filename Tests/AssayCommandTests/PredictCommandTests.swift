import Foundation
import Tensors
import TestSupport
import Testing

/// The arguments that load the trained digits of bottleneck blocks.
private let network = [
  "--model", "preact-resnet50", "--blocks-per-stage", "1,2,1", "--weights",
  Fixtures.path("checkpoints/digits/digits-bottleneck.weights.h5"),
]
private let input = Fixtures.path("checkpoints/digits/digits-bottleneck.input.npy")

@Suite("assay predict")
struct PredictCommandTests {
  /// Keras's logits of the images in `input`.
  private func expectedLogits() throws -> Tensor {
    let all = try Fixtures.tensor("checkpoints/digits/digits-bottleneck.logits.npy")
    let count = try NumPyFile.read(input).count
    return Tensor(shape: [count, 10], values: Array(all.values.prefix(count * 10)))
  }

  @Test("An array's logits are Keras's, in both data formats")
  func tensors() throws {
    let scratch = try ScratchFolder()
    let expected = scratch.path("expected.npy")
    try NumPyFile.write(expectedLogits(), to: expected)
    let first = scratch.path("first.npy")
    try NumPyFile.write(
      NumPyFile.read(input).converted(from: .channelsLast, to: .channelsFirst), to: first)
    for (array, format) in [(input, "channels_last"), (first, "channels_first")] {
      let saved = scratch.path("\(format).npy")
      let run = try AssayRun(
        ["predict"] + network + [
          "--tensors", array, "--data-format", format, "--save", saved, "--expect", expected,
        ])
      #expect(run.status == 0 && run.messages.isEmpty)
      #expect(run.output.contains("logits differ most at image"))
      #expect(
        try NumPyFile.read(saved).worstDifference(from: expectedLogits()).difference <= 1e-4)
    }
  }

  @Test("A logit beyond the tolerance ends with 1 and names the worst place")
  func beyondTolerance() throws {
    let scratch = try ScratchFolder()
    var wrong = try expectedLogits()
    wrong.values[2 * 10 + 7] += 0.01
    let expected = scratch.path("expected.npy")
    try NumPyFile.write(wrong, to: expected)
    let arguments = ["predict"] + network + ["--tensors", input, "--expect", expected]
    let run = try AssayRun(arguments)
    #expect(run.status == 1)
    #expect(run.messages.contains("differ by more than 0.0001: differ most at image 2, class 7: "))
    #expect(try AssayRun(arguments + ["--atol", "0.02"]).status == 0)

    wrong.values[5] = .nan
    try NumPyFile.write(wrong, to: expected)
    let notANumber = try AssayRun(arguments + ["--atol", "0.02"])
    #expect(notANumber.status == 1)
    #expect(notANumber.messages.contains("image 0, class 5"))
  }

  @Test("Arrays that do not fit end with 65, missing ones with 66")
  func wrongArrays() throws {
    let scratch = try ScratchFolder()
    let file = scratch.path("x.npy")
    let shapes: [Shape] = [[4], [2, 32, 32, 1], [0, 32, 32, 3], [1, 3, 40, 40]]
    for shape in shapes {
      try NumPyFile.write(Tensor(shape: shape), to: file)
      #expect(try AssayRun(["predict"] + network + ["--tensors", file]).status == 65)
    }
    try NumPyFile.write(Tensor(shape: [3, 10]), to: file)
    #expect(
      try AssayRun(["predict"] + network + ["--tensors", input, "--expect", file]).status == 65)
    #expect(
      try AssayRun(["predict"] + network + ["--tensors", scratch.path("none.npy")]).status == 66)
  }

  @Test("Image files get their five best classes by name")
  func files() throws {
    let scratch = try ScratchFolder()
    let names = scratch.path("names.txt")
    try Data("zero\r\none\r\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\n".utf8)
      .write(to: URL(fileURLWithPath: names))
    let image = Fixtures.path("digits/validation/\(try KerasOrder.paths()[0])")
    let arguments =
      ["predict"] + network + [
        "--preset", "keras-tf", "--normalize", "tf", "--input-size", "32", "--class-names", names,
      ]
    let run = try AssayRun(arguments + [image])
    #expect(run.status == 0)
    let lines = run.output.split(separator: "\n")
    #expect(lines.count == 6 && lines[0] == image)
    #expect(lines[1].hasSuffix(" %  zero"))

    let broken = try AssayRun(arguments + [names, image])
    #expect(broken.status == 65)
    #expect(broken.output == run.output)
    #expect(broken.messages.contains("1 of 2 images could not be read"))
  }

  private let images = ["--preset", "keras-tf", "--normalize", "tf", "--input-size", "32"]

  @Test("Of a folder all images are predicted, nested ones too, by the pipeline's own rule")
  func folders() throws {
    let scratch = try ScratchFolder()
    let paths = try KerasOrder.paths().prefix(4).map { Fixtures.path("digits/validation/\($0)") }
    let places = ["a.png", "b/one.PNG", "b/c/two.png", "d/three.png"]
    for (path, place) in zip(paths, places) {
      let target = scratch.path("photos/\(place)")
      try FileManager.default.createDirectory(
        atPath: (target as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
      try FileManager.default.copyItem(atPath: path, toPath: target)
    }
    try Data("no image".utf8).write(to: URL(fileURLWithPath: scratch.path("photos/b/notes.txt")))
    let folder = scratch.path("photos")
    let (one, other) = (scratch.path("one.npy"), scratch.path("other.npy"))
    let run = try AssayRun(["predict"] + network + images + [folder, paths[0], "--save", one])
    #expect(run.status == 0, "\(run.messages)")
    let shown = run.output.split(separator: "\n").filter { !$0.hasPrefix(" ") }.map(String.init)
    let listed = ["a.png", "b/one.PNG", "b/c/two.png", "d/three.png"].map { "\(folder)/\($0)" }
    #expect(shown == listed + [paths[0]])
    #expect(run.messages.contains("1 file is passed over") && run.messages.contains("1 .txt"))
    // The same images one by one give the same logits.
    let single = try AssayRun(
      ["predict"] + network + images + listed + [paths[0], "--save", other])
    #expect(single.status == 0 && single.output == run.output)
    #expect(try NumPyFile.read(one).values == NumPyFile.read(other).values)

    let empty = scratch.path("empty")
    try FileManager.default.createDirectory(atPath: empty, withIntermediateDirectories: true)
    let nothing = try AssayRun(["predict"] + network + images + [empty])
    #expect(nothing.status == 65 && nothing.messages.contains("no images in it"))
  }

  @Test("The best classes of each image, and why one has none, go into JSON and CSV")
  func tables() throws {
    let scratch = try ScratchFolder()
    let image = Fixtures.path("digits/validation/\(try KerasOrder.paths()[0])")
    let names = try scratch.write(
      Data((0..<10).map { $0 == 0 ? "=zero\n" : "digit \($0)\n" }.joined().utf8), as: "names.txt")
    let (json, csv) = (scratch.path("p.json"), scratch.path("p.csv"))
    let run = try AssayRun(
      ["predict"] + network + images + [
        image, names, "--class-names", names, "--json", json, "--csv", csv,
      ])
    #expect(run.status == 65 && run.messages.contains("1 of 2 images could not be read"))
    let list = try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: json)))
        as? [[String: Any]])
    try #require(list.count == 2)
    #expect(list.map { $0["path"] as? String } == [image, names])
    let classes = try #require(list[0]["classes"] as? [[String: Any]])
    #expect(classes.count == 5 && list[0]["error"] == nil)
    #expect(classes[0]["index"] as? Int == 0 && classes[0]["name"] as? String == "=zero")
    let probabilities = classes.compactMap { $0["probability"] as? Double }
    #expect(probabilities.count == 5 && probabilities == probabilities.sorted(by: >))
    #expect(
      run.output.contains(String(format: "%6.2f %%  =zero\n", (probabilities.first ?? 0) * 100)))
    #expect(list[1]["classes"] == nil && list[1]["error"] as? String != nil)
    let rows = try String(contentsOfFile: csv, encoding: .utf8).components(separatedBy: "\r\n")
    #expect(rows[0].hasPrefix("path,top1,probability1,top2,") && rows[0].hasSuffix(",error"))
    #expect(rows.count == 4 && rows[1].hasPrefix("\(image),'=zero,") && rows[1].hasSuffix(","))
    #expect(rows[2].hasPrefix("\(names),,,,,,,,,,,"))

    // Of an array it is the same, by place.
    let array = try AssayRun(["predict"] + network + ["--tensors", input, "--json", "-"])
    let places = try #require(
      JSONSerialization.jsonObject(with: Data(array.output.utf8)) as? [[String: Any]])
    #expect(try places.count == NumPyFile.read(input).count && places[0]["path"] as? String == "0")
    #expect(
      try AssayRun(["predict"] + network + ["--features", "--json", json, image]).status == 64)
    let over = try AssayRun(["predict"] + network + images + [image, "--csv", image])
    #expect(over.status == 64 && over.messages.contains("which is read"))
  }
}
