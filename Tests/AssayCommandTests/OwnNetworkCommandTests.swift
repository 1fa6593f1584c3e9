import Archives
import Foundation
import Tensors
import TestSupport
import Testing

@Suite("A file that carries its network needs no model's name")
struct OwnNetworkCommandTests {
  private static let digits = Fixtures.path("checkpoints/digits/digits-regular.keras3.h5")
  private static let validation = Fixtures.path("digits/validation")

  private func run(_ arguments: String...) throws -> AssayRun { try AssayRun(arguments) }

  @Test("evaluate scores it as the named network is scored")
  func evaluates() throws {
    let own = try run("evaluate", Self.digits, "--data", Self.validation, "--normalize", "tf")
    #expect(own.status == 0, "\(own.messages)")
    #expect(own.output.contains("top-1    98.89 %"))
  }

  @Test("How its images were normalised is asked for, and never guessed")
  func asks() throws {
    let run = try run("evaluate", Self.digits, "--data", Self.validation)
    #expect(run.status == 64)
    #expect(run.messages.contains("--normalize"))
    // What its own statistics say of these images is told, and left to the user.
    #expect(run.messages.contains("fit --normalize tf on 64 of the images"), "\(run.messages)")
    // Three images say nothing of statistics.
    let few = try run3()
    #expect(few.status == 64)
    #expect(!few.messages.contains("statistics fit"), "\(few.messages)")
  }

  private func run3() throws -> AssayRun {
    try AssayRun(
      ["predict", Self.digits] + KerasOrder.paths().prefix(3).map { "\(Self.validation)/\($0)" })
  }

  @Test("What a file holds of names and sizes is not for options to say")
  func options() throws {
    for option in ["--by-order", "--bottleneck"] {
      let run = try run("plan", Self.digits, option)
      #expect(run.status == 64, "\(option)")
    }
    #expect(try run("plan", Self.digits, "--weights", Self.digits).status == 64)
    #expect(try run("evaluate", "--data", Self.validation).status == 64)
  }

  @Test("A converted whole model keeps its config, and gives the same")
  func convertsWhole() throws {
    let folder = try ScratchFolder()
    let archive = Fixtures.path("configs/plain.keras3.keras")
    let expected = Fixtures.path("configs/plain.npy")
    let images = Fixtures.path("configs/input.npy")
    for name in ["out.keras", "out.h5"] {
      let out = folder.path(name)
      let converted = try run("convert", archive, out)
      #expect(converted.status == 0, "\(name) \(converted.messages)")
      #expect(converted.output.contains("whole model"), "\(converted.output)")
      let same = try run("predict", out, "--tensors", images, "--expect", expected)
      #expect(same.status == 0, "\(name) \(same.messages)")
    }
    let alone = folder.path("alone.h5")
    #expect(try run("convert", archive, alone, "--weights-only").status == 0)
    #expect(try run("predict", alone, "--tensors", images).status == 64)
    // What a .h5 says of its classes is not enough for a .keras.
    let other = try run("convert", Self.digits, folder.path("other.keras"))
    #expect(other.status == 65 && other.messages.contains("modules"), "\(other.messages)")
  }

  @Test("Int8 weights are what they stand for, and the user is told; other quantisation is refused")
  func quantised() throws {
    func file(_ name: String) -> String { Fixtures.path("checkpoints/conventions/whole-\(name)") }
    for name in ["int8.keras", "int8.h5"] {
      let run = try run(
        "predict", file(name), "--tensors", file("int8.input.npy"), "--expect",
        file("int8.logits.npy"), "--atol", "2e-6")
      #expect(run.status == 0, "\(run.messages)")
      #expect(run.messages.contains("the int8 weights of 3 layers"), "\(run.messages)")
    }
    for name in ["int4", "float8"] {
      let run = try run("predict", file("\(name).keras"), "--tensors", file("int8.input.npy"))
      #expect(run.status == 65)
      #expect(run.messages.contains("(EinsumDense) is quantised to \(name)"), "\(run.messages)")
      #expect(run.messages.contains("before Keras's quantize()"))
    }
  }

  @Test("A network of channels_first is recorded from arrays as it reads them")
  func recordsChannelsFirst() throws {
    let folder = try ScratchFolder()
    let (model, arrays) = try layerModel(
      "conv2d-dilated-k3-first", "keras", of: "convolutions", in: folder)
    let input = try folder.write(arrays("input0"), as: "x.npy")
    let golden = folder.path("golden.npz")
    let recorded = try run("record", model, "--tensors", input, "--out", golden)
    #expect(recorded.status == 0, "\(recorded.messages)")
    let verified = try run(
      "verify", "--weights", model, "--reference", golden, "--executor", "reference")
    #expect(verified.status == 0, "\(verified.messages)")
  }

  @Test(
    "A network of several inputs is recorded and verified, its arrays in any order under their names"
  )
  func recordsSeveralInputs() throws {
    let folder = try ScratchFolder()
    let (model, arrays) = try layerModel("input-two-k3", "h5", of: "inputs", in: folder)
    let (first, second) = (
      try folder.write(arrays("input0"), as: "0.npy"),
      try folder.write(arrays("input1"), as: "1.npy")
    )
    let named = ["--tensors", "input1=\(second)", "--tensors", "input0=\(first)"]
    let golden = folder.path("golden.npz")
    let recorded = try AssayRun(["record", model, "--out", golden] + named)
    #expect(recorded.status == 0, "\(recorded.messages)")
    let verify = ["verify", "--weights", model, "--executor", "reference", "--reference"]
    for more in [[], named] {
      let verified = try AssayRun(verify + [golden] + more)
      #expect(verified.status == 0, "\(verified.messages)")
    }
    let swapped = try AssayRun(
      verify + [golden, "--tensors", "input0=\(second)", "--tensors", "input1=\(first)"])
    #expect(swapped.status == 65 && swapped.messages.contains("reads N×4"), "\(swapped.messages)")
    let other = folder.path("other.npy")
    try NumPyFile.write(Tensor(shape: [3, 4], repeating: 0.5), to: other)
    let others = try AssayRun(verify + [golden, "--tensors", other, "--tensors", second])
    #expect(others.status == 65 && others.messages.contains("input0: recorded from other images"))
    let lacking = try AssayRun(verify + [golden, "--tensors", first])
    #expect(lacking.status == 64 && lacking.messages.contains("--tensors input1=x.npy lacks"))
  }

  /// A file of the layer models, and Keras's arrays of it by name.
  private func layerModel(
    _ name: String, _ format: String, of family: String, in folder: ScratchFolder
  ) throws -> (model: String, arrays: (String) throws -> Data) {
    let models = try ZipArchive(reading: Fixtures.path("layer_models/\(family).zip"))
    let goldens = try ZipArchive(reading: Fixtures.path("layer_models/goldens.npz"))
    func content(_ archive: ZipArchive, _ member: String) throws -> Data {
      Data(try archive.content(of: try #require(archive.entry(member)), limit: 1 << 24))
    }
    let model = try folder.write(
      content(models, "\(name).\(format)"), as: "model.\(format)")
    return (model, { try content(goldens, "\(name)/\($0).npy") })
  }

  @Test("A result is asked for by its name, and a path is taken for a slip")
  func outputs() throws {
    let folder = try ScratchFolder()
    let images = folder.path("x.npy")
    try NumPyFile.write(Tensor(shape: [2, 32, 32, 1], repeating: 0.5), to: images)
    let run = try run("predict", Self.digits, "--tensors", images, "--output", "logits.npy")
    #expect(run.status == 64)
    #expect(run.messages.contains("did you mean --save?"))
  }
}
