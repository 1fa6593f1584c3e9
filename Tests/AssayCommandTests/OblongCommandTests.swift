import Archives
import Foundation
import TestSupport
import Testing

@Suite("Images whose height is not their width, through every command")
struct OblongCommandTests {
  /// For 24×40 alone, as its config says.
  private static let fixed = Fixtures.path("oblong/flatten.keras")
  /// For images of any size.
  private static let anySize = Fixtures.path("oblong/average.keras")
  private static let data = ["--data", Fixtures.path("oblong/images")]

  private static func object(_ file: String) throws -> [String: Any] {
    try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: file)))
        as? [String: Any])
  }

  @Test("A file's own size needs no option, and an open one takes two sides: Keras's logits")
  func logits() throws {
    func expected(_ name: String) -> [String] {
      ["--expect", Fixtures.path("oblong/\(name).logits.npy")]
    }
    let own = try AssayRun(["evaluate", Self.fixed] + Self.data + expected("flatten"))
    #expect(own.status == 0, "\(own.messages)")
    for size in ["24x40", "24×40"] {
      let open = try AssayRun(
        ["evaluate", Self.anySize, "--input-size", size] + Self.data + expected("average"))
      #expect(open.status == 0, "\(open.messages)")
    }
    // It can fail: the sides mixed up are other images.
    let swapped = try AssayRun(
      ["evaluate", Self.anySize, "--input-size", "40x24"] + Self.data + expected("average"))
    #expect(swapped.status == 1, "\(swapped.messages)")
  }

  @Test("Another size than the config's is an error that names both")
  func anotherSize() throws {
    for size in ["40x24", "24", "24x41"] {
      let run = try AssayRun(["evaluate", Self.fixed, "--input-size", size] + Self.data)
      #expect(run.status == 64 && run.output.isEmpty)
      #expect(run.messages.contains("was built for images of 24×40, not of "), "\(run.messages)")
    }
    for size in ["24x", "x40", "24x40x3", "a", "24.5", "-1"] {
      let run = try AssayRun(["evaluate", Self.anySize, "--input-size=\(size)"] + Self.data)
      #expect(run.status == 64, "\(size): \(run.messages)")
    }
    let large = try AssayRun(["evaluate", Self.anySize, "--input-size", "24x16385"] + Self.data)
    #expect(
      large.status == 64 && large.messages.contains("an input of 24×16385 pixels is not possible"))
  }

  @Test("A protocol says both sides, as text or as a list; plan and report keep them")
  func protocols() throws {
    let scratch = try ScratchFolder()
    for (index, size) in ["24x40", "[24, 40]"].enumerated() {
      let file = try scratch.write(Data("input_size: \(size)\n".utf8), as: "\(index).yaml")
      let folder = scratch.path("run\(index)")
      let base = ["evaluate", Self.anySize, "--protocol", file, "--out", folder] + Self.data
      #expect(try AssayRun(base).status == 0)
      let plan = try Self.object("\(folder)/plan.json")
      let checkpoints = try #require(plan["checkpoints"] as? [[String: Any]])
      let model = try #require(checkpoints[0]["model"] as? [String: Any])
      #expect(model["input"] as? String == "24×40×3")
      // The network is named by its config.
      let config = try #require(model["config"] as? String)
      #expect(config.count == 64)
      #expect((model["name"] as? String)?.contains(config.prefix(16)) == true)
      #expect(try AssayRun(base + ["--resume"]).status == 0)
      let other = try AssayRun(base + ["--resume", "--input-size", "40x24"])
      #expect(other.status == 65 && other.messages.contains("input size was 24×40×3, now 40×24×3"))
    }
  }

  @Test("A run that another version of the engine began is not gone on with")
  func engineVersion() throws {
    let scratch = try ScratchFolder()
    let folder = scratch.path("run")
    let base = ["evaluate", Self.fixed, "--out", folder] + Self.data
    #expect(try AssayRun(base).status == 0)
    let file = "\(folder)/plan.json"
    let text = try String(contentsOfFile: file, encoding: .utf8)
    let key = try #require(text.range(of: "\"engine_version\" : "))
    let rest = text[key.upperBound...].drop { $0.isNumber }
    try Data((text[..<key.upperBound] + "1" + rest).utf8).write(to: URL(fileURLWithPath: file))
    for options in [["--resume"], ["--resume", "--mixed-engines"]] {
      let run = try AssayRun(base + options)
      #expect(run.status == 65, "\(run.messages)")
      #expect(run.messages.contains("version of the engine was 1, now "), "\(run.messages)")
    }
  }

  @Test("Crops: torchvision's and TensorFlow's are of two sides, a square one says so")
  func crops() throws {
    let normalize = ["--normalize", "none"]
    let scratch = try ScratchFolder()
    for preset in ["torchvision", "tf-official"] {
      let report = scratch.path("\(preset).json")
      let run = try AssayRun(
        ["evaluate", Self.fixed, "--preset", preset, "--json", report] + normalize + Self.data)
      #expect(run.status == 0, "\(preset): \(run.messages)")
      let manifest = try #require(Self.object(report)["manifest"] as? [String: Any])
      let pipeline = try #require(manifest["preprocessing"] as? [String: Any])
      let crop = pipeline["crop"] as? [String: Int]
      #expect(crop == (preset == "tf-official" ? ["height": 24, "width": 40] : nil))
    }
    let square = try AssayRun(
      ["evaluate", Self.fixed, "--preset", "preact"] + normalize + Self.data)
    #expect(square.status == 64 && square.output.isEmpty)
    #expect(
      square.messages.contains("preset preact is defined for square inputs only, not for 24×40"))
    for (option, value, meant) in [
      ("--min-aspect-dim", "45", "torchvision"), ("--normalize", "none", "torchvision"),
    ] {
      let run = try AssayRun(
        ["evaluate", Self.fixed, "--preset", "torchvison", option, value] + Self.data)
      #expect(run.status == 64 && run.messages.contains("did you mean \(meant)?"))
    }
    let named = try AssayRun(
      ["evaluate", Self.fixed, "--protocol", "torchvision-v3"] + Self.data)
    #expect(named.status == 66 && named.messages.contains("did you mean torchvision-v"))
    let near = try AssayRun(["evaluate", Self.fixed, "--preset", "torch-vision"] + Self.data)
    #expect(near.status == 64 && near.messages.contains("did you mean torchvision?"))
  }

  @Test("A sweep starts from both sides, tries them the other way round, and keeps their shape")
  func sweep() throws {
    let run = try AssayRun(
      ["sweep", Self.anySize, "--input-size", "24x40", "--expect", "top1=33.3±33", "--show", "99"]
        + Self.data)
    #expect(run.status == 0, "\(run.messages)")
    #expect(run.output.contains("starting from --preset keras-tf --input-size 24x40 "))
    #expect(run.output.contains("--input-size 40x24") && run.output.contains("--input-size 28x47"))
    #expect(!run.output.contains("--preset preact"))
    let fixed = try AssayRun(
      ["sweep", Self.fixed, "--expect", "top1=33.3±66", "--show", "99"] + Self.data)
    #expect(
      fixed.status == 0
        && fixed.output.contains("starting from --preset keras-tf --input-size 24x40 "))
    #expect(fixed.output.split(separator: "--input-size").count == 3, "\(fixed.output)")
  }

  @Test("Tables of results, calibrations and benchmarks name both sides")
  func tables() throws {
    let scratch = try ScratchFolder()
    let results = scratch.path("results.csv")
    #expect(try AssayRun(["evaluate", Self.fixed, "--results", results] + Self.data).status == 0)
    #expect(try String(contentsOfFile: results, encoding: .utf8).contains(",24x40,"))
    let file = scratch.path("c.json")
    let calibrated = try AssayRun(
      ["calibrate", Self.fixed, "--agreement", "0", "--out", file] + Self.data)
    #expect(calibrated.status == 0, "\(calibrated.messages)")
    let calibration = try Self.object(file)
    #expect(calibration["input"] as? String == "24×40×3")
    #expect((calibration["config"] as? String)?.count == 64)
    let images = try #require(calibration["images"] as? [String: Any])
    #expect(
      images["preprocessing"] as? String
        == "input 24×40, preset keras-tf (whole image to 24×40, bilinear), normalisation none")
    let used = try AssayRun(
      ["evaluate", Self.fixed, "--precision", "int8", "--calibration", file] + Self.data)
    #expect(used.status == 0, "\(used.messages)")
    let other = try AssayRun(
      [
        "evaluate", Self.anySize, "--input-size", "24x40", "--precision", "int8", "--calibration",
        file,
      ]
        + Self.data)
    #expect(other.status == 65 && other.messages.contains("made for another model, config "))
    let benchmark = try AssayRun(
      "benchmark", Self.anySize, "--input-size", "24x40", "--rounds", "1", "--seconds", "0.01")
    #expect(benchmark.status == 0, "\(benchmark.messages)")
    #expect(benchmark.output.contains("), 24×40×3, f32"), "\(benchmark.output)")
  }

  @Test(
    "A network with its config elsewhere is named by the hash of that config, wherever it is named")
  func names() throws {
    let scratch = try ScratchFolder()
    let logs = [Self.fixed, Self.anySize].enumerated().map { (scratch.path("\($0).jsonl"), $1) }
    for (log, file) in logs {
      let run = try AssayRun(
        ["evaluate", file, "--input-size", "24x40", "--predictions", log] + Self.data)
      #expect(run.status == 0, "\(run.messages)")
      #expect(try String(contentsOfFile: log, encoding: .utf8).contains("\"config\":\""))
    }
    let compared = try AssayRun("compare", logs[0].0, logs[1].0)
    #expect(compared.output.contains("config") && compared.output.contains("sha256 "))
    // The same weights under two configs, which differ in one activation.
    let archive = try ZipArchive(reading: Self.fixed)
    let entry = try #require(archive.entries.first { $0.name == "config.json" })
    let text = String(decoding: try archive.content(of: entry, limit: 1 << 20), as: UTF8.self)
    let changed = text.replacing("\"relu\"", with: "\"elu\"")
    try #require(changed != text)
    let configs = try [(text, "a.json"), (changed, "b.json")].map {
      try scratch.write(Data($0.utf8), as: $1)
    }
    func network(_ config: String) -> [String] {
      ["--model", config, "--weights", Self.fixed] + Self.data
    }
    let file = scratch.path("c.json")
    let calibrated = try AssayRun(
      ["calibrate", "--agreement", "0", "--out", file] + network(configs[0]))
    #expect(calibrated.status == 0, "\(calibrated.messages)")
    let int8 = ["--precision", "int8", "--calibration", file]
    #expect(try AssayRun(["evaluate"] + network(configs[0]) + int8).status == 0)
    let other = try AssayRun(["evaluate"] + network(configs[1]) + int8)
    #expect(other.status == 65 && other.messages.contains("made for another model, config "))
  }

  @Test("predict, check, record and verify take them too")
  func others() throws {
    let scratch = try ScratchFolder()
    let images = Fixtures.path("oblong/images")
    let predicted = scratch.path("p.npy")
    let run = try AssayRun(
      "predict", Self.fixed, images, "--save", predicted, "--expect",
      Fixtures.path("oblong/flatten.logits.npy"))
    #expect(run.status == 0, "\(run.messages)")
    let open = try AssayRun(
      "predict", Self.anySize, images, "--input-size", "24x40", "--expect",
      Fixtures.path("oblong/average.logits.npy"))
    #expect(open.status == 0, "\(open.messages)")
    let check = try AssayRun(["check", Self.fixed, "--limit", "8"] + Self.data)
    // Weights by chance: what it finds is no matter, as long as it gets there.
    #expect(check.status == 0 || check.status == 1, "\(check.messages)")
    let (input, golden) = (Fixtures.path("oblong/input.npy"), scratch.path("g.npz"))
    let record = try AssayRun("record", Self.fixed, "--tensors", input, "--out", golden)
    #expect(record.status == 0, "\(record.messages)")
    let verify = try AssayRun("verify", "--weights", Self.fixed, "--reference", golden)
    #expect(verify.status == 0, "\(verify.messages)")
  }
}

