import Datasets
import TestSupport
import Testing

@Suite("Resizing")
struct ResizingTests {
  @Test(
    "gives the bits of TensorFlow and the bytes of Pillow",
    arguments: try ImageReferences.load().resizing)
  func digests(_ reference: ImageReferences.Resizing) throws {
    let image = try decode(reference.file, .pillow, channels: reference.channels)
    let geometry = ResizeGeometry(
      source: .init(width: image.width, height: image.height),
      width: reference.width, height: reference.height)
    if reference.rules == "tensorflow" {
      let values = try image.floats(geometry, reference.filter)
      #expect(digest(values) == reference.digest)
    } else {
      for isPortable in [false, true] {
        let resized = try image.resizedByPillow(
          geometry, reference.filter, isPortable: isPortable)
        #expect(digest(resized.pixels) == reference.digest, "portable: \(isPortable)")
      }
    }
  }

  @Test("a window holds the same bits as the whole", arguments: Interpolation.allCases)
  func windows(_ filter: Interpolation) throws {
    let image = try decode("jpeg-444.jpg", .pillow, channels: 3)
    for (width, height) in [(40, 30), (80, 30), (100, 49), (67, 80)] {
      var geometry = ResizeGeometry(
        source: .init(width: image.width, height: image.height), width: width, height: height)
      let whole = try image.resizedByPillow(geometry, filter)
      let exact = filter.isTensorFlow ? try image.floats(geometry, filter) : []
      geometry.window = .init(left: 7, top: 5, width: 19, height: 21)
      let part = try image.resizedByPillow(geometry, filter)
      #expect(part.pixels == cut(whole.pixels, width: width, geometry.window))
      if filter.isTensorFlow {
        let values = try image.floats(geometry, filter)
        #expect(values == cut(exact, width: width, geometry.window))
      }
    }
  }

  @Test(
    "a part of the source is resized as if it were the whole", arguments: Interpolation.allCases)
  func parts(_ filter: Interpolation) throws {
    let image = try decode("jpeg-444.jpg", .pillow, channels: 3)
    let part = ResizeGeometry.Window(left: 11, top: 6, width: 31, height: 27)
    let cutOut = DecodedImage(
      width: 31, height: 27, channels: 3, pixels: cut(image.pixels, width: image.width, part))
    let ofPart = ResizeGeometry(source: part, width: 20, height: 33)
    let ofCut = ResizeGeometry(source: .init(width: 31, height: 27), width: 20, height: 33)
    #expect(try image.resizedByPillow(ofPart, filter) == cutOut.resizedByPillow(ofCut, filter))
    if filter.isTensorFlow {
      #expect(try image.floats(ofPart, filter) == cutOut.floats(ofCut, filter))
    }
  }

  private func cut<T>(_ values: [T], width: Int, _ window: ResizeGeometry.Window) -> [T] {
    (0..<window.height).flatMap { y -> ArraySlice<T> in
      let start = ((window.top + y) * width + window.left) * 3
      return values[start..<start + window.width * 3]
    }
  }
}

extension Interpolation {
  fileprivate var isTensorFlow: Bool {
    Preprocessing.kerasTF.pipeline.interpolations.contains(self)
  }
}

extension DecodedImage {
  /// The result of TensorFlow's resize as an array.
  fileprivate func floats(_ geometry: ResizeGeometry, _ filter: Interpolation) throws -> [Float] {
    let count = geometry.window.width * geometry.window.height * channels
    var values = [Float](repeating: .nan, count: count)
    try unsafe values.withUnsafeMutableBufferPointer {
      try unsafe resizedByTensorFlow(geometry, filter, into: $0)
    }
    return values
  }
}
