import Foundation
import TestSupport
import Testing

@Suite("Gates of many checkpoints, of merged runs and of sweeps, in every report")
struct GateReportTests {
  private static let half = Fixtures.path("checkpoints/digits/digits-half.weights.h5")
  private static let regular = Fixtures.path("checkpoints/digits/digits-regular.weights.h5")
  private static let images = [
    "--model", "preact-resnet18", "--blocks-per-stage", "2,2", "--preset", "keras-tf",
    "--normalize", "tf", "--input-size", "32", "--data", Fixtures.path("digits/validation"),
  ]

  private static func object(_ file: String) throws -> [String: Any] {
    try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: file)))
        as? [String: Any])
  }

  private static func text(_ file: String) throws -> String {
    try String(contentsOfFile: file, encoding: .utf8)
  }

  /// The files of each kind of report, and the options that ask for them.
  private static func reports(
    in scratch: ScratchFolder
  ) -> (json: String, html: String, markdown: String, options: [String]) {
    let paths = (scratch.path("r.json"), scratch.path("r.html"), scratch.path("r.md"))
    return (
      paths.0, paths.1, paths.2, ["--json", paths.0, "--html", paths.1, "--markdown", paths.2]
    )
  }

  /// Holds the reports of both checkpoints to what is expected of the first, which misses one gate of two.
  private func check(json: String, html: String, markdown: String) throws {
    let report = try Self.object(json)
    let rows = try #require(report["checkpoints"] as? [[String: Any]])
    #expect(rows.map { $0["weights"] as? String } == [Self.regular, Self.half])
    let top1 = try #require(rows[1]["top1"] as? [String: Any])
    #expect(top1["correct"] as? Int == 199 && top1["total"] as? Int == 360)
    let gates = try #require(report["gates"] as? [[String: Any]])
    #expect(gates.map { $0["passed"] as? Bool } == [true, false])
    #expect(gates.map { $0["unit"] as? String } == ["percent", "nats"])
    let page = try Self.text(html)
    #expect(
      page.contains("<h2>Gates of the first: 1 of 2 failed</h2>") && page.contains("digits-half"))
    let verdict = try #require(report["verdict"] as? String)
    #expect(
      verdict.hasPrefix(
        "best: \(Self.regular), which has more images right than \(Self.half): p = "))
    #expect(page.contains("which has more images right than"))
    #expect(page.contains(" · gates: 1 of 2 failed · 20"))
    #expect(page.contains("98.89\u{A0}%") && page.contains("55.28\u{A0}%"))
    let table = try Self.text(markdown)
    #expect(
      table.contains("Of the first, <code>") && table.contains("Best: <code>")
        && table.contains("**failed**"))
    #expect(table.contains("| 55.28\u{A0}% | 50.11\u{A0}% – 60.33\u{A0}% |"), "\(table)")
  }

  @Test("evaluate keeps them of several checkpoints, in a folder and out of one")
  func several() throws {
    let scratch = try ScratchFolder()
    let reports = Self.reports(in: scratch)
    let junit = scratch.path("r.xml")
    let gates = ["--expect", "top1>=98", "--expect", "loss<=0.01"]
    let base = ["evaluate"] + Self.images + ["--weights", Self.half, Self.regular] + gates
    let run = try AssayRun(
      base + reports.options + ["--junit", junit, "--results", scratch.path("r.csv")])
    #expect(run.status == 1 && run.messages.contains("loss<=0.01: it is 0.0"), "\(run.messages)")
    #expect(run.messages.contains(" nats"))
    try check(json: reports.json, html: reports.html, markdown: reports.markdown)
    #expect(try Self.text(junit).contains("failures=\"1\""))
    for path in [reports.json, reports.html, reports.markdown] {
      try FileManager.default.removeItem(atPath: path)
    }
    let kept = try AssayRun(base + reports.options + ["--out", scratch.path("run")])
    #expect(kept.status == 1)
    try check(json: reports.json, html: reports.html, markdown: reports.markdown)
    for option in ["--class-table", "--confusion", "--predictions", "--logits"] {
      let refused = try AssayRun(base + [option, scratch.path("x")])
      #expect(refused.status == 64 && refused.messages.contains("of one checkpoint"))
    }
  }

  @Test("merge keeps them of one checkpoint and of several")
  func merged() throws {
    let scratch = try ScratchFolder()
    let reports = Self.reports(in: scratch)
    let both = scratch.path("both")
    for shard in ["1/2", "2/2"] {
      let run = try AssayRun(
        ["evaluate"] + Self.images + ["--weights", Self.half, Self.regular] + [
          "--out", both, "--shard", shard,
        ])
      #expect(run.status == 0, "\(run.messages)")
    }
    let merged = try AssayRun(
      ["merge", both, "--expect", "top1>=98", "--expect", "loss<=0.01"] + reports.options)
    #expect(merged.status == 1, "\(merged.messages)")
    try check(json: reports.json, html: reports.html, markdown: reports.markdown)
    let one = scratch.path("one")
    for shard in ["1/2", "2/2"] {
      let run = try AssayRun(
        ["evaluate"] + Self.images + ["--weights", Self.half, "--out", one, "--shard", shard])
      #expect(run.status == 0, "\(run.messages)")
    }
    let alone = try AssayRun(["merge", one, "--expect", "top5>=99%"] + reports.options)
    #expect(
      alone.messages.contains(
        "expected top5>=99%: it is 88.889 %, 95 % interval 85.22 to 91.73 %"), "\(alone.messages)")
    let gates = try #require(Self.object(reports.json)["gates"] as? [[String: Any]])
    #expect(gates.count == 1 && gates[0]["passed"] as? Bool == false)
    #expect(try Self.text(reports.html).contains("<h2>Gates: 1 of 1 failed</h2>"))
    #expect(try Self.text(reports.markdown).contains("**failed**"))
  }

  @Test("sweep keeps them of every protocol, with intervals unless what fits is a guess")
  func sweep() throws {
    let scratch = try ScratchFolder()
    let reports = Self.reports(in: scratch)
    let base = ["sweep"] + Self.images + ["--weights", Self.regular]
    let whole = try AssayRun(
      base + ["--expect", "top1=98.89", "--expect", "loss=0.0589"] + reports.options)
    #expect(whole.status == 0 && whole.output.contains("95 %"), "\(whole.messages)")
    let report = try Self.object(reports.json)
    #expect(report["is_guess"] as? Bool == false)
    let rows = try #require(report["protocols"] as? [[String: Any]])
    let gates = try #require(rows[0]["gates"] as? [[String: Any]])
    #expect(gates.map { $0["gate"] as? String } == ["top1=98.89", "loss=0.0589"])
    #expect(gates.map { $0["passed"] as? Bool } == [true, true] && gates[0]["low"] != nil)
    // Another order of labels tells top-k alone.
    let partial = try #require(rows.first { ($0["change"] as? String)?.contains("label") == true })
    let other = try #require(partial["gates"] as? [[String: Any]])
    #expect(other[1]["passed"] as? Bool == false && other[1]["figure"] == nil)
    #expect(try Self.text(reports.html).contains("<h2>Gates: all passed</h2>"))
    #expect(try Self.text(reports.markdown).contains("97.18\u{A0}% – 99.57\u{A0}%"))

    let guess = try AssayRun(
      base + ["--expect", "top1=98.9±1", "--sample", "60", "--show", "99"] + reports.options)
    #expect(guess.status == 0 && guess.output.contains("is no proof"), "\(guess.messages)")
    #expect(!guess.output.contains("95 %"), "\(guess.output)")
    let guessed = try Self.object(reports.json)
    #expect(guessed["is_guess"] as? Bool == true)
    let first = try #require((guessed["protocols"] as? [[String: Any]])?.first)
    #expect((first["top1"] as? [String: Any])?["low"] == nil)
    #expect((first["gates"] as? [[String: Any]])?[0]["low"] == nil)
    for text in [try Self.text(reports.markdown), try Self.text(reports.html)] {
      #expect(text.contains("is no proof") && !text.contains("\u{A0}% – "))
    }
    let clash = try AssayRun(base + ["--expect", "top1=98.9", "--json", Self.regular])
    #expect(clash.status == 64 && clash.messages.contains("which is read"))
  }
}
