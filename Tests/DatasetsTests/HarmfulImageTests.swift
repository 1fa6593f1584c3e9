import Datasets
import TestSupport
import Testing

@Suite("Images that are made to harm")
struct HarmfulImageTests {
  private func decode(_ bytes: [UInt8], _ rules: DecodingRules) throws -> DecodedImage {
    try DecodedImage(
      bytes, header: ImageHeader(bytes, rules: rules), rules: rules, channels: 3)
  }

  /// Processor time of this thread.
  private func cost(_ body: () throws -> Void) rethrows -> Duration {
    let start = ProcessorTime.ofThisThread
    try body()
    return ProcessorTime.ofThisThread - start
  }

  @Test(
    "A chunk of a PNG that claims 2 GB is a PNG cut short", arguments: ["tEXt", "zTXt", "iCCP"])
  func hugeChunk(_ type: String) throws {
    let bytes = HarmfulImage.hugeChunk(type)
    let error = #expect(throws: ImageError.self) { _ = try decode(bytes, .pillow) }
    #expect(error == ImageError(.truncated, "the PNG data ends before the image"))
  }

  @Test("Comments of a PNG are not inflated", arguments: DecodingRules.allCases)
  func comments(_ rules: DecodingRules) throws {
    let bytes = HarmfulImage.inflatingComments(40)
    var pixels: [UInt8] = []
    let spent = try cost { pixels = try decode(bytes, rules).pixels }
    #expect(pixels == [UInt8](repeating: 0, count: 3 * 64))
    #expect(spent < .milliseconds(500))
  }

  @Test("Scans of a JPEG that cost more than its bytes and pixels explain are refused")
  func scans() throws {
    let bytes = HarmfulImage.emptyScans(490, side: 4096)
    let spent = cost {
      // Not the image, should there be one: a failure would print it.
      let error = #expect(throws: ImageError.self) { _ = try decode(bytes, .tensorFlow) }
      #expect(error?.kind == .tooLarge)
      #expect(
        error?.reason
          == "decoding takes more than 1.2 s of a processor, too much for 4096×4096 pixels in "
          + "\(bytes.count) bytes")
    }
    #expect(spent < .seconds(2))
    // As many as an encoder makes are no matter.
    let few = try decode(HarmfulImage.emptyScans(20, side: 512), .tensorFlow)
    #expect(few.pixels.count == 3 * 512 * 512)
  }

  @Test("A frame of one pixel on the largest canvas of a WebP takes no more than the canvas")
  func canvas() throws {
    let header = try ImageHeader(HarmfulImage.wideCanvas, rules: .pillow)
    #expect((header.width, header.height) == (16383, 5461))
    let image = try decode(HarmfulImage.wideCanvas, .pillow)
    #expect(image.pixels.prefix(3) == [200, 30, 60])
    #expect(image.pixels.dropFirst(3).prefix(16383).allSatisfy { $0 == 0 })
  }

  @Test("A strip of one row is refused beyond a million pixels")
  func strip() throws {
    var bytes = [UInt8](try Fixtures.data("images/bmp-rle8.bmp"))
    bytes.replaceSubrange(18..<26, with: [0, 0, 0x20, 0, 1, 0, 0, 0])
    let error = #expect(throws: ImageError.self) { try ImageHeader(bytes, rules: .pillow) }
    #expect(
      error
        == ImageError(.tooLarge, "the header claims 2097152×1 pixels, a side of more than 1048576"))
  }
}
