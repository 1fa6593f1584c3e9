import Foundation
import TestSupport
import Testing

/// The trained digits, with the options of their images.
private func digits(_ name: String = "digits-regular", size: String = "32") -> [String] {
  [
    "--model", "preact-resnet18", "--blocks-per-stage", "2,2", "--weights",
    Fixtures.path("checkpoints/digits/\(name).weights.h5"), "--preset", "keras-tf", "--normalize",
    "tf", "--input-size", size,
  ]
}
private let data = ["--data", Fixtures.path("digits/validation")]

@Suite("assay calibrate, and what int8 makes of it")
struct CalibrateCommandTests {
  private func calibrate(into scratch: ScratchFolder) throws -> String {
    let file = scratch.path("calibration.json")
    let run = try AssayRun(
      ["calibrate"] + digits() + data + ["--limit", "40", "--agreement", "0.9", "--out", file])
    try #require(run.status == 0, "\(run.messages)")
    #expect(run.output.contains("maps on 40 images"))
    return file
  }

  @Test("Ranges that cannot be computed with, and a calibration without any, are bad data")
  func impossibleRanges() throws {
    let scratch = try ScratchFolder()
    let file = try calibrate(into: scratch)
    let json = try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: file)))
        as? [String: Any])
    let inner = try #require(json["calibration"] as? [String: Any])
    let ranges = try #require(inner["ranges"] as? [String: Any])
    for (least, largest) in [(0, 1e-45), (-1e-40, 0), (0, 3e38), (-3e38, 3e38), (1, 2), (nil, nil)]
    {
      var changed = json
      let range = least.map { ["least": $0, "largest": largest ?? 0] }
      changed["calibration"] =
        [
          "kept": [], "ranges": range.map { range in ranges.mapValues { _ in range } } ?? [:],
        ] as [String: Any]
      let bad = try scratch.write(JSONSerialization.data(withJSONObject: changed), as: "bad.json")
      let run = try AssayRun(
        ["evaluate"] + digits() + data + ["--precision", "int8", "--calibration", bad])
      #expect(run.status == 65, "\(least as Any): \(run.status) \(run.messages)")
    }
  }

  @Test("The report names the numbers, and is the same for any batch and threads")
  func evaluate() throws {
    let scratch = try ScratchFolder()
    let file = try calibrate(into: scratch)
    let again = scratch.path("again.json")
    let other = try AssayRun(
      ["calibrate"] + digits() + data + [
        "--limit", "40", "--agreement", "0.9", "--threads", "1", "--out", again,
      ])
    #expect(other.status == 0)
    #expect(FileManager.default.contentsEqual(atPath: file, andPath: again))

    let reports = try [("1", "1"), ("2", "7"), ("4", "32")].map { threads, batch in
      let report = scratch.path("\(threads)-\(batch).json")
      let run = try AssayRun(
        ["evaluate"] + digits() + data + [
          "--precision", "int8", "--calibration", file, "--json", report, "--threads", threads,
          "--batch", batch,
        ])
      #expect(run.status == 0, "\(run.messages)")
      #expect(run.output.contains("numbers  int8, calibration sha256 "))
      let text = try String(contentsOfFile: report, encoding: .utf8)
      let start = try #require(text.range(of: "  \"conditions\" : {"))
      let end = try #require(text.range(of: "\n  },\n", range: start.upperBound..<text.endIndex))
      return text[..<start.lowerBound] + text[end.upperBound...]
    }
    #expect(reports[0] == reports[1] && reports[1] == reports[2])
    let json = try #require(
      JSONSerialization.jsonObject(
        with: Data(contentsOf: URL(fileURLWithPath: scratch.path("1-1.json")))) as? [String: Any])
    let manifest = try #require(json["manifest"] as? [String: Any])
    let arithmetic = try #require(manifest["arithmetic"] as? [String: Any])
    #expect(arithmetic["precision"] as? String == "int8")
    #expect((arithmetic["calibration"] as? String)?.count == 64)
  }

  @Test("An image's classes are predicted in int8")
  func predict() throws {
    let scratch = try ScratchFolder()
    let file = try calibrate(into: scratch)
    let image = Fixtures.path("digits/validation/\(try KerasOrder.paths()[0])")
    let run = try AssayRun(
      ["predict"] + digits() + ["--precision", "int8", "--calibration", file, image])
    #expect(run.status == 0, "\(run.messages)")
    #expect(run.output.split(separator: "\n").count == 6)
  }

  @Test("A calibration of something else, or none at all, is refused by its name")
  func refused() throws {
    let scratch = try ScratchFolder()
    let file = try calibrate(into: scratch)
    func run(_ network: [String], _ calibration: String) throws -> AssayRun {
      try AssayRun(
        ["evaluate"] + network + data + ["--precision", "int8", "--calibration", calibration])
    }
    let text = try String(contentsOfFile: file, encoding: .utf8)
    let renamed = try scratch.write(
      Data(text.replacing("\"preact-resnet18\"", with: "\"resnet50\"").utf8), as: "renamed.json")
    let version = try scratch.write(
      Data(text.replacing("assay-calibration 2", with: "assay-calibration 9").utf8),
      as: "version.json")
    let earlier = try scratch.write(
      Data(text.replacing("assay-calibration 2", with: "assay-calibration 1").utf8),
      as: "earlier.json")
    let cut = try scratch.write(Data(text.utf8.prefix(text.utf8.count / 2)), as: "cut.json")
    let missing = scratch.path("missing.json")
    let cases: [(network: [String], file: String, status: Int32, message: String)] = [
      (digits("digits-half"), file, 65, "made for another weights"),
      (digits(size: "40"), file, 65, "made for another input"),
      (digits(), renamed, 65, "made for another model"),
      (digits(), version, 65, "of the form assay-calibration 9"),
      (digits(), earlier, 65, "calibrate again"), (digits(), cut, 65, "not a calibration"),
      (digits(), missing, 66, "no such file"),
    ]
    for (network, file, status, message) in cases {
      let run = try run(network, file)
      #expect(run.status == status && run.output.isEmpty, "\(message): \(run.messages)")
      #expect(run.messages.contains("\(file): ") && run.messages.contains(message))
    }
  }

  @Test("int8 without a calibration, and a calibration without int8, are no command lines")
  func usage() throws {
    for options in [["--precision", "int8"], ["--calibration", "file.json"]] {
      let run = try AssayRun(["evaluate"] + digits() + data + options)
      #expect(run.status == 64 && run.output.isEmpty)
      #expect(run.messages.contains("--calibration"))
    }
  }
}
