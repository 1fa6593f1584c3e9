import Datasets
import Foundation
import Tensors
import TestSupport
import Testing

@Suite("A preset of KerasHub on the command line")
struct PresetCommandTests {
  @Test(
    "Its folder and images are all that a score needs, and the report says which converter made them"
  )
  func evaluates() throws {
    let preset = try PresetFixture("resnet-basic")
    let (data, scratch) = try Self.folder(of: preset, classes: 6)
    let report = scratch.path("report.json")
    let run = try AssayRun(
      "evaluate", preset.folder, "--data", data, "--expect", preset.array("logits"), "--json",
      report)
    #expect(run.status == 0, "\(run.messages)")
    #expect(run.output.contains("(KerasHub preset)"))
    #expect(run.output.contains("input    keras-hub, bilinear, normalisation x·("))
    let text = try String(contentsOfFile: report, encoding: .utf8)
    #expect(text.contains(#""crop_to_aspect_ratio" : true"#))
    #expect(text.contains(#""preset" : "keras-hub""#))
  }

  @Test(
    "It is exported as a whole model, with its converter's scaling in front where that is asked for"
  )
  func exported() throws {
    let preset = try PresetFixture("resnet-basic")
    let scratch = try ScratchFolder()
    let plain = try AssayRun("export", preset.folder, scratch.path("plain.keras"))
    #expect(plain.status == 0, "\(plain.messages)")
    let expected = ["--expect", preset.array("logits")]
    let run = try AssayRun(
      ["predict", scratch.path("plain.keras"), "--tensors", preset.array("input")] + expected)
    #expect(run.status == 0, "\(run.messages)")
    let scaled = try AssayRun(
      "export", preset.folder, scratch.path("scaled.keras"), "--with-preprocessing")
    #expect(scaled.status == 0, "\(scaled.messages)")
    // The pixels from which the converter made its input.
    let input = try NumPyFile.read(preset.array("input"))
    let (means, deviations): ([Float], [Float]) = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
    let pixels = input.values.enumerated().map { place, value in
      255 * (value * deviations[place % 3] + means[place % 3])
    }
    let path = scratch.path("pixels.npy")
    try NumPyFile.write(Tensor(shape: input.shape, values: pixels), to: path)
    let again = try AssayRun(
      ["predict", scratch.path("scaled.keras"), "--tensors", path] + expected)
    #expect(again.status == 0, "\(again.messages)")
  }

  @Test(
    "Another preset needs a normalisation, and options that the converter has no use for are refused"
  )
  func options() throws {
    let preset = try PresetFixture("vit")
    let (data, scratch) = try Self.folder(of: preset, classes: 6)
    let other = try AssayRun("evaluate", preset.folder, "--data", data, "--preset", "keras-pil")
    #expect(other.status == 64)
    #expect(other.messages.contains("leaves out the file's own image converter"))
    let told = try AssayRun(
      "evaluate", preset.folder, "--data", data, "--preset", "keras-pil", "--normalize", "tf")
    #expect(told.output.contains("input    keras-pil, nearest, normalisation tf"))
    let crop = try AssayRun("evaluate", preset.folder, "--data", data, "--resize-dim", "32")
    #expect(crop.status == 64 && crop.messages.contains("--resize-dim"))
    withExtendedLifetime(scratch) {}
  }

  @Test("It is listed, planned, summarised, recorded and verified like any other")
  func others() throws {
    let preset = try PresetFixture("densenet")
    let scratch = try ScratchFolder()
    let list = try AssayRun("inspect", preset.folder)
    #expect(list.output.contains("KerasHub preset, Keras 3.15.1"))
    let plan = try AssayRun("plan", preset.folder)
    #expect(plan.output.contains("dense_net_backbone/conv1_conv/kernel"), "\(plan.messages)")
    let summary = try AssayRun("summary", preset.folder)
    #expect(summary.output.contains("dense_net_image_classifier"), "\(summary.messages)")
    let golden = scratch.path("golden.npz")
    let record = try AssayRun(
      "record", preset.folder, "--tensors", preset.array("input"), "--out", golden)
    #expect(record.status == 0, "\(record.messages)")
    let verified = try AssayRun("verify", "--weights", preset.folder, "--reference", golden)
    #expect(
      verified.status == 0 && verified.output.contains("layers agree"), "\(verified.messages)")
  }

  @Test("A backbone alone is bad data, in one sentence")
  func backbone() throws {
    let preset = try PresetFixture("vit")
    try preset.remove("task.json")
    let run = try AssayRun("predict", preset.folder, "--tensors", preset.array("input"))
    #expect(run.status == 65)
    #expect(
      run.messages.contains("ViTBackbone in config.json is a backbone and has no classifier"))
  }

  /// The images as files in folders of classes, the first of the first class and so on.
  private static func folder(
    of preset: PresetFixture, classes: Int
  ) throws -> (path: String, scratch: ScratchFolder) {
    let scratch = try ScratchFolder()
    let (shape, pixels) = try preset.images()
    let (height, width) = (shape.dimensions[1], shape.dimensions[2])
    for place in 0..<classes {
      let folder = scratch.url.appending(path: "data/class\(place)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      guard place < shape.dimensions[0] else { continue }
      let size = height * width * 3
      let image = DecodedImage(
        width: width, height: height, channels: 3,
        pixels: Array(pixels[place * size..<(place + 1) * size]))
      let name = "data/class\(place)/\(place).png"
      _ = try scratch.write(Data(image.encoded(as: .png).bytes), as: name)
    }
    return (scratch.path("data"), scratch)
  }
}
