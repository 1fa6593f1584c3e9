import Foundation
import TestSupport
import Testing

/// A network of three sigmoids, made-up label sets for its images, and scikit-learn's metrics of Keras's logits.
private struct LabelledNetwork: Decodable {
  struct Metrics: Decodable {
    let subset: Int
    let hamming: Double
    let loss: Double
    let support: [Int]
    let predicted: [Int]
    let precision: [Double]
    let auc: [Double]
    let averagePrecision: [Double]
    let macro: [Double]
    let micro: [Double]
    let map: Double
    let macroAuc: Double
    let microAuc: Double
  }

  let names: [String]
  let paths: [String]
  let truth: [[Int]]
  let logits: [[Double]]
  /// At a threshold of 0.5, and of 0.3.
  let metrics: [Metrics]

  static func read() throws -> LabelledNetwork {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(LabelledNetwork.self, from: Fixtures.data("label-sets/network.json"))
  }

  static let protocolOptions = [
    "--preset", "keras-tf", "--normalize", "tf", "--input-size", "32", "--data",
    Fixtures.path("digits/validation"),
  ]

  /// The options that score the network on some labels.
  static func options(labels: String) -> [String] {
    ["evaluate", Fixtures.path("heads/one-three-eight.h5")] + protocolOptions + [
      "--labels", labels,
    ]
  }

  static let columns = Fixtures.path("label-sets/digits.csv")
}

