import Foundation
import TestSupport
import Testing

@Suite("assay sweep, for a user who has only a published number")
struct SweepCommandTests {
  /// What the published number of the trained digits, 356 of 360, was measured with.
  private static let truth = [
    "--preset": "keras-tf", "--normalize": "tf", "--input-size": "32",
    "--interpolation": "bilinear",
  ]

  private func arguments(
    _ command: String, believing belief: [String: String] = [:],
    data: [String] = ["--data", Fixtures.path("digits/validation")]
  ) -> [String] {
    [
      command, "--model", "preact-resnet18", "--blocks-per-stage", "2,2", "--weights",
      Fixtures.path("checkpoints/digits/digits-regular.weights.h5"),
    ] + data
      + Self.truth.merging(belief) { $1 }.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] }
  }

  @Test(
    "One part that differs from what the user believes is found, and named",
    arguments: [
      (["--normalize": "none"], "--normalize tf"),
      (["--interpolation": "nearest"], "--interpolation bilinear"),
      (["--interpolation": "bicubic"], "--interpolation bilinear"),
      (["--input-size": "24"], "--input-size 32"), (["--input-size": "40"], "--input-size 32"),
      (["--preset": "preact"], "--preset keras-tf"),
      (["--preset": "torchvision", "--min-aspect-dim": "37"], "--preset keras-tf"),
      (["--preset": "keras-pil", "--interpolation": "nearest"], "--preset keras-tf"),
    ])
  func onePart(belief: [String: String], change: String) throws {
    let run = try AssayRun(
      arguments("sweep", believing: belief) + [
        "--expect", "top1=98.89", "--expect", "top5=100.0", "--expect", "loss=0.0589",
      ])
    #expect(run.status == 0, "\(run.messages)")
    let lines = run.output.split(separator: "\n").map(String.init)
    let table = try #require(lines.firstIndex { $0.hasPrefix("what differs") })
    // The nearest is the first row; it changes what was believed wrongly, and nothing else.
    #expect(lines[table + 1].hasPrefix(change), "\(run.output)")
    #expect(lines[table + 1].hasSuffix("fits"))
    let found = try #require(lines.last { $0.hasPrefix("fits") })
    for (option, value) in Self.truth { #expect(found.contains("\(option) \(value)"), "\(found)") }
  }

  @Test("A crop that differs is found, and a sweep starts from what 'evaluate' does")
  func crop() throws {
    // 343 of 360 with a shorter side of 37.
    let wrong = ["--preset": "preact", "--min-aspect-dim": "32"]
    let run = try AssayRun(
      arguments("sweep", believing: wrong) + ["--expect", "top1=95.28", "--expect", "loss=0.2182"])
    #expect(run.status == 0, "\(run.output)\(run.messages)")
    #expect(run.output.contains("\n--min-aspect-dim 37 "), "\(run.output)")

    // torchvision truncates 32 / 0.875 to 36 where nobody says a side.
    let scratch = try ScratchFolder()
    let report = scratch.path("report.json")
    let belief = ["--preset": "torchvision"]
    _ = try AssayRun(arguments("evaluate", believing: belief) + ["--json", report])
    let json = try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: report)))
        as? [String: Any])
    let metrics = try #require(json["metrics"] as? [String: Any])
    let loss = try #require(metrics["loss"] as? Double)
    let start = try AssayRun(
      arguments("sweep", believing: belief) + ["--expect", "loss=\(loss)±1e-9"])
    #expect(start.output.contains("starting from --preset torchvision --input-size 32 "))
    #expect(start.output.contains("--min-aspect-dim 36 "))
    #expect(start.output.contains("\nnothing "), "\(start.output)")
    #expect(start.status == 0)
  }

  @Test("Labels that count from 1 are found, and 'evaluate' suspects them")
  func labels() throws {
    let scratch = try ScratchFolder()
    let rows = try KerasOrder.paths().map { path in
      "\(path),\(try #require(Int(path.prefix(1))) + 1)"
    }
    let file = try scratch.write(
      Data((["path,label"] + rows).joined(separator: "\n").utf8), as: "labels.csv")
    let data = ["--data", Fixtures.path("digits/validation"), "--labels", file]
    // A label of 10 is no class: said before anything is scored.
    let refused = try AssayRun(arguments("evaluate", data: data))
    #expect(refused.status == 65)
    #expect(refused.messages.contains("label 10 is no class of a network of 10; --first-label"))
    // A sweep finds where they begin, and the loss is its own there.
    let all = try AssayRun(
      arguments("sweep", data: data) + ["--expect", "top1=98.89", "--expect", "loss=0.0589"])
    #expect(all.status == 0, "\(all.messages)")
    #expect(all.output.contains("\n--first-label 1 "))
    let zero = try scratch.write(
      Data(rows.filter { !$0.hasPrefix("9/") }.joined(separator: "\n").utf8), as: "zero.csv")
    let shifted = ["--data", Fixtures.path("digits/validation"), "--labels", zero]
    let suspected = try AssayRun(arguments("evaluate", data: shifted))
    #expect(
      suspected.output.contains("labels count from 1 (first label 1)"), "\(suspected.output)")
    let run = try AssayRun(arguments("sweep", data: shifted) + ["--expect", "top1=99.07"])
    #expect(run.status == 0, "\(run.output)\(run.messages)")
    #expect(run.output.contains("\n--first-label 1 "))
    // A number that another order cannot tell does not hide it.
    let hidden = try AssayRun(
      arguments("sweep", data: shifted) + ["--expect", "top1=99.07", "--expect", "loss=0.05"])
    #expect(hidden.output.contains("fits in top-k"), "\(hidden.output)")
    let right = try AssayRun(arguments("evaluate", data: shifted + ["--first-label", "1"]))
    #expect(right.output.contains("99.07 %"))
  }

  @Test("Two parts at once are found with --depth 2, and a number of no protocol is not")
  func depth() throws {
    let belief = ["--normalize": "none", "--interpolation": "nearest"]
    let numbers = ["--expect", "top1=98.89", "--expect", "top5=100.0"]
    let one = try AssayRun(arguments("sweep", believing: belief) + numbers)
    #expect(one.status == 1)
    #expect(one.messages.contains("--depth 2 changes more parts at once"))
    let two = try AssayRun(arguments("sweep", believing: belief) + numbers + ["--depth", "2"])
    #expect(two.status == 0)
    #expect(two.output.contains("\n--interpolation bilinear --normalize tf "), "\(two.output)")
    #expect(try AssayRun(arguments("sweep") + ["--expect", "top1=12.34"]).status == 1)
  }

  @Test("A sample says what it cannot tell apart; a stream and no number are usage errors")
  func sample() throws {
    let run = try AssayRun(arguments("sweep") + ["--expect", "top1=98.9±1", "--limit", "60"])
    #expect(run.status == 0)
    #expect(run.output.contains("on 60 of 360 images"))
    #expect(run.output.contains("a sample of 60 cannot tell them apart"))
    // Intervals of six points and more fit many of the protocols, whichever is right.
    #expect(run.output.contains("would fit by chance"))
    #expect(run.output.contains(": that one fits is no proof"), "\(run.output)")
    let whole = try AssayRun(
      arguments("sweep") + ["--expect", "top1=98.89", "--expect", "loss=0.0589"])
    #expect(whole.status == 0 && !whole.output.contains("is no proof"), "\(whole.output)")
    let drawn = try AssayRun(
      arguments("sweep") + ["--expect", "top1=98.9±1", "--sample", "60", "--seed", "3"])
    #expect(drawn.output.contains("on 60 of 360 images"), "\(drawn.messages)")
    let stream = try AssayRun(
      arguments("sweep", data: ["--data", "-"]) + ["--expect", "top1=98.9"])
    #expect(stream.status == 64)
    #expect(try AssayRun(arguments("sweep")).status == 64)
  }

  @Test(
    "compare names the part that differs, and nothing else",
    arguments: [
      (["--normalize": "none"], ["normalisation"]),
      (["--interpolation": "nearest"], ["interpolation"]),
      (["--input-size": "40"], ["input size"]), (["--preset": "keras-pil"], ["preset"]),
      ([:], []),
    ])
  func compare(belief: [String: String], parts: [String]) throws {
    let scratch = try ScratchFolder()
    let files = try [[:], belief].enumerated().map { index, belief in
      let file = scratch.path("\(index).jsonl")
      let report = scratch.path("\(index).json")
      let run = try AssayRun(
        arguments("evaluate", believing: belief) + ["--predictions", file, "--json", report])
      #expect(run.status == 0, "\(run.messages)")
      return report
    }
    let out = scratch.path("comparison.json")
    let (html, markdown) = (scratch.path("c.html"), scratch.path("c.md"))
    let run = try AssayRun(
      "compare", files[0], files[1], "--json", out, "--html", html, "--markdown", markdown)
    #expect(run.status == 0)
    let json = try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: out)))
        as? [String: Any])
    let differences = try #require(json["differences"] as? [[String: Any]])
    // Keras's pipelines of TensorFlow and of Pillow differ in more than a name: cropping to the aspect.
    #expect(
      differences.compactMap { $0["part"] as? String }.filter { $0 != "crop to aspect ratio" }
        == parts)
    #expect(run.output.contains("made alike") == parts.isEmpty)
    let flips = try #require(json["flips"] as? [Any])
    let page = try String(contentsOfFile: html, encoding: .utf8)
    #expect(page.contains(parts.isEmpty ? "<h2>Made alike</h2>" : "<h2>Made differently</h2>"))
    // The images are still where they were.
    #expect(page.contains("<img class=\"pixels\" src=\"data:") != flips.isEmpty)
    #expect(
      try String(contentsOfFile: markdown, encoding: .utf8).contains("McNemar's test: p = "))
    #expect(
      try AssayRun("compare", files[0], files[1], "--same").status == (flips.isEmpty ? 0 : 1))
    #expect(flips.isEmpty == (parts.isEmpty || parts == ["preset"]))
  }
}
