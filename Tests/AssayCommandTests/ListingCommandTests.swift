import TestSupport
import Testing

@Suite("assay inspect and assay summary")
struct ListingCommandTests {
  @Test("A checkpoint is listed with names, shapes, types and sizes")
  func inspect() throws {
    let file = Fixtures.path("checkpoints/digits/digits-regular.weights.h5")
    let run = try AssayRun("inspect", file)
    #expect(run.status == 0)
    let lines = run.output.split(separator: "\n")
    #expect(lines[0].hasPrefix("\(file): "))
    #expect(
      lines.contains { line in
        line.split(separator: " ") == ["conv_initial", "0", "7×7×1×8", "float32", "1568"]
      })
    #expect(lines.contains { $0.contains("11666 parameters") })
    #expect(lines.contains { $0.hasPrefix("left out: ") && $0.contains("optimizer") })
  }

  @Test("A network's parameters, work and image protocol are summed up")
  func summary() throws {
    let run = try AssayRun("summary", "--model", "preact-resnet50")
    #expect(run.status == 0)
    #expect(run.output.contains("parameters  25621352, of which trainable 25575912"))
    #expect(
      run.output.contains(
        "input 224×224, preset preact (shorter side to 256, central crop 224×224, bilinear)"))
    let v2 = try AssayRun("summary", "--model", "resnet50v2")
    #expect(v2.output.contains("preset keras-tf"))
    #expect(v2.output.contains("normalisation tf"))
  }

  @Test("A regular and a bottleneck block are compared")
  func blocks() throws {
    let run = try AssayRun("summary", "--model", "preact-resnet50", "--blocks")
    #expect(run.status == 0)
    // Two 3×3 at 64 channels against 1×1, 3×3, 1×1 between 256 and 64; then both at 256.
    #expect(run.output.contains("73728") && run.output.contains("69632"))
    #expect(run.output.contains("1181184") && run.output.contains("70784"))
  }
}
