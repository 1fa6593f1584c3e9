import Foundation
import TestSupport
import Testing

/// A network that Keras trained on some of the digits, and what it answers.
private struct TrainedHead: Decodable {
  struct Metrics: Decodable {
    let correct: Int
    let loss: Double
    let brier: Double
    let auc: Double?
    let precision: Double?
    let recall: Double?
  }

  let name: String
  let digits: [Int]
  let outputs: [[Double]]
  let paths: [String]
  let metrics: Metrics

  static func named(_ name: String) throws -> TrainedHead {
    struct File: Decodable { let networks: [TrainedHead] }
    let all = try JSONDecoder().decode(File.self, from: Fixtures.data("heads/networks.json"))
    return try #require(all.networks.first { $0.name == name })
  }

  /// The options that name the network and its protocol.
  var options: [String] {
    [
      "--model", "preact-resnet18", "--blocks-per-stage", "1,1", "--weights",
      Fixtures.path("heads/\(name).h5"), "--preset", "keras-tf", "--normalize", "tf",
      "--input-size", "32",
    ]
  }

  /// Its digits alone, a folder each.
  func data(in scratch: ScratchFolder) throws -> String {
    let folder = scratch.path("val")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for digit in digits {
      try FileManager.default.copyItem(
        atPath: Fixtures.path("digits/validation/\(digit)"), toPath: "\(folder)/\(digit)")
    }
    return folder
  }
}

