import Foundation
import TestSupport
import Testing

@Suite("Names in strangers' files do nothing to a terminal")
struct HostileNameTests {
  private let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  private static let name = "x\u{1B}[2J\u{9B}31m\r\ntop-1    100.00 %\u{202E}"

  /// Nothing that a terminal obeys, and no line that begins as the name would have it.
  private func expectHarmless(_ run: AssayRun, _ place: SourceLocation = #_sourceLocation) {
    for text in [run.output, run.messages] {
      let isPlain = text.unicodeScalars.allSatisfy { scalar in
        scalar == "\n"
          || scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value)
            && scalar != "\u{202E}"
      }
      #expect(isPlain, "\(text)", sourceLocation: place)
      #expect(!text.contains("\ntop-1    100"), "\(text)", sourceLocation: place)
    }
  }

  /// A safetensors file of one tensor of this name.
  private func safetensors(_ name: String) throws -> String {
    let entry: [String: Any] = ["dtype": "F32", "shape": [1], "data_offsets": [0, 4]]
    let header = try JSONSerialization.data(withJSONObject: [name: entry])
    var file = Data((0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) })
    file += header + Data(count: 4)
    return try scratch.write(file, as: "w.safetensors")
  }

  @Test(
    "Names of tensors are spelled out by whatever lists them", arguments: [name, "\u{1B}/\(name)"])
  func tensors(name: String) throws {
    let file = try safetensors(name)
    let other = scratch.path("other.safetensors")
    for arguments in [
      ["inspect", file], ["inspect", file, "--tree"], ["inspect", file, "--json"],
      ["plan", "--model", "squeezenet", "--weights", file], ["diff", file, other],
      ["convert", file, scratch.path("o.npz")],
    ] {
      if arguments[0] == "diff" {
        _ = try Data(contentsOf: URL(fileURLWithPath: file)).write(
          to: URL(fileURLWithPath: other))
        _ = try safetensors("plain")
      }
      let run = try AssayRun(arguments)
      expectHarmless(run)
      if arguments[0] == "inspect" {
        #expect(run.status == 0 && run.output.contains("100.00 %"), "\(run.messages)")
      }
    }
  }

  @Test("A name of megabytes does not fill the screen")
  func long() throws {
    let file = try safetensors(String(repeating: "n", count: 4_000_000))
    for arguments in [
      ["inspect", file], ["inspect", file, "--tree"],
      ["plan", "--model", "squeezenet", "--weights", file],
    ] {
      let run = try AssayRun(arguments)
      #expect(run.output.utf8.count + run.messages.utf8.count < 20_000)
      #expect((run.output + run.messages).contains("bytes left out"))
    }
  }

  @Test("Names of images are spelled out in reports, tables and messages")
  func images() throws {
    for index in 0..<10 {
      try FileManager.default.createDirectory(
        atPath: scratch.path("data/\(index)"), withIntermediateDirectories: true)
      let source = Fixtures.path("digits/validation/\(index)")
      for file in try FileManager.default.contentsOfDirectory(atPath: source).prefix(1) {
        try FileManager.default.copyItem(
          atPath: "\(source)/\(file)", toPath: scratch.path("data/\(index)/\(file)"))
      }
    }
    _ = try scratch.write(Data("no image".utf8), as: "data/0/\(Self.name).png")
    let (log, csv) = (scratch.path("p.jsonl"), scratch.path("p.csv"))
    let run = try AssayRun(
      HalfTrained.evaluation + [
        "--data", scratch.path("data"), "--predictions", log, "--markdown", scratch.path("r.md"),
      ])
    #expect(run.status == 65 && run.output.contains("unreadable: 1"), "\(run.messages)")
    expectHarmless(run)
    expectHarmless(try AssayRun("report", log, "--class-table", csv))
    expectHarmless(try AssayRun("compare", log, log))
    let table = try AssayRun(
      HalfTrained.evaluation + ["--data", scratch.path("data"), "--predictions", csv])
    expectHarmless(table)
    let text = try String(contentsOfFile: csv, encoding: .utf8)
    let isPlain = text.unicodeScalars.allSatisfy {
      $0 == "\r" || $0 == "\n" || $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value)
    }
    #expect(isPlain && text.contains("\\u{1B}[2J\\u{9B}31m\\u{D}\\u{A}top-1"))
    let lines = try Data(contentsOf: URL(fileURLWithPath: log))
    #expect(!lines.contains(0x1B) && !String(decoding: lines, as: UTF8.self).contains("\u{9B}"))
  }

  @Test("Arguments are spelled out as well, and one without end is cut")
  func arguments() throws {
    for arguments in [
      [Self.name], ["inspect", Self.name], ["evaluate", "--\(Self.name)"],
      ["plan", "--model", Self.name, "--weights", "w"], ["inspect", "w", Self.name],
      ["report", Self.name], ["summary", "--model", "resnet50", "--protocol", Self.name],
    ] {
      let run = try AssayRun(arguments)
      #expect(run.status == 64 || run.status == 66, "\(arguments)")
      expectHarmless(run)
    }
    let long = String(repeating: "n", count: 100_000)
    for arguments in [["inspect", long], ["plan", "--model", long, "--weights", "w"], [long]] {
      #expect(try AssayRun(arguments).messages.utf8.count < 20_000)
    }
  }
}
