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
}