@Suite("Networks that end in sigmoids, from the command line")
struct HeadCommandTests {
  private func json(_ file: String) throws -> [String: Any] {
    try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: file)))
        as? [String: Any])
  }

  /// Runs in a folder in parts, merges, and computes the report again.
  @Test("One output is scored as two classes: Keras's probabilities, scikit-learn's metrics")
  func binary() throws {
    let head = try TrainedHead.named("three-eight")
    let scratch = try ScratchFolder()
    let data = try head.data(in: scratch)
    let files = ["r.json", "p.csv", "r.html", "r.md", "p.jsonl", "results.csv"].map(scratch.path)
    let run = try AssayRun(
      ["evaluate"] + head.options + [
        "--data", data, "--json", files[0], "--predictions", files[1], "--html", files[2],
        "--markdown", files[3], "--results", files[5], "--expect", "auc>=0.5", "--expect",
        "accuracy>=50",
      ])
    #expect(run.status == 0, "\(run.messages)")
    let count = head.paths.count
    #expect(run.output.contains("(\(head.metrics.correct) of \(count), 95 % interval"))
    #expect(run.output.contains("accuracy    ") && !run.output.contains("top-5"))
    let report = try json(files[0])
    let metrics = try #require(report["metrics"] as? [String: Any])
    let binary = try #require(metrics["binary"] as? [String: Any])
    let positive = try #require(binary["positive"] as? [String: Any])
    let found: [(Any?, Double?)] = [
      (metrics["loss"], head.metrics.loss), (metrics["brier"], head.metrics.brier),
      (binary["auc"], head.metrics.auc), (positive["precision"], head.metrics.precision),
      (positive["recall"], head.metrics.recall),
    ]
    for (value, expected) in found {
      #expect(abs(try #require(value as? Double) - (try #require(expected))) < 1e-5)
    }
    let auc = String(format: "%.4f", try #require(head.metrics.auc))
    #expect(run.output.contains("ROC AUC \(auc); precision "))
    #expect(run.output.contains("(of class 1, 8)"))
    for file in [files[2], files[3]] {
      #expect(try String(contentsOfFile: file, encoding: .utf8).contains(auc), "\(file)")
    }
    let results = try String(contentsOfFile: files[5], encoding: .utf8)
      .split(separator: "\r\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    let column = try #require(results[0].firstIndex(of: "auc"))
    #expect(results[1][column].hasPrefix(auc.dropLast()))

    // Both columns, image by image.
    let rows = try String(contentsOfFile: files[1], encoding: .utf8).split(separator: "\r\n")
    #expect(rows[0].hasSuffix(",probability_class0,probability_class1,error"))
    for (row, (path, output)) in zip(rows.dropFirst(), zip(head.paths, head.outputs)) {
      let fields = row.split(separator: ",", omittingEmptySubsequences: false)
      #expect(fields[0] == path)
      let own = try fields.suffix(3).prefix(2).map { try #require(Double($0)) }
      #expect(abs(own[0] - (1 - output[0])) < 1e-5 && abs(own[1] - output[0]) < 1e-5)
    }

    let failed = try AssayRun(["evaluate"] + head.options + ["--data", data, "--expect", "auc>=1"])
    #expect(failed.status == 1 && failed.messages.contains("auc>=1: it is 0."))
  }

  @Test("Runs in parts, and reports of predictions, keep to the one output")
  func parts() throws {
    let head = try TrainedHead.named("three-eight")
    let scratch = try ScratchFolder()
    let evaluation = ["evaluate"] + head.options + ["--data", try head.data(in: scratch)]
    let (whole, cut) = (scratch.path("whole"), scratch.path("cut"))
    #expect(try AssayRun(evaluation + ["--out", whole]).status == 0)
    for shard in ["2/2", "1/2"] {
      #expect(try AssayRun(evaluation + ["--out", cut, "--shard", shard]).status == 0)
    }
    let merged = try AssayRun("merge", cut, "--expect", "auc>=0.5")
    #expect(merged.status == 0 && merged.output.contains("ROC AUC"), "\(merged.messages)")
    for file in ["report.json", "predictions.jsonl"] {
      let files = try [whole, cut].map {
        try Data(contentsOf: URL(fileURLWithPath: "\($0)/\(file)"))
      }
      #expect(files[0] == files[1])
    }
    let model = try #require(
      (try json("\(cut)/report.json")["manifest"] as? [String: Any])?["model"] as? [String: Any])
    #expect(model["output_activation"] as? String == "binary")
    #expect(model["classes"] as? Int == 2)
    let report = try AssayRun("report", "\(cut)/predictions.jsonl")
    #expect(report.output.contains("ROC AUC"))
    let compared = try AssayRun("compare", "\(whole)/report.json", "\(cut)/report.json")
    #expect(compared.status == 0 && !compared.output.contains("top-5"), "\(compared.output)")
  }

  @Test("predict shows both classes of one output, and each class's own sigmoid of several")
  func predict() throws {
    for name in ["three-eight", "one-three-eight"] {
      let head = try TrainedHead.named(name)
      for (path, outputs) in zip(head.paths, head.outputs).prefix(3) {
        let run = try AssayRun(
          ["predict"] + head.options + [Fixtures.path("digits/validation/\(path)")])
        #expect(run.status == 0)
        let probabilities = outputs.count == 1 ? [1 - outputs[0], outputs[0]] : outputs
        for (index, probability) in probabilities.enumerated() {
          let line = String(format: "%6.2f %%  class %d", probability * 100, index)
          #expect(run.output.contains(line), "\(path): \(run.output), not \(line)")
        }
      }
    }
  }

  @Test("Several sigmoids are scored as the model's own probabilities, and the report says so")
  func sigmoids() throws {
    let head = try TrainedHead.named("one-three-eight")
    let scratch = try ScratchFolder()
    let report = scratch.path("r.json")
    let run = try AssayRun(
      ["evaluate"] + head.options + ["--data", try head.data(in: scratch), "--json", report])
    #expect(run.status == 0, "\(run.messages)")
    #expect(run.output.contains("(\(head.metrics.correct) of \(head.paths.count), 95 %"))
    #expect(run.output.contains("(binary cross-entropy, mean over the classes' sigmoids)"))
    #expect(run.output.contains("(of sigmoids)"))
    let metrics = try #require(try json(report)["metrics"] as? [String: Any])
    #expect(abs(try #require(metrics["loss"] as? Double) - head.metrics.loss) < 1e-5)
    #expect(abs(try #require(metrics["brier"] as? Double) - head.metrics.brier) < 1e-5)
    #expect(metrics["binary"] == nil)
  }

  @Test("One folder is too few for one output, and a mask is refused")
  func refused() throws {
    let head = try TrainedHead.named("three-eight")
    let scratch = try ScratchFolder()
    let folder = scratch.path("one")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      atPath: Fixtures.path("digits/validation/3"), toPath: "\(folder)/3")
    let one = try AssayRun(["evaluate"] + head.options + ["--data", folder])
    #expect(one.status == 65)
    #expect(one.messages.contains("1 class folders, but the network has 2 classes"))
    let masked = try AssayRun(
      ["evaluate"] + head.options + [
        "--data", try head.data(in: scratch), "--class-mask", "present",
      ])
    #expect(masked.status == 64 && masked.messages.contains("one output"))
  }
}
