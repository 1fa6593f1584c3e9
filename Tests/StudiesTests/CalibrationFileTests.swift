import Engine
import Foundation
import Studies
import TestSupport
import Testing

@Suite("Calibrations in files")
struct CalibrationFileTests {
  private func read(_ text: String) throws(CalibrationError) -> CalibrationFile {
    try CalibrationFile(json: Data(text.utf8), file: "c.json")
  }

  private var text: String {
    get throws { String(decoding: try Fixtures.data("fuzz/calibration/two.json"), as: UTF8.self) }
  }

  @Test("What is written is read again") func roundTrip() throws {
    let file = try read(text)
    #expect(file.subject.config == String(repeating: "a", count: 64))
    #expect(file.calibration.ranges["stem"] == Calibration.Range(least: -1, largest: 1.5))
    #expect(try CalibrationFile(json: file.json(), file: "c.json") == file)
    // A file from before anything could be kept in bf16 keeps nothing so.
    #expect(file.calibration.inBFloat16.isEmpty)
    var other = file
    other.calibration.inBFloat16 = ["block/expand"]
    #expect(try CalibrationFile(json: other.json(), file: "c.json") == other)
    #expect(try String(decoding: file.json(), as: UTF8.self).contains("\"assay-calibration 2\""))
  }

  @Test("An earlier form is refused, with what to do; one that is not known by its name")
  func forms() throws {
    let earlier = try text.replacing("assay-calibration 2", with: "assay-calibration 1")
    let error = #expect(throws: CalibrationError.earlierForm("c.json", "assay-calibration 1")) {
      try read(earlier)
    }
    #expect(error?.description.hasSuffix("calibrate again") == true)
    #expect(throws: CalibrationError.otherForm("c.json", "assay-calibration 3")) {
      try read(text.replacing("assay-calibration 2", with: "assay-calibration 3"))
    }
  }

  @Test(
    "Numbers and hashes that cannot be are refused",
    arguments: [
      ("\"count\": 40", "\"count\": 0"), ("\"count\": 40", "\"count\": -1"),
      ("\"top1\": 0.975", "\"top1\": 1.5"), ("\"top5\": 1", "\"top5\": -0.1"),
      ("\"logits\": 0.0125", "\"logits\": -1"), ("\"logits\": 0.0125", "\"logits\": 1e999"),
      ("\"weights\": \"0", "\"weights\": \""), ("\"config\": \"a", "\"config\": \"A"),
      ("\"ranges\"", "\"range\""), ("\"model\"", "\"name\""), ("\"least\": -1,", ""),
    ])
  func impossible(old: String, new: String) throws {
    let changed = try text.replacing(old, with: new)
    try #require(try changed != text)
    #expect(throws: CalibrationError.notACalibration("c.json")) { try read(changed) }
  }

  @Test("A range that cannot be computed with is refused by its map")
  func ranges() throws {
    for (least, largest) in [("0", "1e-45"), ("1", "2"), ("0", "3e38"), ("-2e30", "0")] {
      let changed = try text.replacing(
        "\"least\": -1,", with: "\"least\": \(least),"
      ).replacing("\"largest\": 1.5", with: "\"largest\": \(largest)")
      let error = #expect(throws: CalibrationError.self) { try read(changed) }
      #expect(error?.description.contains("the range of stem, ") == true, "\(least) \(largest)")
    }
  }

  @Test("It is of one network: of a config by its hash, whatever its name, else by its name")
  func subjects() throws {
    let file = try read(text)
    var own = file.subject
    own.model = "renamed"
    #expect(try file.calibration(for: own, file: "c.json") == file.calibration)
    for (part, change) in [
      ("model", { $0.config = String(repeating: "b", count: 64) }),
      ("model", { $0.config = nil }), ("weights", { $0.weights = "1" }),
      ("input", { $0.input = "24×32×3" }),
    ] as [(String, (inout CalibrationFile.Subject) -> Void)] {
      var other = file.subject
      change(&other)
      let error = #expect(throws: CalibrationError.self) {
        try file.calibration(for: other, file: "c.json")
      }
      #expect(error?.description.contains("made for another \(part), ") == true)
    }
    var named = file
    named.subject.config = nil
    var other = named.subject
    #expect(throws: Never.self) { try named.calibration(for: other, file: "c.json") }
    other.model = "resnet50"
    #expect(throws: CalibrationError.self) { try named.calibration(for: other, file: "c.json") }
  }
}
