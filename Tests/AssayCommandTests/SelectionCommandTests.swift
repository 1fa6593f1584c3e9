import Foundation
import Tensors
import TestSupport
import Testing

@Suite("Which images take part, and what of the input tells nothing")
struct SelectionCommandTests {
  private let digits =
    HalfTrained.evaluation + ["--data", Fixtures.path("digits/validation")]

  @Test("--limit says how few classes it leaves, --sample draws over all of them")
  func classes() throws {
    let first = try AssayRun(digits + ["--limit", "20"])
    #expect(first.status == 0)
    #expect(
      first.output.contains(
        "images: 20 of 360 take part, the first of the list (limit 20), of 1 of 10 classes"),
      "\(first.output)")
    let drawn = try AssayRun(digits + ["--sample", "20", "--seed", "3"])
    #expect(
      drawn.output.contains(
        "20 of 360 take part, drawn evenly over the classes (sample 20, seed 3), of 10 of 10"),
      "\(drawn.output)")
    #expect(try AssayRun(digits + ["--sample", "20", "--limit", "20"]).status == 64)
    #expect(try AssayRun(digits + ["--seed", "20"]).status == 64)
    #expect(
      try AssayRun(HalfTrained.evaluation + ["--data", "-", "--sample", "2"]).status == 64)
  }

  @Test("A run keeps the draw in its plan; parts, threads and one process give the same bytes")
  func runs() throws {
    let scratch = try ScratchFolder()
    let (whole, cut) = (scratch.path("whole"), scratch.path("cut"))
    let draw = ["--sample", "50", "--seed", "9"]
    #expect(
      try AssayRun(HalfTrained.run(in: whole, draw + ["--threads", "2"])).status == 0)
    for shard in ["1/3", "3/3", "2/3"] {
      let part = HalfTrained.run(in: cut, draw + ["--shard", shard, "--threads", "1"])
      #expect(try AssayRun(part).status == 0)
    }
    let merged = try AssayRun("merge", cut)
    #expect(merged.status == 0 && merged.output.contains("sample 50, seed 9"))
    for name in ["report.json", "predictions.jsonl"] {
      let files = try [whole, cut].map {
        try Data(contentsOf: URL(fileURLWithPath: "\($0)/\(name)"))
      }
      #expect(files[0] == files[1])
    }
    let plan = try String(contentsOfFile: "\(cut)/plan.json", encoding: .utf8)
    #expect(plan.contains("\"sample\" : 50") && plan.contains("\"seed\" : 9"), "\(plan)")
    let other = try AssayRun(
      HalfTrained.run(in: whole, ["--sample", "50", "--seed", "8", "--resume"]))
    #expect(other.status == 65 && other.messages.contains("seed 9"), "\(other.messages)")
    let report = try AssayRun("report", "\(cut)/predictions.jsonl")
    #expect(report.output.contains("sample 50, seed 9"))
  }

  @Test("Weights that are not finite are told, with the first one's name")
  func nonFiniteWeights() throws {
    let scratch = try ScratchFolder()
    let file = scratch.path("w.safetensors")
    let source = Fixtures.path("checkpoints/digits/digits-half.weights.h5")
    let named = Fixtures.path("checkpoints/digits/digits-half.keras2.h5")
    #expect(try AssayRun("convert", named, file).status == 0)
    var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
    // The last value of the last tensor.
    bytes.replaceSubrange(bytes.count - 4..<bytes.count, with: [0, 0, 0xC0, 0x7F])
    try bytes.write(to: URL(fileURLWithPath: file))
    let run = try AssayRun(
      digits.map { $0 == source ? file : $0 } + ["--sample", "10"])
    #expect(run.messages.contains("1 of "), "\(run.messages)")
    #expect(run.messages.contains(" tensors hold values that are not finite, the first "))
    #expect(!(try AssayRun(digits + ["--sample", "10"])).messages.contains("not finite"))
  }

  @Test("An empty batch is named as such")
  func emptyBatch() throws {
    let scratch = try ScratchFolder()
    let tensors = scratch.path("x.npy")
    try NumPyFile.write(Tensor(shape: [0, 32, 32, 1]), to: tensors)
    let network = Array(HalfTrained.evaluation.dropFirst().prefix(6))
    let predicted = try AssayRun(["predict"] + network + ["--tensors", tensors])
    #expect(
      predicted.status == 65 && predicted.messages.contains("an empty batch, of 0 images"),
      "\(predicted.messages)")
  }
}
