import Foundation
import TestSupport
import Testing

@Suite("assay evaluate, on records")
struct RecordCommandTests {
  private let scratch: ScratchFolder
  init() throws { scratch = try ScratchFolder() }

  private static func path(_ name: String) -> String { Fixtures.path("records/\(name)") }

  /// A run, and its predictions by the image's own name: what was guessed, and how.
  private func evaluate(
    _ data: String, _ options: String..., status: Int32 = 0,
    _ location: SourceLocation = #_sourceLocation
  ) throws -> (run: AssayRun, guesses: [String: String]) {
    let file = scratch.path("\(UUID().uuidString).csv")
    let run = try AssayRun(
      ["evaluate", Self.path("network.keras"), "--normalize", "tf", "--data", data]
        + ["--predictions", file] + options)
    #expect(run.status == status, "\(run.messages)", sourceLocation: location)
    guard let text = try? String(contentsOfFile: file, encoding: .utf8) else { return (run, [:]) }
    var guesses: [String: String] = [:]
    for line in text.split(whereSeparator: \.isNewline).dropFirst() {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      let name = fields[0].split(separator: "/").last.map { String($0) } ?? ""
      // The probabilities alone: names of classes are not in every source.
      guesses[name] = [3, 4, 6, 8, 10].map { String(fields[$0]) }.joined(separator: ",")
    }
    return (run, guesses)
  }

  @Test("scores like the same images in class folders, bit for bit, from every container")
  func same() throws {
    let folder = try evaluate(Self.path("folder"))
    #expect(folder.guesses.count == 24 && folder.run.output.contains("(6 of 24,"))
    for data in ["plain/validation-*", "plain/gzip.tfrecord", "plain/zlib.tfrecord"] {
      let records = try evaluate(Self.path(data))
      #expect(records.guesses == folder.guesses)
      #expect(records.run.output.contains("labels: they count from 1"))
    }
    let dataset = try evaluate(Self.path("tfds/shapes"), "--split", "validation")
    #expect(dataset.guesses == folder.guesses)
    let arrays = try evaluate(Self.path("array_record"), "--split", "validation")
    #expect(arrays.guesses == folder.guesses)
  }

  @Test("finds data sets by name in TensorFlow Datasets' own folder")
  func byName() throws {
    let run = try AssayRun(
      [
        "evaluate", Self.path("network.keras"), "--normalize", "tf", "--data", "shapes/png/1.2.0",
        "--split", "validation[:50%]",
      ], variables: ["TFDS_DATA_DIR": Self.path("tfds")])
    #expect(run.status == 0, "\(run.messages)")
    #expect(run.output.contains("12 images"), "\(run.output)")
  }

  @Test("ends with 65 where records are damaged, which are listed by file and number")
  func damaged() throws {
    var bytes = [UInt8](try Fixtures.data("records/plain/validation-00000-of-00002"))
    bytes[400] ^= 1
    let path = try scratch.write(Data(bytes), as: "val-00000-of-00001")
    let (run, guesses) = try evaluate(path, status: 65)
    #expect(run.messages.contains("1 of 12 images could not be read"))
    #expect(
      run.output.contains("val-00000-of-00001__0: damaged: the checksum of its"), "\(run.output)")
    #expect(guesses.count == 12)
    _ = try evaluate(path, "--max-failures", "1")
    // Nothing but a header that leads beyond the file.
    let lying = try scratch.write(Data(RecordBytes.header(1 << 40)), as: "lying.tfrecord")
    let refused = try evaluate(lying, status: 65)
    #expect(refused.run.messages.contains("promised"), "\(refused.run.messages)")
  }

  @Test("goes on with runs in folders, in parts too, where a record is damaged")
  func runs() throws {
    var bytes = [UInt8](try Fixtures.data("records/plain/gzip.tfrecord"))
    bytes.removeLast(9)
    let path = try scratch.write(Data(bytes), as: "cut.tfrecord")
    let out = scratch.path("run")
    let arguments = [
      "evaluate", Self.path("network.keras"), "--normalize", "tf", "--data", path, "--out", out,
    ]
    for part in ["1/2", "2/2"] {
      let run = try AssayRun(arguments + ["--shard", part])
      #expect(run.status == 0, "\(run.messages)")
    }
    let merged = try AssayRun(["merge", out, "--max-failures", "1"])
    #expect(merged.status == 0, "\(merged.messages)")
    let again = try AssayRun(arguments + ["--shard", "1/2", "--resume"])
    #expect(again.messages.contains("is done already"), "\(again.messages)")
  }

  @Test("shows no control characters of a record, in names or keys")
  func controls() throws {
    let name = Array("\u{1B}[31mred\n.png".utf8)
    let example = RecordBytes.example([
      ("image", RecordBytes.bytes([1, 2, 3])), ("label", RecordBytes.integers(0)),
      ("file_name", RecordBytes.bytes(name)),
    ])
    let path = try scratch.write(Data(RecordBytes.framed(example)), as: "named.tfrecord")
    let named = try evaluate(path, status: 65)
    #expect(!(named.run.output + named.run.messages).contains("\u{1B}"))
    let keys = RecordBytes.example([("\u{1B}[31m", RecordBytes.integers(0))])
    let odd = try scratch.write(Data(RecordBytes.framed(keys)), as: "keys.tfrecord")
    let refused = try evaluate(odd, status: 65)
    #expect(!refused.run.messages.contains("\u{1B}"), "\(refused.run.messages)")
  }

  @Test("refuses options that have nothing to tell, and splits that are not there")
  func usage() throws {
    let folder = try evaluate(Self.path("folder"), "--split", "validation", status: 64)
    #expect(folder.run.messages.contains("holds no records"))
    let shards = try evaluate(Self.path("plain/gzip.tfrecord"), "--split", "test", status: 64)
    #expect(shards.run.messages.contains("--split"))
    _ = try evaluate(Self.path("tfds/shapes"), "--split", "test", status: 65)
    _ = try evaluate(Self.path("plain/gzip.tfrecord"), "--labels", "x.csv", status: 64)
    let several = try evaluate(Self.path("plain"), status: 65)
    #expect(several.run.messages.contains("several kinds"))
    _ = try evaluate("none-*.tfrecord", status: 65)
    _ = try evaluate("imagenet2012/5.1.0", "--split", "validation", status: 66)
  }
}
