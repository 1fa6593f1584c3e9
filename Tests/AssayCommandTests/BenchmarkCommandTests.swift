import Foundation
import TestSupport
import Testing

@Suite("assay benchmark")
struct BenchmarkCommandTests {
  private let network = [
    "benchmark", "--model", "preact-resnet50", "--blocks-per-stage", "1,2,1", "--weights",
    Fixtures.path("checkpoints/digits/digits-bottleneck.weights.h5"), "--input-size", "32",
    "--rounds", "2", "--seconds", "0.05",
  ]

  @Test("Every step is in the table with its kernel, and the kernels' steps are all of them")
  func layers() throws {
    let scratch = try ScratchFolder()
    let file = scratch.path("benchmark.json")
    let (html, markdown) = (scratch.path("b.html"), scratch.path("b.md"))
    let run = try AssayRun(
      network + ["--layers", "--json", file, "--html", html, "--markdown", markdown])
    try #require(run.status == 0, "\(run.messages)")
    let json = try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: file)))
        as? [String: Any])
    #expect((json["rates"] as? [Double])?.count == 2)
    let steps = try #require(json["steps"] as? [[String: Any]])
    #expect(steps.count > 15)
    let lines = run.output.split(separator: "\n")
    for step in steps {
      let (layer, kernel) = (try #require(step["layer"] as? String), step["kernel"] as? String)
      #expect(lines.contains { $0.hasPrefix(layer) && $0.contains(kernel ?? "–") }, "\(layer)")
    }
    let page = try String(contentsOfFile: html, encoding: .utf8)
    #expect(page.contains("<title>assay benchmark digits-bottleneck.weights.h5 · "))
    #expect(page.contains("<h2>Rounds</h2>") && page.contains("<h2>Layers</h2>"))
    let text = try String(contentsOfFile: markdown, encoding: .utf8)
    #expect(text.contains("| images a second | ") && text.contains("| kernel | steps |"))
    let last = try #require(lines.last)
    #expect(last.split(separator: " ").prefix(2) == ["all", "\(steps.count)"])
  }

  @Test(
    "What cannot be measured is refused",
    arguments: [
      ["--rounds", "0"], ["--seconds", "0"], ["--seconds", "nan"], ["--input-size", "0"],
      ["--precision", "int8"], ["--precision", "int4"],
    ])
  func refused(_ options: [String]) throws {
    #expect(try AssayRun(network + options).status == 64)
  }
}
