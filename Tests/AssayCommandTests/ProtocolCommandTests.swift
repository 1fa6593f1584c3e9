import Foundation
import TestSupport
import Testing

@Suite("Protocols, gates, stored predictions and many checkpoints")
struct ProtocolCommandTests {
  private static let network = ["--model", "preact-resnet18", "--blocks-per-stage", "2,2"]
  private static let half = [
    "--weights", Fixtures.path("checkpoints/digits/digits-half.weights.h5"),
  ]
  private static let data = ["--data", Fixtures.path("digits/validation")]
  private static let images = ["--preset", "keras-tf", "--normalize", "tf", "--input-size", "32"]

  @Test("A protocol file says what the options say; options prevail, unknown keys are refused")
  func protocolFile() throws {
    let scratch = try ScratchFolder()
    let text =
      "preset: keras-tf\nnormalize: tf\ninput_size: 32\nlabels:\n  class_names: names.txt\n"
    let file = try scratch.write(Data(text.utf8), as: "p.yaml")
    _ = try scratch.write(Data((0..<10).map { "\($0)\n" }.joined().utf8), as: "names.txt")
    let base = ["evaluate"] + Self.network + Self.half + Self.data + ["--protocol", file]
    let report = scratch.path("report.json")
    let run = try AssayRun(base + ["--json", report])
    #expect(run.status == 0 && run.output.contains("(199 of 360,"), "\(run.messages)")
    let json = try String(contentsOfFile: report, encoding: .utf8)
    #expect(json.contains("p.yaml, sha256 "))
    let other = try AssayRun(base + ["--normalize", "none"])
    #expect(other.output.contains("normalisation none"))

    let wrong = try scratch.write(Data("preset: keras-tf\nnormalise: tf\n".utf8), as: "w.yaml")
    let refused = try AssayRun(
      ["evaluate"] + Self.network + Self.half + Self.data + ["--protocol", wrong])
    #expect(refused.status == 65 && refused.messages.contains("no setting is called 'normalise'"))
    let unknown = try AssayRun(
      ["evaluate"] + Self.network + Self.half + Self.data + ["--protocol", "nowhere.yaml"])
    #expect(unknown.status == 66 && unknown.messages.contains("torchvision-v1"))
  }

  @Test(
    "A number of a protocol that no option would take is refused, with its range",
    arguments: [
      ("input_size: 1000000000", "input_size 1000000000"), ("input_size: 0", "input_size 0"),
      (
        "preset: preact\nresize_dim: 2000000000\nmin_aspect_dim: 2000000001",
        "min_aspect_dim 2000000001"
      ),
      ("preset: preact\nmin_aspect_dim: -1", "min_aspect_dim -1"),
      ("labels:\n  first_label: -9223372036854775808", "first_label -9223372036854775808"),
    ])
  func impossibleNumbers(text: String, named: String) throws {
    let scratch = try ScratchFolder()
    let file = try scratch.write(Data(text.utf8), as: "p.yaml")
    let run = try AssayRun(
      ["evaluate"] + Self.network + Self.half + Self.data + ["--protocol", file])
    #expect(run.status == 65, "\(run.messages)")
    #expect(run.messages.contains(file) && run.messages.contains("\(named) is not possible"))
    #expect(run.messages.contains(" to 1"))
  }

  @Test(
    "A gate that asks for a share where percent are meant is refused, and says what to write",
    arguments: [
      ("top1>=0.70", "write top1>=70, or top1>=0.7% if"),
      ("top5<=1", "write top5<=100, or top5<=1%"),
      ("top1=0.76±0.01", "write top1=76"), ("precision>=70", "write precision>=0.7"),
    ])
  func gatesThatCannotFail(gate: String, advice: String) throws {
    for command in ["report", "merge"] {
      let run = try AssayRun(command, "nowhere", "--expect", gate)
      #expect(run.status == 64 && run.messages.contains(advice), "\(run.messages)")
    }
  }

