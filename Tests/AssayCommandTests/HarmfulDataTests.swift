import Foundation
import TestSupport
import Testing

@Suite("assay evaluate, among images that are made to harm")
struct HarmfulDataTests {
  private static let images: [(name: String, bytes: [UInt8])] = [
    ("chunk.png", HarmfulImage.hugeChunk("tEXt")),
    ("profile.png", HarmfulImage.hugeChunk("iCCP")),
    ("comments.png", HarmfulImage.inflatingComments(60)),
    ("scans.jpg", HarmfulImage.emptyScans(490, side: 4096)),
    ("canvas.webp", HarmfulImage.wideCanvas),
  ]

  @Test(
    "Eight threads take no more than a gigabyte and ten seconds for all of them",
    arguments: ["keras-tf", "keras-pil"])
  func everyThread(preset: String) throws {
    let scratch = try ScratchFolder()
    for digit in 0..<10 {
      let folder = scratch.url.appending(path: "\(digit)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try FileManager.default.copyItem(
        atPath: Fixtures.path("images/jpeg-420.jpg"),
        toPath: folder.appending(path: "honest.jpg").path(percentEncoded: false))
    }
    for (index, image) in Self.images.enumerated() {
      // A wide canvas for every thread.
      for copy in 0..<(image.name == "canvas.webp" ? 8 : 1) {
        _ = try scratch.write(Data(image.bytes), as: "\(index)/\(copy)-\(image.name)")
      }
    }
    let run = try MeasuredRun(
      HalfTrained.evaluation + [
        "--preset", preset, "--data", scratch.url.path(percentEncoded: false), "--threads", "8",
        "--batch", "16", "--max-failures", "12",
      ])
    #expect(run.status == 0, "\(run.messages)")
    #expect(run.processorSeconds < 10)
    #expect(run.bytes < 1_000_000_000)
  }
}
