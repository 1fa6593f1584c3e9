import Foundation
import TestSupport
import Testing

@Suite("A checkpoint of unusual names, values or places")
struct SpelledCommandTests {
  private func plan(_ weights: String, _ more: String...) throws -> AssayRun {
    try AssayRun(
      ["plan", "--model", "preact-resnet18", "--blocks-per-stage", "1,1", "--weights", weights]
        + more)
  }

  private func spelled(_ file: String) -> String { Fixtures.path("checkpoints/spellings/\(file)") }

  @Test("The model that does fit is named before any list, and lists are short")
  func verdictFirst() throws {
    let file = Fixtures.path("checkpoints/digits/digits-regular.keras2.h5")
    let run = try AssayRun(
      "plan", "--model", "preact-resnet34", "--weights", file)
    #expect(run.status == 65)
    let lines = run.messages.split(separator: "\n")
    #expect(lines.count < 70)
    #expect(lines[0].contains("does not fit the network: "))
    #expect(lines[1].hasPrefix("  missing from the checkpoint:"))
    #expect(lines.contains { $0.hasPrefix("    … and ") })
  }

  @Test("A layer that is listed and has no group is named, and can be allowed to be missing")
  func deleted() throws {
    let run = try plan(spelled("deleted.keras2.h5"))
    #expect(run.status == 65)
    #expect(run.messages.contains("/conv2d_1: in the list of layers, but not in the file"))
    #expect(run.messages.contains("stage2/block1/first/kernel 3×3×2×2 (as conv2d_1)"))
    let allowed = try plan(spelled("deleted.keras2.h5"), "--missing", "stage2/block1/first")
    #expect(allowed.status == 0)
    #expect(allowed.output.contains("34 tensors bound; allowed not to fit:"))
  }

  @Test("A layer with arrays and no list of them is damaged")
  func lost() throws {
    let run = try plan(spelled("lost.keras2.h5"))
    #expect(run.status == 65)
    #expect(run.messages.contains("/conv2d_1: damaged: it has no list weight_names"))
  }

  @Test("A map with a quoted name binds a layer whose name has a blank")
  func quoted() throws {
    let scratch = try ScratchFolder()
    let map = scratch.path("names.map")
    let written = try AssayRun("plan", "--model", "preact-resnet18", "--write-map", map)
    #expect(written.status == 0)
    let text = try String(contentsOfFile: map, encoding: .utf8)
      .replacingOccurrences(of: "conv_initial", with: "\"my stem\"")
    _ = try scratch.write(Data(text.utf8), as: "names.map")
    let run = try plan(spelled("stemless.keras2.h5"), "--map", map)
    #expect(run.status == 0)
    #expect(run.output.contains("36 tensors, all bound, none left over"))
  }

  @Test("Moving averages beside the weights are told, and taken where they are asked for")
  func averages() throws {
    let raw = try plan(spelled("averages"))
    #expect(raw.status == 0)
    #expect(
      raw.messages.contains(
        "moving averages of 26 weights stand beside them and are not used: variables 'averages' would"
      ))
    let averages = try plan(spelled("averages"), "--variables", "averages")
    #expect(averages.status == 0)
    #expect(averages.messages.contains("26 moving averages taken in place of the weights"))
    #expect(averages.output.contains("conv_initial/kernel"))
    let none = try plan(spelled("plain.keras2.h5"), "--variables", "averages")
    #expect(none.status == 65 && none.messages.contains("it has no moving averages of weights"))
    let listing = try AssayRun("inspect", spelled("averages"))
    #expect(
      listing.output.contains(
        "left out: conv_initial/kernel/ExponentialMovingAverage: moving average of a weight"))
  }

  @Test("A folder of one TensorFlow checkpoint is that one; of several, they are listed")
  func folder() throws {
    let scratch = try ScratchFolder()
    func copy(as name: String) throws {
      for ending in [".index", ".data-00000-of-00001"] {
        try FileManager.default.copyItem(
          atPath: spelled("sync.tf2\(ending)"), toPath: scratch.path("cp/\(name)\(ending)"))
      }
    }
    try FileManager.default.createDirectory(
      atPath: scratch.path("cp"), withIntermediateDirectories: true)
    try copy(as: "cp-2")
    let one = try plan(scratch.path("cp"))
    #expect(one.status == 0)
    #expect(one.output.contains("36 tensors, all bound, none left over"))
    try copy(as: "cp-10")
    let two = try plan(scratch.path("cp"))
    #expect(two.status == 65)
    #expect(two.messages.contains("a folder of 2 TensorFlow checkpoints"))
    #expect(two.messages.contains(": cp-2, cp-10"))
  }

  @Test("Thousands of foreign tensors are refused in a moment", .timeLimit(.minutes(1)))
  func growth() throws {
    let tensors = (0..<4000).map { number in
      let place = "outer\(number % 200)/inner\(number % 400)"
      let name = "\(place)/\(String(repeating: "n", count: 60))\(number)/kernel"
      return "\"\(name)\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}"
    }
    let header = Data("{\(tensors.joined(separator: ","))}".utf8)
    let length = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
    let scratch = try ScratchFolder()
    let file = try scratch.write(Data(length) + header, as: "w.safetensors")
    let run = try plan(file)
    #expect(run.status == 65)
    #expect(run.messages.contains("no weight fits"))
    #expect(run.messages.contains("4000 not used"))
  }
}
