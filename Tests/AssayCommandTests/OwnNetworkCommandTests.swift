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