@Suite("Files that the presets' libraries list")
struct ListedFormatTests {
  @Test("A PPM is scored; a TIFF is listed by what it is, and is no result")
  func formats() throws {
    let scratch = try ScratchFolder()
    for (index, name) in ["circles", "stripes", "waves"].enumerated() {
      let folder = scratch.path("data/\(name)")
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      for file in ["ppm.ppm", "ppm-16.ppm"] + (index == 1 ? ["tiff.tif"] : []) {
        try FileManager.default.copyItem(
          atPath: Fixtures.path("images/\(file)"), toPath: "\(folder)/\(file)")
      }
    }
    let base = [
      "evaluate", Fixtures.path("oblong/flatten.keras"), "--data", scratch.path("data"),
      "--normalize", "none",
    ]
    for preset in ["keras-pil", "torchvision"] {
      let refused = try AssayRun(base + ["--preset", preset])
      #expect(refused.status == 65, "\(refused.messages)")
      #expect(refused.messages.contains("1 of 7 images could not be read"), "\(refused.messages)")
      let sentence = "stripes/tiff.tif: a TIFF, which is not decoded here; as a PNG it would be"
      #expect(refused.output.contains(sentence), "\(refused.output)")
      let allowed = try AssayRun(base + ["--preset", preset, "--max-failures", "1"])
      #expect(allowed.status == 0, "\(allowed.messages)")
    }
    // image_dataset_from_directory lists neither, and the report says so.
    let none = try AssayRun(base + ["--preset", "keras-tf"])
    #expect(none.status == 65 && none.messages.contains(".ppm"), "\(none.messages)")
  }
}
