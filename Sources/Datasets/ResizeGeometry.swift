import Tensors

/// A part of the source image, the extent it is resized to, and the window of that which is kept.
///
/// Only the window is computed, which changes no bit of it.
package struct ResizeGeometry: Sendable, Hashable {
  /// A rectangle of whole pixels.
  package struct Window: Sendable, Hashable {
    package var left: Int
    package var top: Int
    package var width: Int
    package var height: Int

    package init(left: Int = 0, top: Int = 0, width: Int, height: Int) {
      self.left = left
      self.top = top
      self.width = width
      self.height = height
    }
  }

  /// The part of the source that is resized.
  package var source: Window
  /// The extent to which it is resized.
  package var width: Int
  package var height: Int
  /// The part of that which is kept.
  package var window: Window
  /// Columns of zeros that stand left of the window in the result; right of it are as many as are missing.
  package var left = 0
  /// Rows of zeros that stand above it.
  package var top = 0
  /// Whether a pixel's place is its centre; TensorFlow 1 took its corner.
  package var hasHalfPixelCentres = true

  /// The whole source to the whole result.
  package init(source: Window, width: Int, height: Int) {
    self.source = source
    self.width = width
    self.height = height
    window = Window(width: width, height: height)
  }

  /// The most bytes that either resize takes beside its result: rows of floats, or weights of each axis,
  /// which for the widest filter are six integers a pixel; and where the width is resized first, all rows
  /// of that.
  func workingByteCount(channels: Int) -> Int {
    let axes = 40 * (source.width + source.height + window.width + window.height)
    let isVerticalFirst = source.height - height > max(0, 2 * (source.width - width))
    return axes + (isVerticalFirst ? 0 : source.height * window.width * channels)
  }
}

extension Preprocessing.Pipeline {
  /// What this pipeline does to an image of `width` × `height` pixels for a result of `target`.
  func geometry(width: Int, height: Int, target: ImageShape) throws(ImageError) -> ResizeGeometry {
    let whole = ResizeGeometry.Window(width: width, height: height)
    switch self {
    case .kerasHub(let converter) where converter.crops:
      return ResizeGeometry(
        source: Self.largestPart(width: width, height: height, aspect: target),
        width: target.width, height: target.height)
    case .kerasTF(cropToAspectRatio: false), .kerasPIL, .kerasHub, .asItIs:
      return ResizeGeometry(source: whole, width: target.width, height: target.height)
    case .kerasTF(cropToAspectRatio: true):
      return ResizeGeometry(
        source: Self.largestPart(width: width, height: height, aspect: target),
        width: target.width, height: target.height)
    case .torchvision(let side):
      // The shorter side exactly, the longer truncated: `_compute_resized_output_size`.
      let short = side ?? Self.torchvisionSide(for: max(target.height, target.width))
      let (w, h) =
        width <= height
        ? (short, Self.truncated(short, height, width))
        : (Self.truncated(short, width, height), short)
      var geometry = ResizeGeometry(source: whole, width: w, height: h)
      // Where the crop is larger, `CenterCrop` puts zeros around the image, the odd one behind it.
      geometry.left = max(0, target.width - w) / 2
      geometry.top = max(0, target.height - h) / 2
      geometry.window = ResizeGeometry.Window(
        left: max(0, Self.centre(w - target.width)), top: max(0, Self.centre(h - target.height)),
        width: min(w, target.width), height: min(h, target.height))
      try Self.check(geometry)
      return geometry
    case .preact(let least, let final):
      let short = min(width, height)
      let w = (2 * width * least + short) / (2 * short)
      let h = (2 * height * least + short) / (2 * short)
      var geometry = ResizeGeometry(source: whole, width: w, height: h)
      geometry.window = ResizeGeometry.Window(
        left: (w - final) / 2, top: (h - final) / 2, width: final, height: final)
      try Self.check(geometry)
      return geometry
    case .tfOfficial(let least, let final):
      // `_smallest_size_at_least`: the product is float32, so that the shorter side may lose one.
      let ratio = Float(least) / Float(min(width, height))
      let (w, h) = (Int(Float(width) * ratio), Int(Float(height) * ratio))
      var geometry = ResizeGeometry(source: whole, width: w, height: h)
      geometry.hasHalfPixelCentres = false
      geometry.window = ResizeGeometry.Window(
        left: (w - final.width) / 2, top: (h - final.height) / 2, width: final.width,
        height: final.height)
      try Self.check(geometry)
      return geometry
    }
  }

  /// Keras `smart_resize`, in the float32 in which TensorFlow computes it.
  private static func largestPart(
    width: Int, height: Int, aspect: ImageShape
  ) -> ResizeGeometry.Window {
    let cropHeight = max(1, min(height, Int(Float(width * aspect.height) / Float(aspect.width))))
    let cropWidth = max(1, min(width, Int(Float(height * aspect.width) / Float(aspect.height))))
    return ResizeGeometry.Window(
      left: (width - cropWidth) / 2, top: (height - cropHeight) / 2,
      width: cropWidth, height: cropHeight)
  }

  /// `int(short * long / side)`, dividing in double as Python does.
  private static func truncated(_ short: Int, _ long: Int, _ side: Int) -> Int {
    Int(Double(short * long) / Double(side))
  }

  /// `int(round(margin / 2))`, halves to even.
  private static func centre(_ margin: Int) -> Int {
    Int((Double(margin) / 2).rounded(.toNearestOrEven))
  }

  private static func check(_ geometry: ResizeGeometry) throws(ImageError) {
    let window = geometry.window
    guard window.left >= 0, window.top >= 0, window.left + window.width <= geometry.width,
      window.top + window.height <= geometry.height
    else {
      throw ImageError(
        .noConversion,
        "resized to \(geometry.height)×\(geometry.width) it is smaller than the crop of "
          + "\(window.height)×\(window.width)")
    }
    // A strip of one pixel's width becomes longer than any image that is read.
    guard geometry.width <= maximumExtent, geometry.height <= maximumExtent else {
      throw ImageError(
        .tooLarge, "it would be resized to \(geometry.height)×\(geometry.width) pixels")
    }
  }

  private static var maximumExtent: Int { 1 << 24 }
}
