import Foundation
import TestSupport
import Testing

/// The arguments that check the trained digits.
private func digits(_ file: String = "digits-regular.keras2.h5", normalize: String = "tf")
  -> [String]
{
  [
    "check", "--model", "preact-resnet18", "--blocks-per-stage", "2,2", "--weights",
    Fixtures.path("checkpoints/digits/\(file)"), "--preset", "keras-tf", "--normalize", normalize,
    "--input-size", "32",
  ]
}

private let folder = ["--data", Fixtures.path("digits/validation")]

@Suite("assay check")
struct CheckCommandTests {
  @Test("A sound network passes, and what cannot be seen is said")
  func sound() throws {
    let run = try AssayRun(digits() + folder)
    #expect(run.status == 0 && run.messages.isEmpty)
    #expect(run.output.contains("all 9 batch norms fit 64 images, 32 at a time"))
    #expect(run.output.contains("no batch norm follows: head/logits"))
    #expect(run.output.contains("gamma and beta, which no batch norm follows: head/norm"))
    #expect(run.output.contains("padding") && run.output.contains("BGR"))
    #expect(
      try AssayRun(digits() + folder + ["--verbose"]).output.contains("stage3/block1/firstNorm"))
  }

  @Test("Without images the weights alone are looked at")
  func lints() throws {
    let run = try AssayRun(digits())
    #expect(run.status == 0)
    #expect(run.output.contains("all weights are finite, no channel is dead"))
    #expect(run.output.contains("for want of a folder"))
  }

  @Test("A half-trained network passes and is told that its statistics lag")
  func half() throws {
    let run = try AssayRun(digits("digits-half.keras2.h5") + folder + ["--limit", "360"])
    #expect(run.status == 0)
    #expect(run.output.contains("note: the moving statistics lag"))
  }

  @Test("A wrong input scale ends with 1, at the first batch norm")
  func scale() throws {
    let run = try AssayRun(digits(normalize: "none") + folder)
    #expect(run.status == 1)
    #expect(run.output.contains("1 of 9 batch norms do not fit"))
    #expect(run.messages.hasPrefix("assay: first suspicious: stage2/block1/norm: "))
    #expect(run.messages.contains("the images (their scale, normalisation"))
    let scratch = try ScratchFolder()
    let file = scratch.path("check.html")
    let text = scratch.path("check.md")
    let paged = try AssayRun(
      digits(normalize: "none") + folder + ["--html", file, "--markdown", text])
    #expect(paged.status == 1 && paged.output == run.output)
    let page = try String(contentsOfFile: file, encoding: .utf8)
    #expect(
      page.contains("<title>assay check digits-regular.keras2.h5 · 1 layer does not fit · 20"))
    #expect(page.contains("<h2>Findings by layer</h2>") && page.contains("stage3/block1/firstNorm"))
    let markdown = try String(contentsOfFile: text, encoding: .utf8)
    #expect(markdown.hasPrefix("### 1 layer does not fit in <code>"))
    #expect(
      markdown.contains(
        "\n| <code>stage2/block1/norm</code> | **fault** | its moving mean and variance"))
    #expect(markdown.contains("\nNot to be seen here:\n\n- "))
  }

  @Test("Layers that a wrong map swapped name each other")
  func swapped() throws {
    // As digits-regular is named, but for two batch norms of eight channels.
    let map = """
      stem/conv               conv_initial
      stage2/block1/norm      batch_normalization
      stage2/block1/project   conv2d
      stage2/block1/first     conv2d_1
      stage2/block1/firstNorm batch_normalization_2
      stage2/block1/second    conv2d_2
      stage2/block2/norm      batch_normalization_1
      stage2/block2/first     conv2d_3
      stage2/block2/firstNorm batch_normalization_3
      stage2/block2/second    conv2d_4
      stage3/block1/norm      batch_normalization_4
      stage3/block1/project   conv2d_5
      stage3/block1/first     conv2d_6
      stage3/block1/firstNorm batch_normalization_5
      stage3/block1/second    conv2d_7
      stage3/block2/norm      batch_normalization_6
      stage3/block2/first     conv2d_8
      stage3/block2/firstNorm batch_normalization_7
      stage3/block2/second    conv2d_9
      head/norm               batch_normalization_8
      head/logits             logits
      """
    let scratch = try ScratchFolder()
    let file = try scratch.write(Data(map.utf8), as: "names.map")
    let run = try AssayRun(digits() + folder + ["--map", file])
    #expect(run.status == 1)
    #expect(run.messages.contains("first suspicious: stage2/block1/firstNorm: "))
    #expect(run.messages.contains("those of stage2/block2/norm in the file would fit"))
    // The lints see nothing: every tensor is sound, only in a wrong place.
    #expect(try AssayRun(digits() + ["--map", file]).status == 0)
  }

  @Test("The JSON is the same whatever the threads and the data format")
  func json() throws {
    let scratch = try ScratchFolder()
    let variants = [
      ["--threads", "1"], ["--threads", "2"], ["--threads", "4"],
      ["--threads", "2", "--data-format", "channels_first"],
    ]
    let files = try variants.enumerated().map { index, options in
      let file = scratch.path("\(index).json")
      #expect(try AssayRun(digits() + folder + options + ["--json", file]).status == 0)
      return try Data(contentsOf: URL(fileURLWithPath: file))
    }
    #expect(Set(files).count == 1)
    let json = try #require(JSONSerialization.jsonObject(with: files[0]) as? [String: Any])
    #expect(json["passes"] as? Bool == true)
    let statistics = try #require(json["statistics"] as? [String: Any])
    #expect((statistics["norms"] as? [Any])?.count == 9 && statistics["images"] as? Int == 64)
  }

  @Test("Too few images are an error of usage or of data, missing ones of input")
  func tooFew() throws {
    let few = try AssayRun(digits() + folder + ["--limit", "7"])
    #expect(few.status == 64 && few.messages.contains("at least 8 images"))
    let scratch = try ScratchFolder()
    for number in 0..<8 {
      let place = scratch.url.appending(path: "a/\(number).png")
      try FileManager.default.createDirectory(
        at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data("no image".utf8).write(to: place)
    }
    let here = ["--data", scratch.url.path(percentEncoded: false)]
    let broken = try AssayRun(digits() + here)
    #expect(broken.status == 65 && broken.messages.contains("a/0.png: "))
    try FileManager.default.removeItem(at: scratch.url.appending(path: "a/7.png"))
    let seven = try AssayRun(digits() + here)
    #expect(seven.status == 65 && seven.messages.contains("7 images; statistics need at least 8"))
    #expect(try AssayRun(digits() + ["--data", scratch.path("none")]).status == 66)
  }
}
