import Foundation
import TestSupport
import Testing

/// The arguments that score the trained digits.
private let digits = [
  "--model", "preact-resnet18", "--blocks-per-stage", "2,2", "--weights",
  Fixtures.path("checkpoints/digits/digits-half.weights.h5"), "--preset", "keras-tf",
  "--normalize", "tf", "--input-size", "32",
]

@Suite("assay evaluate")
struct EvaluateCommandTests {
  @Test("Scores, writes the report and the predictions, and compares the logits")
  func digitsFolder() throws {
    let scratch = try ScratchFolder()
    let (report, predictions) = (scratch.path("report.json"), scratch.path("p.csv"))
    let run = try AssayRun(
      ["evaluate"] + digits + [
        "--data", Fixtures.path("digits/validation"), "--json", report, "--predictions",
        predictions, "--expect", Fixtures.path("checkpoints/digits/digits-half.logits.npy"),
      ])
    #expect(run.status == 0)
    #expect(run.output.contains("top-1    55.28 %  (199 of 360, 95 % interval 50.11 to 60.33)"))
    #expect(run.output.contains("top-5    88.89 %  (320 of 360,"))
    #expect(run.output.contains("logits differ most at image"))
    #expect(!run.output.contains("look here"))
    #expect(!run.messages.contains("assay:"))

    let json = try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: report)))
        as? [String: Any])
    let metrics = try #require(json["metrics"] as? [String: Any])
    let accuracy = try #require(metrics["accuracy"] as? [String: Any])
    #expect((accuracy["top1"] as? [String: Any])?["correct"] as? Int == 199)
    let manifest = try #require(json["manifest"] as? [String: Any])
    let weights = try #require(manifest["weights"] as? [String: Any])
    #expect((weights["sha256"] as? String)?.count == 64)

    let rows = try String(contentsOfFile: predictions, encoding: .utf8)
      .split(separator: "\r\n", omittingEmptySubsequences: true)
    #expect(rows.count == 361)
    #expect(rows.dropFirst().count { $0.split(separator: ",")[4] == "1" } == 199)
  }

  @Test("Everything in the report but its conditions is the same for any batch and threads")
  func sameReport() throws {
    let scratch = try ScratchFolder()
    let reports = try [("1", "1"), ("2", "7"), ("4", "32")].map { threads, batch in
      let file = scratch.path("\(threads)-\(batch).json")
      let run = try AssayRun(
        ["evaluate"] + digits + [
          "--data", Fixtures.path("digits/validation"), "--json", file, "--threads", threads,
          "--batch", batch,
        ])
      #expect(run.status == 0)
      let text = try String(contentsOfFile: file, encoding: .utf8)
      let start = try #require(text.range(of: "  \"conditions\" : {"))
      let end = try #require(text.range(of: "\n  },\n", range: start.upperBound..<text.endIndex))
      return text[..<start.lowerBound] + text[end.upperBound...]
    }
    #expect(reports[0] == reports[1] && reports[1] == reports[2])
  }

  @Test(
    "A TensorFlow checkpoint scores the same, named by what its files begin with",
    arguments: ["digits-regular.tf2", "digits-regular.scopes", "digits-regular.counters"])
  func tensorFlow(prefix: String) throws {
    let scratch = try ScratchFolder()
    let report = scratch.path("report.json")
    let run = try AssayRun(
      "evaluate", "--model", "preact-resnet18", "--blocks-per-stage", "2,2", "--weights",
      Fixtures.path("checkpoints/tensorflow/\(prefix)"), "--preset", "keras-tf", "--normalize",
      "tf", "--input-size", "32", "--data", Fixtures.path("digits/validation"), "--json", report,
      "--expect", Fixtures.path("checkpoints/digits/digits-regular.logits.npy"))
    #expect(run.status == 0, "\(run.messages)")
    #expect(run.output.contains("(356 of 360,"))
    #expect(try String(contentsOfFile: report, encoding: .utf8).contains("\"sha256\" : \""))
  }

  @Test("A broken image is listed and counted, and ends with 65 unless allowed")
  func brokenImage() throws {
    let scratch = try ScratchFolder()
    for digit in 0..<10 {
      let folder = scratch.path("val/\(digit)")
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
      let source = Fixtures.root.appending(path: "digits/validation/\(digit)")
      let file = try #require(
        FileManager.default.contentsOfDirectory(at: source, includingPropertiesForKeys: nil)
          .sorted { $0.path < $1.path }.first)
      try FileManager.default.copyItem(
        at: file, to: URL(fileURLWithPath: folder).appending(path: "a.png"))
    }
    try Data("no image at all".utf8).write(
      to: URL(fileURLWithPath: scratch.path("val/3/broken.png")))

    let arguments = ["evaluate"] + digits + ["--data", scratch.path("val")]
    let refused = try AssayRun(arguments)
    #expect(refused.status == 65)
    #expect(refused.output.contains("of 10, 95 % interval"))
    #expect(refused.output.contains("unreadable: 1, not counted above"))
    #expect(refused.output.contains("  3/broken.png: "))
    #expect(
      refused.messages.hasSuffix(
        "assay: 1 of 11 images could not be read; --max-failures allows 0\n"))
    #expect(try AssayRun(arguments + ["--max-failures", "1"]).status == 0)
  }

  @Test("A folder of images without class folders, or none at all, is refused")
  func emptyFolders() throws {
    let scratch = try ScratchFolder()
    try FileManager.default.createDirectory(
      atPath: scratch.path("empty"), withIntermediateDirectories: true)
    try FileManager.default.createDirectory(
      atPath: scratch.path("classes/a"), withIntermediateDirectories: true)
    let cases = [
      ("empty", 65, "no class folders"), ("classes", 65, "no images in its 1 class folder"),
      ("nowhere", 66, "no such folder"),
    ]
    for (folder, status, message) in cases {
      let run = try AssayRun(["evaluate"] + digits + ["--data", scratch.path(folder)])
      #expect(run.status == Int32(status) && run.output.isEmpty)
      #expect(run.messages.contains(message))
      #expect(run.messages.split(separator: "\n").count == 1)
    }
  }

  @Test("Folders that are not the network's classes are refused, or matched by name")
  func classNames() throws {
    let scratch = try ScratchFolder()
    for digit in [3, 7] {
      try FileManager.default.createDirectory(
        atPath: scratch.path("val"), withIntermediateDirectories: true)
      try FileManager.default.copyItem(
        at: Fixtures.root.appending(path: "digits/validation/\(digit)"),
        to: URL(fileURLWithPath: scratch.path("val/\(digit)")))
    }
    let names = scratch.path("names.txt")
    try Data((0..<10).map { "\($0)\n" }.joined().utf8).write(to: URL(fileURLWithPath: names))
    let arguments = ["evaluate"] + digits + ["--data", scratch.path("val")]

    let refused = try AssayRun(arguments)
    #expect(refused.status == 65)
    #expect(refused.messages.contains("2 class folders, but the network has 10 classes"))

    let predictions = scratch.path("p.csv")
    let matched = try AssayRun(arguments + ["--class-names", names, "--predictions", predictions])
    #expect(matched.status == 0)
    let whole = scratch.path("whole.csv")
    _ = try AssayRun(
      ["evaluate"] + digits + [
        "--data", Fixtures.path("digits/validation"), "--predictions", whole,
      ])
    // The rows of these two classes are those of the whole set.
    let rows = try String(contentsOfFile: predictions, encoding: .utf8).split(separator: "\r\n")
    let all = try String(contentsOfFile: whole, encoding: .utf8).split(separator: "\r\n")
    #expect(rows.count > 60)
    #expect(
      Array(rows) == all.filter { $0.hasPrefix("path") || $0.hasPrefix("3/") || $0.hasPrefix("7/") }
    )
  }

  @Test("An output in a folder that does not exist is refused before any work")
  func cannotCreate() throws {
    let run = try AssayRun(
      ["evaluate"] + digits + [
        "--data", Fixtures.path("digits/validation"), "--json", "/nowhere/report.json",
      ])
    #expect(run.status == 73 && run.output.isEmpty)
  }
}
