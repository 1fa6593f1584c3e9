import CImageCodecs

extension DecodedImage {
  /// Resizes as TensorFlow does, into H·W·C floats of the window's extent, not rounded.
  package func resizedByTensorFlow(
    _ geometry: ResizeGeometry, _ filter: Interpolation, antialias: Bool = false,
    into target: UnsafeMutableBufferPointer<Float>
  ) throws(ImageError) {
    precondition(target.count == count(of: geometry), "the buffer is not of the result's size")
    let status = unsafe withJob(geometry) { job in
      guard let start = target.baseAddress else { return ASSAY_OK }
      return antialias
        ? unsafe assay_resize_antialiased(job, filter.code, start)
        : unsafe assay_resize_tensorflow(job, filter.code, start)
    }
    try Self.check(status)
  }

  /// Resizes as Pillow does, into uint8 pixels of the window's extent.
  ///
  /// - Parameter isPortable: Whether by instructions alone that every processor has; the bytes are the same.
  package func resizedByPillow(
    _ geometry: ResizeGeometry, _ filter: Interpolation, isPortable: Bool = false
  ) throws(ImageError) -> DecodedImage {
    let size = count(of: geometry)
    var status = ASSAY_OK
    let pixels = unsafe [UInt8](unsafeUninitializedCapacity: size) { target, filled in
      unsafe status = withJob(geometry) { job in
        guard let start = target.baseAddress else { return ASSAY_OK }
        return unsafe assay_resize_pillow(job, filter.code, isPortable, start)
      }
      filled = status == ASSAY_OK ? size : 0
    }
    try Self.check(status)
    return DecodedImage(
      width: geometry.window.width, height: geometry.window.height, channels: channels,
      pixels: pixels)
  }

  private func count(of geometry: ResizeGeometry) -> Int {
    geometry.window.width * geometry.window.height * channels
  }

  private static func check(_ status: assay_status) throws(ImageError) {
    if status == ASSAY_OUT_OF_MEMORY {
      throw ImageError(.outOfMemory, "no memory to resize the image")
    }
    precondition(status == ASSAY_OK, "the pipeline was checked to have this interpolation")
  }

  /// Calls `body` with the geometry as C wants it, the source part as a view of these pixels.
  private func withJob(
    _ geometry: ResizeGeometry, _ body: (UnsafePointer<assay_resize>) -> assay_status
  ) -> assay_status {
    let part = geometry.source
    let window = geometry.window
    precondition(
      part.left >= 0 && part.top >= 0 && part.width > 0 && part.height > 0
        && part.left + part.width <= width && part.top + part.height <= height,
      "the part \(part) lies outside the image")
    precondition(
      window.left >= 0 && window.top >= 0 && window.width > 0 && window.height > 0
        && window.left + window.width <= geometry.width
        && window.top + window.height <= geometry.height,
      "the window \(window) lies outside the result")
    return unsafe pixels.withUnsafeBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return ASSAY_OK }
      var job = unsafe assay_resize(
        pixels: start + (part.top * width + part.left) * channels, stride: width * channels,
        source_width: Int32(part.width), source_height: Int32(part.height),
        channels: Int32(channels), full_width: Int32(geometry.width),
        full_height: Int32(geometry.height), left: Int32(window.left), top: Int32(window.top),
        width: Int32(window.width), height: Int32(window.height),
        half_pixel_centres: geometry.hasHalfPixelCentres)
      return unsafe body(&job)
    }
  }
}

extension Interpolation {
  fileprivate var code: assay_filter {
    switch self {
    case .nearest: ASSAY_NEAREST
    case .bilinear: ASSAY_BILINEAR
    case .bicubic: ASSAY_BICUBIC
    case .box: ASSAY_BOX
    case .lanczos: ASSAY_LANCZOS
    }
  }
}