  @Test("Every gate stands in JSON, HTML and Markdown, with figure, interval, unit and verdict")
  func gatesInReports() throws {
    let scratch = try ScratchFolder()
    let (json, html, markdown) = (
      scratch.path("r.json"), scratch.path("r.html"), scratch.path("r.md")
    )
    let run = try AssayRun(
      ["evaluate"] + Self.network + Self.half + Self.data + Self.images + [
        "--expect", "top1>=50", "--expect", "loss<=100", "--expect", "top5>=99%", "--expect",
        "brier<=0.1", "--json", json, "--html", html, "--markdown", markdown,
      ])
    #expect(run.status == 1, "\(run.messages)")
    let report = try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: json)))
        as? [String: Any])
    let gates = try #require(report["gates"] as? [[String: Any]])
    #expect(
      gates.map { $0["gate"] as? String } == ["top1>=50", "loss<=100", "top5>=99%", "brier<=0.1"])
    #expect(gates.map { $0["passed"] as? Bool } == [true, true, false, false])
    #expect(gates.map { $0["unit"] as? String } == ["percent", "nats", "percent", nil])
    for (key, value) in [("figure", 55.2778), ("low", 50.11), ("high", 60.33)] {
      let found = try #require(gates[0][key] as? Double)
      #expect(abs(found - value) < 0.01, "\(key)")
    }
    #expect(gates[1]["low"] == nil)
    #expect(
      gates[2]["reason"] as? String
        == "top5>=99%: it is 88.889 %, 95 % interval 85.22 to 91.73 %")
    let page = try String(contentsOfFile: html, encoding: .utf8)
    #expect(
      page.contains("<h2>Gates: 2 of 4 failed</h2>") && page.contains("50.11\u{A0}% – 60.33\u{A0}%")
    )
    #expect(page.contains("top5&gt;=99%") && page.contains(">88.889\u{A0}%</td>"))
    #expect(page.contains("\u{A0}nats</td>"))
    let text = try String(contentsOfFile: markdown, encoding: .utf8)
    let rows = text.split(separator: "\n").filter { $0.contains("&#61;") && $0.hasPrefix("|") }
    try #require(rows.count == 4, "\(text)")
    #expect(rows[0].contains("50.11\u{A0}% – 60.33\u{A0}%") && rows[0].contains("passed"))
    #expect(rows[2].contains("88.889\u{A0}%") && rows[2].contains("**failed**"))
    let plain = scratch.path("plain.json")
    _ = try AssayRun(
      ["evaluate"] + Self.network + Self.half + Self.data + Self.images + ["--json", plain])
    #expect(try !String(contentsOfFile: plain, encoding: .utf8).contains("\"gates\""))
  }

  @Test("Every gate is printed, with its figure, its unit and its interval, also those that pass")
  func gatesArePrinted() throws {
    let run = try AssayRun(
      ["evaluate"] + Self.network + Self.half + Self.data + Self.images + [
        "--expect", "top1>=0.7%", "--expect", "loss<=100", "--expect", "top5>=99%",
      ])
    #expect(run.status == 1, "\(run.messages)")
    #expect(
      run.output.contains(
        "gate    passed  top1>=0.7%: it is 55.28 %, 95 % interval 50.11 to 60.33 %\n"))
    #expect(run.output.contains("gate    passed  loss<=100: it is "))
    // statsmodels.stats.proportion.proportion_confint(320, 360, method="wilson")
    let failed = "top5>=99%: it is 88.889 %, 95 % interval 85.22 to 91.73 %"
    #expect(run.output.contains("gate    failed  \(failed)\n"))
    #expect(run.messages.contains("expected \(failed)"))
  }

  @Test("A published protocol is what its options say, and its name stays in the report")
  func published() throws {
    let scratch = try ScratchFolder()
    let base = ["evaluate"] + Self.network + Self.half + Self.data + ["--input-size", "32"]
    for (name, options) in [
      ("keras-dataset", ["--preset", "keras-tf", "--interpolation", "bilinear"]),
      ("keras-load-img", ["--preset", "keras-pil", "--interpolation", "nearest"]),
    ] {
      let files = (scratch.path("\(name).jsonl"), scratch.path("typed.jsonl"))
      let normalize = ["--normalize", "tf", "--predictions"]
      let named = try AssayRun(base + ["--protocol", name] + normalize + [files.0])
      let typed = try AssayRun(base + options + normalize + [files.1])
      #expect(named.status == 0 && typed.status == 0, "\(named.messages)")
      let lines = try [files.0, files.1].map {
        try String(contentsOfFile: $0, encoding: .utf8).split(separator: "\n")
      }
      #expect(lines[0].dropFirst() == lines[1].dropFirst() && lines[0].count == 361)
      #expect(lines[0][0].contains("\"source\":\"\(name)\""), "\(lines[0][0])")
    }
  }

  @Test("Loss and calibration error are gates as top-k is, also of stored predictions")
  func otherGates() throws {
    let scratch = try ScratchFolder()
    let log = scratch.path("p.jsonl")
    let base = ["evaluate"] + Self.network + Self.half + Self.data + Self.images
    let passed = try AssayRun(
      base + ["--expect", "loss=1.5935", "--expect", "ece<=0.262", "--predictions", log])
    #expect(passed.status == 0, "\(passed.messages)")
    let missed = try AssayRun("report", log, "--expect", "loss<=1.5", "--expect", "ece<=0.262")
    #expect(missed.status == 1 && missed.messages.contains("loss<=1.5: it is 1.593"))
    #expect(!missed.messages.contains("ece"))
    // No two scores are equal here, so every rule of ties has the same result, and names itself.
    for rule in ["keras", "lowest-index", "highest-index", "in-top-k"] {
      let json = scratch.path("\(rule).json")
      #expect(
        try AssayRun("report", log, "--ties", rule, "--expect", "top1=55.28", "--json", json).status
          == 0)
      let text = try String(contentsOfFile: json, encoding: .utf8)
      #expect(text.contains("\"tie_rule\" : "), "\(text.prefix(2000))")
    }
    #expect(try AssayRun("report", log, "--ties", "first").status == 64)
  }

  @Test("A gate that is missed ends with 1 and says what was measured; reports name it")
  func gates() throws {
    let scratch = try ScratchFolder()
    let base = ["evaluate"] + Self.network + Self.half + Self.data + Self.images
    let passed = try AssayRun(
      base + ["--expect", "top1=55.28", "--expect", "top5>=80", "--expect", "top3>=50"])
    #expect(passed.status == 0 && passed.output.contains("top-3 "), "\(passed.messages)")
    let (junit, page) = (scratch.path("j.xml"), scratch.path("m.md"))
    let missed = try AssayRun(
      base + ["--expect", "top1=76±0.2", "--junit", junit, "--markdown", page])
    #expect(missed.status == 1)
    #expect(missed.messages.contains("expected top1=76±0.2: it is 55.278"))
    let xml = try String(contentsOfFile: junit, encoding: .utf8)
    #expect(xml.contains("top1=76±0.2") && xml.contains("failures=\"1\""))
    #expect(try String(contentsOfFile: page, encoding: .utf8).contains("55.28"))
    #expect(try AssayRun(base + ["--expect", "top1=x"]).status == 64)
  }

  @Test("A report computed from stored predictions is the one of the evaluation")
  func stored() throws {
    let scratch = try ScratchFolder()
    let (first, log, again) = (
      scratch.path("a.json"), scratch.path("p.jsonl"), scratch.path("b.json")
    )
    let base = ["evaluate"] + Self.network + Self.half + Self.data + Self.images
    _ = try AssayRun(base + ["--json", first, "--predictions", log])
    // The report names its predictions.
    #expect(try AssayRun("report", first, "--json", again).status == 0)
    let objects = try [first, again].map { file in
      try #require(
        JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: file)))
          as? NSDictionary)
    }
    for key in ["manifest", "metrics", "failures"] {
      #expect((objects[0][key] as? NSObject) == (objects[1][key] as? NSObject), "\(key)")
    }
    let csv = scratch.path("p.csv")
    _ = try AssayRun(base + ["--predictions", csv])
    let refused = try AssayRun("report", csv)
    #expect(refused.status == 65 && refused.messages.contains("line 1"))
    #expect(try AssayRun("report", log, "--expect", "top1>=60").status == 1)
  }

  @Test("Many checkpoints come sorted, the best named, with timm's columns; a misfit ends with 65")
  func many() throws {
    let scratch = try ScratchFolder()
    for name in ["half", "regular", "bottleneck"] {
      try FileManager.default.copyItem(
        atPath: Fixtures.path("checkpoints/digits/digits-\(name).weights.h5"),
        toPath: scratch.path("\(name).h5"))
    }
    let results = scratch.path("results.csv")
    let run = try AssayRun(
      ["evaluate"] + Self.network + Self.data + Self.images + [
        "--weights", scratch.path("*.h5"), "--results", results,
      ])
    #expect(run.status == 65)
    #expect(run.messages.contains("bottleneck.h5") && run.messages.contains("1 of 3 checkpoints"))
    #expect(run.output.contains("best: \(scratch.path("regular.h5"))"))
    let rows = try String(contentsOfFile: results, encoding: .utf8).split(separator: "\r\n")
    #expect(
      rows[0].hasPrefix(
        "model,img_size,top1,top1_err,top5,top5_err,param_count,crop_pct,interpolation,"))
    #expect(rows.count == 3)
    #expect(rows[1].contains(",32,98.889,1.111,100.000,0.000,"))
    #expect(rows[2].contains(",32,55.278,44.722,88.889,11.111,"))
    let nothing = try AssayRun(
      ["evaluate"] + Self.network + Self.data + Self.images + [
        "--weights", scratch.path("*.none"),
      ])
    #expect(nothing.status == 66)
  }
}
