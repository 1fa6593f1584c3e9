import Architectures
import Foundation
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

  @Test("A file's own network is shown, a model inside it on one line, and drawn")
  func summaryOfFile() throws {
    let folder = try ScratchFolder()
    let file = Fixtures.path("checkpoints/nested/functional.keras3.keras")
    let (page, drawing) = (folder.path("net.html"), folder.path("net.dot"))
    let folded = try AssayRun("summary", file, "--html", page, "--dot", drawing)
    #expect(folded.status == 0, "\(folded.messages)")
    let all = try AssayRun("summary", file, "--expand-nested")
    let lines = folded.output.split(separator: "\n").count
    #expect(lines < all.output.split(separator: "\n").count)
    #expect(folded.output.contains(" layers "))
    // Both have the same sums, which are those of the file.
    let sums = folded.output.split(separator: "\n").filter { $0.hasPrefix("parameters") }
    #expect(sums.count == 1)
    #expect(sums == all.output.split(separator: "\n").filter { $0.hasPrefix("parameters") })
    #expect(try String(contentsOfFile: page, encoding: .utf8).contains("<details>"))
    #expect(try String(contentsOfFile: drawing, encoding: .utf8).hasPrefix("digraph "))
  }

  @Test("A config alone can be summed up, and an output is never an input")
  func summaryOfConfig() throws {
    let digits = Fixtures.path("checkpoints/digits/digits-regular.keras3.h5")
    let run = try AssayRun("summary", digits)
    #expect(run.output.contains("parameters  11666, of which trainable 11458"))
    #expect(try AssayRun("summary", digits, "--html", digits).status == 64)
    #expect(try AssayRun("summary").status == 64)
    // Without its config, the weights say which network they are of, or are of none that is known.
    let weights = Fixtures.path("checkpoints/digits/digits-regular.keras2.h5")
    #expect(try AssayRun("summary", weights).status == 64)
  }

  @Test("The models are listed, each on one line with its dialects and its images")
  func models() throws {
    let folder = try ScratchFolder()
    let file = folder.path("models.json")
    let run = try AssayRun("models", "--json", file)
    #expect(run.status == 0, "\(run.messages)")
    let lines = run.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(lines.count == 1 + ModelRecipe.names.count)
    #expect(lines.contains(["vgg16", "VGG", "224", "keras-tf", "caffe", "keras"]))
    #expect(lines.contains { $0.first == "resnet50v2" && $0.dropFirst(5).contains("slim") })
    let listed = try JSONDecoder().decode(
      [Listed].self, from: Data(contentsOf: URL(filePath: file)))
    #expect(listed.map(\.name) == ModelRecipe.catalog.map(\.name))
  }

  private struct Listed: Decodable {
    let name: String
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
