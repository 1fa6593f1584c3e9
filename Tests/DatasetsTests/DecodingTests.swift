import Datasets
import Tensors
import TestSupport
import Testing

@Suite("Decoding")
struct DecodingTests {
  @Test(
    "gives the bytes of TensorFlow and of Pillow", arguments: try ImageReferences.load().decoding)
  func bytes(_ reference: ImageReferences.Decoding) throws {
    let rules = try #require(DecodingRules(rawValue: reference.rules))
    guard let expected = reference.digest else {
      let error = #expect(throws: ImageError.self) {
        try decode(reference.file, rules, channels: reference.channels)
      }
      #expect(error?.kind == .noConversion)
      return
    }
    let image = try decode(reference.file, rules, channels: reference.channels)
    #expect(image.height == reference.height)
    #expect(image.width == reference.width)
    #expect(digest(image.pixels) == expected)
  }

  @Test(
    "gives every byte of a chroma-subsampled JPEG, one by one",
    arguments: [DecodingRules.tensorFlow, .pillow])
  func everyByte(_ rules: DecodingRules) throws {
    let expected = try Fixtures.tensor("images/decoded-\(rules.rawValue).npy")
    let image = try decode("jpeg-420.jpg", rules, channels: 3)
    #expect(expected.shape == [image.height, image.width, 3])
    let differing = zip(image.pixels, expected.values).enumerated()
      .filter { Float($1.0) != $1.1 }.map(\.offset)
    #expect(differing == [])
  }

  @Test("the two decoders differ, so that one cannot stand for the other")
  func decodersDiffer() throws {
    let fast = try decode("jpeg-444.jpg", .tensorFlow, channels: 3)
    let accurate = try decode("jpeg-444.jpg", .pillow, channels: 3)
    #expect(fast.pixels != accurate.pixels)
  }

  @Test(
    "tells the EXIF orientation and leaves the pixels as they lie",
    arguments: [("jpeg-orientation-6.jpg", 6), ("jpeg-420.jpg", 1), ("png-rgb-8.png", 1)])
  func orientation(_ name: String, _ expected: Int) throws {
    let header = try ImageHeader(imageBytes(name), rules: .tensorFlow)
    #expect(header.orientation == expected)
    if expected == 6 { #expect((header.width, header.height) == (30, 20)) }
  }

  @Test("gives Pillow's bytes of a PPM or PGM, and says of what is not decoded what it is")
  func portable() throws {
    let references = try ImageReferences.portable()
    // Whole files that Pillow reads, and the reader here does not.
    let left = ["ppm-plain.ppm", "pbm.pbm", "tiff.tif", "tiff-grey.tiff"]
    #expect(references.count == 40 && references.count { $0.digest != nil } == 28)
    for reference in references {
      let name = "\(reference.testDescription)"
      do {
        let image = try decode(reference.file, .pillow, channels: reference.channels)
        #expect(digest(image.pixels) == reference.digest, "\(name)")
        #expect((image.height, image.width) == (reference.height, reference.width), "\(name)")
      } catch let error as ImageError {
        let isLeft = left.contains(reference.file)
        #expect((error.kind == .unsupportedFormat) == isLeft, "\(name): \(error)")
        #expect((reference.digest != nil) == isLeft, "\(name): \(error)")
      }
      // TensorFlow knows neither.
      let error = #expect(throws: ImageError.self) {
        try decode(reference.file, .tensorFlow, channels: reference.channels)
      }
      #expect(error?.kind == .unsupportedFormat, "\(name)")
    }
  }

  @Test("refuses a whole file exactly where TensorFlow or Pillow refuses it")
  func refusals() throws {
    // What is refused here by its own rule: a bomb that others take.
    let ours = ["scans.jpg"]
    let references = try ImageReferences.load().broken.filter { !ours.contains($0.file) }
    #expect(references.count == 180)
    for reference in references {
      let rules = try #require(DecodingRules(rawValue: reference.rules))
      let image = try? decode(reference.file, rules, channels: reference.channels)
      #expect(image.map { digest($0.pixels) } == reference.digest, "\(reference.testDescription)")
    }
  }

  @Test(
    "says what is wrong with a file",
    arguments: [
      ("truncated.jpg", ImageError.Kind.truncated, "the JPEG data ends at row 14 of 49"),
      ("truncated-progressive.jpg", .truncated, "the JPEG data ends before its first row"),
      ("truncated-header.jpg", .truncated, "the JPEG data ends within its header"),
      ("text.jpg", .unknownFormat, "no JPEG, PNG, GIF, BMP, WebP, PPM or PGM image"),
      ("empty.png", .unknownFormat, "the file is empty"),
      (
        "bomb.png", .tooLarge, "the header claims 60000×60000 pixels, more than 89478485"
      ),
      ("scans.jpg", .tooLarge, "more than 500 progressive scans"),
      ("tiff.tif", .unsupportedFormat, "a TIFF, which is not decoded here; as a PNG it would be"),
      ("ppm-truncated.ppm", .truncated, "the PPM data ends before the image"),
      ("truncated.png", .truncated, "the PNG data ends before the image"),
      ("damaged.png", .damaged, "IDAT: incorrect data check"),
      ("gif-truncated.gif", .truncated, "the GIF data ends before the image"),
      ("gif-no-frame.gif", .damaged, "a GIF without an image"),
      (
        "gif-bomb.gif", .tooLarge, "the header claims 60000×60000 pixels, more than 89478485"
      ),
      ("bmp-truncated.bmp", .truncated, "the BMP data ends before the image"),
      ("bmp-masks.bmp", .noConversion, "Pillow does not know the masks of this BMP"),
      (
        "bmp-bomb.bmp", .tooLarge, "the header claims 60000×60000 pixels, more than 89478485"
      ),
      ("webp-truncated.webp", .truncated, "the WebP data ends before the image"),
      (
        "webp-bomb.webp", .tooLarge, "the header claims 16384×16384 pixels, more than 89478485"
      ),
    ])
  func reasons(_ name: String, _ kind: ImageError.Kind, _ reason: String) throws {
    let error = #expect(throws: ImageError.self) {
      try decode(name, .pillow, channels: 3)
    }
    #expect(error == ImageError(kind, reason))
  }

  @Test(
    "says what TensorFlow does not decode, and never decodes it otherwise",
    arguments: [
      ("gif-256.gif", 1, "TensorFlow does not turn a GIF into grey"),
      ("bmp-24.bmp", 1, "TensorFlow does not turn a BMP into grey"),
      ("webp-lossy.webp", 1, "TensorFlow does not turn a WebP into grey"),
      ("gif-no-palette.gif", 3, "TensorFlow does not decode a GIF without a palette"),
      ("bmp-palette-4.bmp", 3, "TensorFlow decodes a BMP of 8, 24 or 32 bits, not one of 4"),
      ("bmp-rle8.bmp", 3, "TensorFlow does not decode a BMP with run lengths"),
      ("bmp-os2-24.bmp", 3, "TensorFlow does not decode a BMP of OS/2"),
      (
        "bmp-24-trailing.bmp", 3,
        "TensorFlow does not decode a BMP with bytes behind its pixels"
      ),
      ("webp-lossy-alpha.webp", 3, "TensorFlow does not turn a WebP with alpha into RGB"),
      ("webp-animated.webp", 3, "TensorFlow does not turn an animated WebP into RGB"),
    ])
  func noConversion(_ name: String, _ channels: Int, _ reason: String) throws {
    let error = #expect(throws: ImageError.self) {
      try decode(name, .tensorFlow, channels: channels)
    }
    #expect(error == ImageError(.noConversion, reason))
  }

  @Test("the canvas of a GIF is TensorFlow's largest frame, and Pillow's screen grown by the first")
  func canvas() throws {
    let extents = try DecodingRules.allCases.map { rules in
      let header = try ImageHeader(imageBytes("gif-beyond-canvas.gif"), rules: rules)
      return [header.format == .gif ? header.height : 0, header.width]
    }
    #expect(extents == [[23, 31], [25, 34]])
  }

  @Test(
    "no cut and no flipped byte of a file does harm",
    arguments: [
      ("jpeg-420-progressive.jpg", DecodingRules.allCases),
      ("jpeg-orientation-6.jpg", DecodingRules.allCases),
      ("png-palette-4-trns.png", DecodingRules.allCases),
      ("gif-growing.gif", DecodingRules.allCases), ("gif-interlaced.gif", DecodingRules.allCases),
      ("bmp-24.bmp", DecodingRules.allCases), ("bmp-palette-4.bmp", [.pillow]),
      ("bmp-rle8.bmp", [.pillow]), ("bmp-rle4.bmp", [.pillow]), ("bmp-32-bgra.bmp", [.pillow]),
      ("webp-lossy.webp", DecodingRules.allCases), ("webp-lossless.webp", DecodingRules.allCases),
      ("webp-animated-alpha.webp", [.pillow]),
    ])
  func hostileBytes(_ name: String, _ rules: [DecodingRules]) throws {
    let bytes = try imageBytes(name)
    var refused = 0
    for place in stride(from: 0, to: bytes.count, by: 7) {
      var changed = bytes
      changed[place] ^= UInt8(truncatingIfNeeded: 1 << (place % 8) | 0x80)
      for candidate in [changed, Array(bytes[..<place])] {
        do throws(ImageError) {
          for rules in rules {
            let header = try ImageHeader(candidate, rules: rules)
            // A flipped extent may ask for much: honest, but slow here.
            guard header.width * header.height < 1 << 20 else { continue }
            _ = try DecodedImage(candidate, header: header, rules: rules, channels: 3)
          }
        } catch {
          refused += 1
          #expect(!error.reason.isEmpty)
        }
      }
    }
    #expect(refused > bytes.count / 14)
  }
}
