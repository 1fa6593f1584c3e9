import Foundation
import Glibc
import TestSupport
import Testing

@Suite("Outputs of commands harm nothing")
struct OutputCommandTests {
  private let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  private func isFIFO(_ path: String) -> Bool {
    var status = stat()
    return unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO
  }

  /// Runs a line of a shell in the folder, in which `$assay` is the command.
  private func shell(_ line: String) throws -> AssayRun {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    process.arguments = ["-c", line]
    process.currentDirectoryURL = scratch.url
    process.environment = ProcessInfo.processInfo.environment.merging([
      "assay": folder.appending(path: "assay").path(percentEncoded: false),
      "SWIFT_BACKTRACE": "enable=no",
    ]) { _, new in new }
    return try AssayRun(process)
  }

  /// A comparison that is quick: predictions with themselves.
  private func predictions() throws -> String {
    let file = scratch.path("p.jsonl")
    let run = try AssayRun(
      HalfTrained.evaluation + [
        "--data", Fixtures.path("digits/validation"), "--limit", "3", "--predictions", file,
      ])
    #expect(run.status == 0, "\(run.messages)")
    return file
  }

  @Test(
    "Standard output is a dash, or a device of that name, and what people read stands beside it")
  func standardOutput() throws {
    let file = try predictions()
    // A link of our own, as `/dev/stdout` is one: were it replaced, no machine would be harmed.
    let link = scratch.path("stdout")
    try FileManager.default.createSymbolicLink(
      atPath: link, withDestinationPath: "/proc/self/fd/1")
    for name in ["-", link, "/dev/fd/1", "/proc/self/fd/1"] {
      let run = try AssayRun("compare", file, file, "--json", name)
      #expect(run.status == 0, "\(run.messages)")
      #expect(throws: Never.self) {
        try JSONSerialization.jsonObject(with: Data(run.output.utf8))
      }
      #expect(run.messages.contains("made alike"))
    }
    #expect(!FileManager.default.fileExists(atPath: "-"))
    let both = try AssayRun("report", file, "--json", "-", "--html", link)
    #expect(both.status == 64 && both.messages.contains("--json and --html"))
  }

  @Test("A substituted process, a pipe with a name and a link to it get what is written")
  func pipes() throws {
    _ = try predictions()
    let run = try shell(
      """
      mkfifo pipe; ln -s pipe link
      timeout 60 cat pipe > first & $assay compare p.jsonl p.jsonl --json link > /dev/null; wait
      $assay report p.jsonl --json >(cat > second) --html page.html > /dev/null; sleep 0.5
      $assay plan --model squeezenet --write-map >(cat > third); sleep 0.5
      """)
    #expect(run.messages == "")
    #expect(isFIFO(scratch.path("pipe")))
    for name in ["first", "second"] {
      let data = try Data(contentsOf: URL(fileURLWithPath: scratch.path(name)))
      #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: data) }
    }
    #expect(try String(contentsOfFile: scratch.path("third"), encoding: .utf8).contains("conv1"))
  }

  @Test("A golden goes through a pipe as well, though it is written with room to go back")
  func golden() throws {
    let run = try shell(
      """
      mkfifo pipe.npz; timeout 60 cat pipe.npz > golden.npz &
      $assay record --model preact-resnet18 --blocks-per-stage 2,2 \
        --weights '\(Fixtures.path("checkpoints/digits/digits-half.weights.h5"))' \
        --tensors '\(try tensor())' --out pipe.npz --layers outputs; wait
      """)
    #expect(run.messages == "")
    #expect(isFIFO(scratch.path("pipe.npz")))
    let golden = scratch.path("golden.npz")
    #expect(try AssayRun("verify", golden, golden).status == 0)
  }

  private func tensor() throws -> String {
    var data = NumPyBytes.header("<f4", [1, 32, 32, 1])
    data.append(Data(count: 4 * 32 * 32))
    return try scratch.write(data, as: "x.npy")
  }

  @Test("What a link leads to is replaced, and the link stays")
  func links() throws {
    let file = try predictions()
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path("latest.json"), withDestinationPath: "run-1.json")
    let run = try AssayRun("compare", file, file, "--json", scratch.path("latest.json"))
    #expect(run.status == 0)
    #expect(
      try FileManager.default.destinationOfSymbolicLink(atPath: scratch.path("latest.json"))
        == "run-1.json")
    #expect(FileManager.default.fileExists(atPath: scratch.path("run-1.json")))
  }

  @Test(
    "An output that is also an input is refused before anything is read or written",
    arguments: [
      ("--json", "w.h5"), ("--html", "link.h5"), ("--predictions", "data/a/x.png"),
      ("--markdown", "names.txt"), ("--logits", "hard.h5"), ("--junit", "p.yaml"),
      ("--results", "mask.txt"), ("--class-table", "expected.npy"),
    ])
  func inputs(option: String, name: String) throws {
    let weights = try scratch.write(
      Data(
        contentsOf: URL(
          fileURLWithPath: Fixtures.path("checkpoints/digits/digits-half.weights.h5"))), as: "w.h5")
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path("link.h5"), withDestinationPath: "w.h5")
    try FileManager.default.linkItem(atPath: weights, toPath: scratch.path("hard.h5"))
    try FileManager.default.createDirectory(
      atPath: scratch.path("data/a"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      atPath: Fixtures.path("digits/validation/0/0078.png"), toPath: scratch.path("data/a/x.png"))
    for file in ["names.txt", "mask.txt", "expected.npy"] {
      _ = try scratch.write(Data("0\n".utf8), as: file)
    }
    _ = try scratch.write(Data("preset: keras-tf\n".utf8), as: "p.yaml")
    let before = try Data(contentsOf: URL(fileURLWithPath: scratch.path(name)))
    let run = try AssayRun(
      "evaluate", "--model", "preact-resnet18", "--blocks-per-stage", "2,2", "--weights", weights,
      "--input-size", "32", "--data", scratch.path("data"), "--protocol", scratch.path("p.yaml"),
      "--class-names", scratch.path("names.txt"), "--class-mask", scratch.path("mask.txt"),
      "--expect", scratch.path("expected.npy"), option, scratch.path(name))
    #expect(run.status == 64, "\(run.messages)")
    #expect(run.messages.contains("\(option) \(scratch.path(name)): would be written over"))
    #expect(try Data(contentsOf: URL(fileURLWithPath: scratch.path(name))) == before)
  }

  @Test("A part of a checkpoint that is of several files is an input too")
  func parts() throws {
    for part in ["index", "data-00000-of-00001"] {
      try FileManager.default.copyItem(
        atPath: Fixtures.path("checkpoints/tensorflow/digits-regular.tf2.\(part)"),
        toPath: scratch.path("w.\(part)"))
    }
    let part = scratch.path("w.data-00000-of-00001")
    let run = try AssayRun(
      "evaluate", "--model", "preact-resnet18", "--blocks-per-stage", "2,2", "--weights",
      scratch.path("w"), "--preset", "keras-tf", "--normalize", "tf", "--input-size", "32",
      "--data", Fixtures.path("digits/validation"), "--json", part)
    #expect(run.status == 64, "\(run.messages)")
    #expect(run.messages.contains("would be written over"))
  }

  @Test("Other commands refuse their inputs too")
  func otherCommands() throws {
    let file = try predictions()
    let weights = Fixtures.path("checkpoints/digits/digits-half.weights.h5")
    let copy = try scratch.write(
      Data(contentsOf: URL(fileURLWithPath: weights)), as: "w.weights.h5")
    let tensor = try tensor()
    let net = ["--model", "preact-resnet18", "--blocks-per-stage", "2,2", "--weights", copy]
    for arguments in [
      ["compare", file, file, "--json", file], ["report", file, "--html", file],
      ["convert", copy, copy], ["check"] + net + ["--json", copy],
      ["predict"] + net + ["--tensors", tensor, "--save", tensor],
      ["record"] + net + ["--tensors", tensor, "--out", tensor],
      ["benchmark"] + net + ["--json", copy],
      ["calibrate"] + net + ["--data", Fixtures.path("digits/validation"), "--out", copy],
    ] {
      let run = try AssayRun(arguments)
      #expect(run.status == 64, "\(arguments[0]): \(run.messages)")
      #expect(run.messages.contains("would be written over"), "\(arguments[0])")
    }
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: copy))
        == Data(contentsOf: URL(fileURLWithPath: weights)))
  }

  @Test("Two outputs that are one file are refused, however they are written")
  func twice() throws {
    let file = try predictions()
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path("b.json"), withDestinationPath: "a.json")
    for other in [scratch.path("a.json"), scratch.path("./a.json"), scratch.path("b.json")] {
      let run = try AssayRun("report", file, "--json", scratch.path("a.json"), "--html", other)
      #expect(run.status == 64 && run.messages.contains("--html \(other): is also --json"))
    }
    // What is written to a device of no memory may come from everywhere.
    let null = device("null", 3)
    let run = try AssayRun("report", file, "--json", null, "--html", null)
    #expect(run.status == 0, "\(run.messages)")
  }

  @Test("A device that is full is an error of output")
  func full() throws {
    let file = try predictions()
    let full = device("full", 7)
    let run = try AssayRun("report", file, "--json", full)
    #expect(run.status == 74 && run.messages.contains("\(full): cannot be written: No space"))
  }

  /// A device of memory: one of the folder's own where that is allowed, for there the machine's own could be
  /// harmed too.
  private func device(_ name: String, _ minor: dev_t) -> String {
    let path = scratch.path(name)
    return unsafe mknod(path, S_IFCHR | 0o666, 1 << 8 | minor) == 0 ? path : "/dev/\(name)"
  }
}
