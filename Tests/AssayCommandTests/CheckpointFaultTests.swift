import Foundation
import TestSupport
import Testing

@Suite("A checkpoint that is not what it should be gives one message and its exit code")
struct CheckpointFaultTests {
  private let regular = Fixtures.path("checkpoints/digits/digits-regular.keras2.h5")
  private let images = Fixtures.path("digits/validation")

  private func evaluate(_ weights: String, model: String = "preact-resnet18", _ more: String...)
    throws -> AssayRun
  {
    try AssayRun(
      ["evaluate", "--model", model, "--weights", weights, "--data", images] + more)
  }

  @Test("A missing file ends with 66")
  func missing() throws {
    let run = try evaluate("/nowhere/w.h5")
    #expect(run.status == 66)
    #expect(run.messages == "assay: /nowhere/w.h5: no such file\n")
  }

  @Test("A web page named .h5 ends with 65 and is called a web page")
  func webPage() throws {
    let scratch = try ScratchFolder()
    let file = scratch.path("w.h5")
    try Data("<html>404 Not Found</html>\n".utf8).write(to: URL(fileURLWithPath: file))
    let run = try evaluate(file)
    #expect(run.status == 65 && run.output.isEmpty)
    #expect(run.messages.hasPrefix("assay: \(file): not a Keras checkpoint: "))
    #expect(run.messages.contains("a web page"))
    #expect(run.messages.split(separator: "\n").count == 1)
  }

  @Test("A text file named .h5 ends with 65 and is called text")
  func text() throws {
    let scratch = try ScratchFolder()
    let file = try scratch.write(Data("epoch,loss\n1,0.25\n".utf8), as: "w.h5")
    let run = try evaluate(file)
    #expect(run.status == 65 && run.output.isEmpty)
    #expect(run.messages.hasPrefix("assay: \(file): not a Keras checkpoint: "))
    #expect(run.messages.contains("text"))
    #expect(run.messages.split(separator: "\n").count == 1)
  }

  @Test("A file that is cut short ends with 65", arguments: [0.02, 0.3, 0.6, 0.99])
  func truncated(share: Double) throws {
    let scratch = try ScratchFolder()
    let file = scratch.path("w.h5")
    let data = try Data(contentsOf: URL(fileURLWithPath: regular))
    try data.prefix(Int(Double(data.count) * share)).write(to: URL(fileURLWithPath: file))
    let run = try evaluate(file, "--blocks-per-stage", "2,2")
    #expect(run.status == 65 && run.output.isEmpty)
    #expect(run.messages.hasPrefix("assay: \(file): "))
    #expect(run.messages.contains("cut short"))
    #expect(run.messages.split(separator: "\n").count == 1)
  }

  @Test("The wrong model for a file ends with 65, says how little fits, and stays short")
  func wrongModel() throws {
    let run = try evaluate(regular, model: "resnet50v2")
    #expect(run.status == 65 && run.output.isEmpty)
    #expect(
      run.messages.contains(
        "as resnet50v2: the checkpoint does not fit the network: no weight fits"))
    #expect(run.messages.split(separator: "\n").count < 15)
  }

  @Test("The wrong depth for a file ends with 65 and lists every weight")
  func wrongDepth() throws {
    let run = try evaluate(regular, "--blocks-per-stage", "2,3")
    #expect(run.status == 65)
    #expect(run.messages.contains("stage3/block3/first/kernel 3×3×16×16"))
    #expect(!run.messages.contains("more"))
  }

  @Test("A wrong class count ends with 65 and names both shapes")
  func wrongClasses() throws {
    let run = try evaluate(regular, "--blocks-per-stage", "2,2", "--classes", "7")
    #expect(run.status == 65)
    #expect(run.messages.contains("head/logits/kernel needs 16×7, logits: "))
    #expect(run.messages.contains(" has 16×10"))
  }

  @Test("An unknown model and a malformed option end with 64")
  func usage() throws {
    let unknown = try evaluate(regular, model: "resnet51")
    #expect(unknown.status == 64)
    #expect(
      unknown.messages.hasPrefix(
        "assay: unknown model 'resnet51'; did you mean resnet50? 'assay models' lists the names"))
    #expect(try evaluate(regular, "--blocks-per-stage", "2,x").status == 64)
    #expect(try evaluate(regular, "--preset", "keras").status == 64)
    #expect(try evaluate(regular, "--input-size", "0").status == 64)
    #expect(try evaluate(regular, "--batch", "0").status == 64)
    #expect(try AssayRun("evaluate").status == 64)
    #expect(try AssayRun("--help").status == 0)
  }
}