@Suite("Label sets, from the command line")
struct LabelSetCommandTests {
  private func json(_ file: String) throws -> [String: Any] {
    try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: file)))
        as? [String: Any])
  }

  private func text(_ file: String) throws -> String {
    try String(contentsOfFile: file, encoding: .utf8)
  }

  /// A number somewhere in JSON.
  private func number(_ value: Any?, _ path: String...) -> Double? {
    let end = path.reduce(value) { value, key in (value as? [String: Any])?[key] }
    return (end as? NSNumber)?.doubleValue
  }

  private func expect(
    _ value: Double?, _ expected: Double, _ location: SourceLocation = #_sourceLocation
  ) throws {
    let value = try #require(value, sourceLocation: location)
    // The engine's logits differ from Keras's by some millionths.
    #expect(abs(value - expected) < 1e-5, "\(value), not \(expected)", sourceLocation: location)
  }

  @Test("Columns of 0 and 1 give scikit-learn's metrics of Keras's logits, in every report")
  func reports() throws {
    let network = try LabelledNetwork.read()
    let expected = network.metrics[0]
    let scratch = try ScratchFolder()
    let files = ["r.json", "r.html", "r.md", "r.xml", "c.csv", "p.csv", "results.csv"].map(
      scratch.path)
    let options = zip(
      ["--json", "--html", "--markdown", "--junit", "--class-table", "--predictions", "--results"],
      files
    ).flatMap { [$0, $1] }
    let run = try AssayRun(
      LabelledNetwork.options(labels: LabelledNetwork.columns) + options + [
        "--expect", "map>=70%", "--expect", "subset>=50", "--expect", "micro-f1>=0.5",
      ])
    #expect(run.status == 0, "\(run.messages)")
    let count = network.paths.count
    #expect(run.output.contains("subset accuracy    "))
    #expect(run.output.contains("(\(expected.subset) of \(count), 95 % interval"))
    #expect(!run.output.contains("top-1") && !run.output.contains("calibration"))
    #expect(run.output.contains("the columns of 0 and 1 are the network's outputs, in their order"))

    let report = try json(files[0])
    let sets = try #require((report["metrics"] as? [String: Any])?["multi_label"])
    try expect(number(sets, "hamming_loss"), expected.hamming)
    try expect(number(sets, "subset", "correct"), Double(expected.subset))
    try expect(number(report, "metrics", "loss"), expected.loss)
    try expect(number(sets, "macro", "average_precision", "value"), expected.map)
    try expect(number(sets, "macro", "auc", "value"), expected.macroAuc)
    try expect(number(sets, "macro", "f1", "value"), expected.macro[2])
    try expect(number(sets, "micro", "f1"), expected.micro[2])
    try expect(number(sets, "micro", "auc"), expected.microAuc)
    try expect(number(sets, "threshold"), 0.5)
    let labels = try #require((sets as? [String: Any])?["labels"] as? [[String: Any]])
    #expect(labels.map { $0["name"] as? String } == network.names)
    for (index, label) in labels.enumerated() {
      try expect(number(label, "support"), Double(expected.support[index]))
      try expect(number(label, "predicted"), Double(expected.predicted[index]))
      try expect(number(label, "precision", "value"), expected.precision[index])
      try expect(number(label, "auc"), expected.auc[index])
      try expect(number(label, "average_precision"), expected.averagePrecision[index])
    }
    #expect(number(report, "manifest", "data", "multi_label") == 1)

    let map = String(format: "%.4f", expected.map)
    for file in [files[1], files[2]] {
      let page = try text(file)
      #expect(page.contains(map) && page.contains("subset accuracy"), "\(file)")
      #expect(!page.contains("top-1") && !page.contains("ECE"), "\(file)")
      #expect(network.names.allSatisfy(page.contains), "\(file)")
    }
    #expect(try text(files[3]).contains("map&gt;=70%"))
    let rows = try text(files[4]).split(separator: "\r\n").map { $0.split(separator: ",") }
    #expect(
      rows[0].joined(separator: ",")
        == "name,support,predicted,precision,recall,f1,auc,average_precision")
    #expect(rows.dropFirst().map { String($0[0]) } == network.names)
    let results = try text(files[6]).split(separator: "\r\n").map { $0.split(separator: ",") }
    let column = try #require(results[0].firstIndex(of: "map"))
    try expect(
      Double(results[1][column]).map { ($0 / 100 * 1e5).rounded() / 1e5 },
      (expected.map * 1e5).rounded() / 1e5)
    #expect(!results[0].contains("top1") && results[0].contains("hamming"))
  }

  @Test("Predictions as CSV have every label's probability, and exact sets")
  func predictions() throws {
    let network = try LabelledNetwork.read()
    let scratch = try ScratchFolder()
    let file = scratch.path("p.csv")
    let run = try AssayRun(
      LabelledNetwork.options(labels: LabelledNetwork.columns) + ["--predictions", file])
    #expect(run.status == 0, "\(run.messages)")
    let rows = try text(file).split(separator: "\r\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    #expect(
      rows[0] == ["path", "labels", "predicted", "exact"]
        + network.names.map { "probability_\($0)" } + ["error"])
    let names = { (bits: [Bool]) in
      zip(network.names, bits).filter(\.1).map(\.0).joined(separator: "|")
    }
    #expect(rows.count == 1 + network.paths.count)
    for (index, row) in rows.dropFirst().enumerated() {
      let (truth, logits) = (network.truth[index], network.logits[index])
      #expect(row[0] == network.paths[index] && row[1] == names(truth.map { $0 == 1 }))
      for (field, logit) in zip(row[4...6], logits) {
        try expect(Double(field), 1 / (1 + exp(-logit)))
      }
      #expect(row[2] == names(logits.map { $0 > 0 }))
      #expect(row[3] == (row[1] == row[2] ? "1" : "0"))
    }
  }

  @Test("Sets of names are the same as columns, where the names' order is given")
  func sets() throws {
    let network = try LabelledNetwork.read()
    let scratch = try ScratchFolder()
    let names = try scratch.write(
      Data(network.names.map { "\($0)\n" }.joined().utf8), as: "names.txt")
    var logs: [[Substring]] = []
    for (labels, name) in [("digits.csv", "a"), ("digits.sets.csv", "b")] {
      let file = scratch.path(name)
      let run = try AssayRun(
        LabelledNetwork.options(labels: Fixtures.path("label-sets/\(labels)")) + [
          "--class-names", names, "--predictions", file,
        ])
      #expect(run.status == 0, "\(run.messages)")
      logs.append(try text(file).split(separator: "\n"))
    }
    #expect(logs[0].dropFirst() == logs[1].dropFirst())
    // By themselves names go by their code points, which here are not the outputs' order.
    let unnamed = try AssayRun(
      LabelledNetwork.options(labels: Fixtures.path("label-sets/digits.sets.csv")))
    #expect(unnamed.status == 0 && unnamed.output.contains("in the order of their code points"))
    #expect(unnamed.output.contains("look here: the labels seem to be in another order"))
  }

  @Test("Another threshold is in the plan and in the report, and changes no ranking")
  func threshold() throws {
    let network = try LabelledNetwork.read()
    let scratch = try ScratchFolder()
    let folder = scratch.path("run")
    let options = LabelledNetwork.options(labels: LabelledNetwork.columns)
    let run = try AssayRun(options + ["--threshold", "0.3", "--out", folder])
    #expect(run.status == 0, "\(run.messages)")
    #expect(number(try json("\(folder)/plan.json"), "metrics", "threshold") == 0.3)
    let sets = (try json("\(folder)/report.json")["metrics"] as? [String: Any])?["multi_label"]
    let expected = network.metrics[1]
    try expect(number(sets, "threshold"), 0.3)
    try expect(number(sets, "macro", "f1", "value"), expected.macro[2])
    try expect(number(sets, "subset", "correct"), Double(expected.subset))
    try expect(number(sets, "macro", "average_precision", "value"), network.metrics[0].map)
    let other = try AssayRun(options + ["--out", folder, "--resume"])
    #expect(
      other.status == 65 && other.messages.contains("threshold were others"), "\(other.messages)")
    let again = try AssayRun("report", "\(folder)/predictions.jsonl", "--threshold", "0.5")
    #expect(again.output.contains("(\(network.metrics[0].subset) of \(network.paths.count), "))
  }

  @Test("Runs in parts are merged to the same bytes, and compared by McNemar's test on exact sets")
  func parts() throws {
    let network = try LabelledNetwork.read()
    let scratch = try ScratchFolder()
    let (whole, cut) = (scratch.path("whole"), scratch.path("cut"))
    let options = LabelledNetwork.options(labels: LabelledNetwork.columns)
    #expect(try AssayRun(options + ["--out", whole]).status == 0)
    for shard in ["2/2", "1/2"] {
      #expect(try AssayRun(options + ["--out", cut, "--shard", shard]).status == 0)
    }
    let merged = try AssayRun("merge", cut, "--expect", "map>=70%")
    #expect(merged.status == 0 && merged.output.contains("subset accuracy"), "\(merged.messages)")
    for file in ["report.json", "predictions.jsonl"] {
      let files = try [whole, cut].map {
        try Data(contentsOf: URL(fileURLWithPath: "\($0)/\(file)"))
      }
      #expect(files[0] == files[1])
    }
    // A run that was cut off goes on, and gives the same bytes.
    let report = try Data(contentsOf: URL(fileURLWithPath: "\(whole)/report.json"))
    let journal = try #require(
      FileManager.default.contentsOfDirectory(atPath: whole).first { $0.hasPrefix("journal") })
    let lines = try Data(contentsOf: URL(fileURLWithPath: "\(whole)/\(journal)"))
    try lines.prefix(lines.count / 2).write(to: URL(fileURLWithPath: "\(whole)/\(journal)"))
    for file in ["report.json", "predictions.jsonl"] {
      try FileManager.default.removeItem(atPath: "\(whole)/\(file)")
    }
    let resumed = try AssayRun(options + ["--out", whole, "--resume"])
    #expect(resumed.status == 0 && resumed.messages.contains("of 109 images are done"))
    #expect(try Data(contentsOf: URL(fileURLWithPath: "\(whole)/report.json")) == report)
    let confusion = try AssayRun("merge", cut, "--confusion", scratch.path("c.csv"))
    #expect(confusion.status == 64 && confusion.messages.contains("the labels are sets"))

    // The same network with the labels of other images: as right as before, or not.
    let shifted = scratch.path("shifted.csv")
    let rows = zip(network.paths, network.truth).enumerated().map { index, row in
      index % 2 == 0
        ? "\(row.0),\(row.1.map(String.init).joined(separator: ","))" : "\(row.0),0,0,0"
    }
    try Data("image,straight,open,round\n\(rows.joined(separator: "\n"))\n".utf8)
      .write(to: URL(fileURLWithPath: shifted))
    let other = scratch.path("other.jsonl")
    #expect(
      try AssayRun(
        LabelledNetwork.options(labels: shifted) + ["--predictions", other]
      ).status == 0)
    let compared = try AssayRun("compare", "\(whole)/report.json", other)
    #expect(compared.status == 0, "\(compared.messages)")
    #expect(compared.output.contains("subset accuracy") && compared.output.contains("mAP"))
    #expect(compared.output.contains("0 have another set of guessed labels"))
    let exact = zip(network.truth, network.logits).map { truth, logits in
      truth.map { $0 == 1 } == logits.map { $0 > 0 }
    }
    let none = network.logits.map { $0.allSatisfy { $0 <= 0 } }
    let odd = exact.indices.filter { $0 % 2 == 1 }
    let lost = odd.count { exact[$0] && !none[$0] }
    let gained = odd.count { !exact[$0] && none[$0] }
    #expect(
      compared.output.contains(
        "right in the first alone \(lost), in the second alone \(gained); McNemar's test"),
      "\(compared.output.prefix(2000))")
    let single = scratch.path("single.jsonl")
    #expect(
      try AssayRun(
        ["evaluate", Fixtures.path("heads/one-three-eight.h5")]
          + LabelledNetwork.protocolOptions + [
            "--labels", try self.singleLabels(network, scratch), "--predictions", single,
          ]
      ).status == 0)
    let mixed = try AssayRun("compare", other, single)
    #expect(mixed.status == 65 && mixed.messages.contains("of the other one class is right"))
  }

  /// One number an image: a digit's output.
  private func singleLabels(_ network: LabelledNetwork, _ scratch: ScratchFolder) throws -> String {
    let rows = network.paths.map { "\($0),\(["1": 0, "3": 1, "8": 2][$0.prefix(1)] ?? 0)\n" }
    return try scratch.write(Data(rows.joined().utf8), as: "single.csv")
  }

  @Test("Several checkpoints are ranked by mAP")
  func series() throws {
    let scratch = try ScratchFolder()
    let copy = scratch.path("copy.h5")
    try FileManager.default.copyItem(
      atPath: Fixtures.path("heads/one-three-eight.h5"), toPath: copy)
    let files = ["r.json", "r.html", "r.md", "results.csv"].map(scratch.path)
    let run = try AssayRun(
      ["evaluate", copy] + LabelledNetwork.options(labels: LabelledNetwork.columns).dropFirst() + [
        "--json", files[0], "--html", files[1], "--markdown", files[2], "--results", files[3],
        "--expect", "map>=70",
      ])
    #expect(run.status == 0, "\(run.messages)")
    #expect(run.output.contains("mAP") && run.output.contains("subset accuracy"))
    let rows = try #require(try json(files[0])["checkpoints"] as? [[String: Any]])
    #expect(rows.count == 2 && rows.allSatisfy { $0["top1"] == nil && $0["subset"] != nil })
    for file in files.dropFirst() {
      let text = try text(file)
      #expect(text.lowercased().contains("map") && !text.contains("top1"), "\(file)")
    }
  }

  @Test(
    "What means nothing for sets, or may mean two things, is refused in a sentence",
    arguments: [
      (["--top-k", "2"], 64, "--top-k, --ties and --bins are of classes of which one is right"),
      (["--class-mask", "present"], 64, "--class-mask: the labels are sets"),
      (["--confusion", "/tmp/none.csv"], 64, "--confusion: the labels are sets"),
      (["--threshold", "1"], 64, "--threshold 1.0 is no probability between 0 and 1"),
      (["--no-multi-label", "--threshold", "0.4"], 64, "--threshold is for labels that are sets"),
      (["--expect", "top1>=50"], 1, "the result has no top1, for its labels are sets"),
    ])
  func refusedOptions(_ options: [String], _ status: Int, _ words: String) throws {
    let run = try AssayRun(
      LabelledNetwork.options(labels: LabelledNetwork.columns) + options)
    #expect(run.status == Int32(status) && run.messages.contains(words), "\(run.messages)")
  }

  @Test("Networks that end otherwise are refused, and one of which nothing is known needs a word")
  func heads() throws {
    let scratch = try ScratchFolder()
    let header = (0..<10).map { "d\($0)" }.joined(separator: ",")
    let rows = ["1/0011.png,0,1,0,0,0,0,0,0,0,0", "3/0045.png,0,0,0,1,0,0,0,0,1,0"]
    let ten = try scratch.write(
      Data("image,\(header)\n\(rows.joined(separator: "\n"))\n".utf8), as: "ten.csv")
    let digits =
      [
        "evaluate", "--model", "preact-resnet18", "--blocks-per-stage", "2,2", "--weights",
        Fixtures.path("checkpoints/digits/digits-regular.weights.h5"), "--labels", ten,
      ] + LabelledNetwork.protocolOptions
    let unknown = try AssayRun(digits)
    #expect(
      unknown.status == 65
        && unknown.messages.contains("nothing says that the network ends in sigmoids"))
    let told = try AssayRun(digits + ["--multi-label"])
    #expect(told.status == 0 && told.output.contains("10 classes (a sigmoid each)"))
    let real = try AssayRun(digits + ["--no-multi-label"])
    #expect(real.status == 0 && real.output.contains("top-1"))
    let softmax = try AssayRun(
      "evaluate", Fixtures.path("oblong/average.keras"), "--input-size", "24x40", "--data",
      Fixtures.path("digits/validation"), "--labels", ten, "--multi-label")
    #expect(
      softmax.status == 65 && softmax.messages.contains("but of the network's softmax one class"))
    let one = try scratch.write(Data("image,eight\n3/0045.png,0\n".utf8), as: "one.csv")
    let binary = try AssayRun(
      ["evaluate", Fixtures.path("heads/three-eight.h5")] + LabelledNetwork.protocolOptions + [
        "--labels", one,
      ])
    #expect(binary.status == 65 && binary.messages.contains("the network has one output"))
    let few = try AssayRun(LabelledNetwork.options(labels: ten))
    #expect(
      few.status == 65
        && few.messages.contains("sets of labels are of 10 names, but the network has 3 outputs"))
    let lists = try scratch.write(Data(#"{"3/0045.png": [0, 1]}"#.utf8), as: "real.json")
    let open = try AssayRun(LabelledNetwork.options(labels: lists))
    #expect(open.status == 64 && open.messages.contains("--multi-label takes each class"))
    for word in ["--multi-label", "--no-multi-label"] {
      #expect(try AssayRun(LabelledNetwork.options(labels: lists) + [word]).status == 0)
    }
    let sweep = try AssayRun(
      ["sweep"] + LabelledNetwork.options(labels: LabelledNetwork.columns).dropFirst() + [
        "--expect", "map=79",
      ])
    #expect(sweep.status == 64 && sweep.messages.contains("the labels are sets"))
  }
}
