import CImageCodecs
public import Tensors

/// Turns image files into the input of a network, one image at a time.
///
/// A plain value without state: any number of threads may use it at once.
public struct ImagePreprocessor: Sendable, Hashable {
  /// The pipeline that is reproduced.
  public let preprocessing: Preprocessing
  /// The shape of every result: 1 channel for grey, 3 for RGB.
  public let shape: ImageShape
  /// How a result lies in memory.
  public let format: DataFormat

  /// What else is known of an image once it has been read.
  public struct Traits: Sendable, Hashable {
    /// Columns of the file's image.
    public let width: Int
    /// Rows of the file's image.
    public let height: Int
    /// The EXIF orientation of a JPEG, 1 to 8, or 1 (upright) where there is none.
    ///
    /// It is not applied, as no pipeline reproduced here applies it.
    public let orientation: Int
  }

  /// Prepares to make images of `shape` by `preprocessing`.
  ///
  /// - Throws: ``PreprocessingError`` where the pipeline cannot make such a shape.
  public init(
    _ preprocessing: Preprocessing, shape: ImageShape, format: DataFormat = .channelsLast
  ) throws(PreprocessingError) {
    if preprocessing.pipeline == .asItIs {
      self.preprocessing = preprocessing
      self.shape = shape
      self.format = format
      return
    }
    guard shape.channels == 1 || shape.channels == 3 else { throw .channels(shape.channels) }
    guard (1...Self.maximumExtent).contains(shape.height),
      (1...Self.maximumExtent).contains(shape.width)
    else { throw .impossibleExtent("an image of \(shape) cannot be made") }
    if shape.channels == 1, preprocessing.normalization.needsColour {
      throw .greyNormalization(preprocessing.normalization)
    }
    switch preprocessing.pipeline {
    case .kerasTF, .kerasPIL, .torchvision(nil), .asItIs: break
    case .kerasHub(let converter): try converter.check(channels: shape.channels)
    case .torchvision(let side?):
      // torchvision would put black around every image, which nobody means.
      guard side >= min(shape.height, shape.width) else {
        throw .impossibleExtent(
          "a crop of \(shape.height)×\(shape.width) cannot be cut from an image of shorter side "
            + "\(side)")
      }
    case .preact(_, let final):
      guard shape.height == shape.width else {
        throw .squaresOnly(preset: preprocessing.name, asked: InputSize(shape))
      }
      try Self.check(shape, against: InputSize(square: final))
    case .tfOfficial(_, let final): try Self.check(shape, against: final)
    }
    self.preprocessing = preprocessing
    self.shape = shape
    self.format = format
  }

  /// Reads, decodes, resizes, crops and normalises one file into `target`, which holds
  /// `shape.elementCount` values.
  ///
  /// - Throws: ``ImageError`` where the file gives no image; `target` is then undefined.
  @discardableResult
  public func prepare(
    _ place: ImageLocation, into target: UnsafeMutableBufferPointer<Float>
  ) throws(ImageError) -> Traits {
    try ImageSource.file(place).withContents { contents throws(ImageError) in
      try unsafe prepare(contents, into: target)
    }
  }

  /// The same for the bytes of a file.
  ///
  /// - Throws: ``ImageError`` where they give no image; `target` is then undefined.
  @discardableResult
  public func prepare(
    bytes: [UInt8], into target: UnsafeMutableBufferPointer<Float>
  ) throws(ImageError) -> Traits {
    precondition(target.count == shape.elementCount, "the buffer is not of \(shape)")
    let header = try ImageHeader(bytes, rules: preprocessing.pipeline.rules)
    // Looked at first, for decoding costs the most.
    let geometry = try preprocessing.pipeline.geometry(
      width: header.width, height: header.height, target: shape)
    try checkRange(of: header)
    var byteCount =
      header.byteCount(channels: shape.channels)
      + geometry.workingByteCount(channels: shape.channels)
    if case .kerasHub(let converter) = preprocessing.pipeline, converter.pads {
      let padded = try DecodedImage.padding(header.width, header.height, toAspectOf: shape)
      byteCount += padded.rows * padded.columns * shape.channels
    }
    try MemoryBudget.decoding.holding(byteCount) { () throws(ImageError) in
      let image = try DecodedImage(
        bytes, header: header, rules: preprocessing.pipeline.rules, channels: shape.channels)
      try unsafe prepare(image, into: target)
    }
    return Traits(width: header.width, height: header.height, orientation: header.orientation)
  }

  /// The same for an image of any source, once its contents are read.
  ///
  /// - Throws: ``ImageError`` where they give no image; `target` is then undefined.
  @discardableResult
  package func prepare(
    _ contents: ImageSource.Contents, into target: UnsafeMutableBufferPointer<Float>
  ) throws(ImageError) -> Traits {
    switch contents {
    case .encoded(let bytes): return try unsafe prepare(bytes: bytes, into: target)
    case .decoded(let image):
      try unsafe prepare(image, into: target)
      return Traits(width: image.width, height: image.height, orientation: 1)
    case .values(let values, let extents):
      // A network without an axis of channels reads arrays without one.
      let own = Array(format.shape(of: shape, count: 1).dimensions.dropFirst())
      let isGrey = shape.channels == 1 && extents.dimensions == [shape.height, shape.width]
      guard extents.dimensions == own || isGrey else {
        throw ImageError(
          .noConversion, "an array of \(extents), but the network reads \(Shape(own))")
      }
      guard preprocessing.pipeline == .asItIs else {
        throw ImageError(.noConversion, "an array that is preprocessed already")
      }
      _ = unsafe target.update(fromContentsOf: values)
      return Traits(width: shape.width, height: shape.height, orientation: 1)
    }
  }

  /// Resizes, crops and normalises pixels.
  private func prepare(
    _ image: DecodedImage, into target: UnsafeMutableBufferPointer<Float>
  ) throws(ImageError) {
    var image = image.channels == 1 && shape.channels == 3 ? image.inColour : image
    if case .kerasHub(let converter) = preprocessing.pipeline, converter.pads {
      image = try image.padded(toAspectOf: shape)
    }
    guard image.channels == shape.channels else {
      throw ImageError(
        .noConversion,
        "pixels of \(image.channels) channels, but the network reads \(shape.channels)")
    }
    let geometry = try preprocessing.pipeline.geometry(
      width: image.width, height: image.height, target: shape)
    switch format {
    case .channelsLast:
      try unsafe fill(target, from: image, geometry)
    case .channelsFirst:
      try unsafe fillPlanes(target, from: image, geometry)
    }
  }

  /// One file as a batch of one image.
  ///
  /// - Throws: ``ImageError`` where the file gives no image.
  public func tensor(of place: ImageLocation) throws(ImageError) -> Tensor {
    try tensor(of: .file(place))
  }

  /// One image of any source as a batch of one.
  ///
  /// - Throws: ``ImageError`` where there is no image.
  public func tensor(of source: ImageSource) throws(ImageError) -> Tensor {
    var failure: ImageError?
    let values = unsafe [Float](unsafeUninitializedCapacity: shape.elementCount) { buffer, count in
      do throws(ImageError) {
        let target = unsafe UnsafeMutableBufferPointer(rebasing: buffer[..<shape.elementCount])
        _ = try source.withContents { contents throws(ImageError) in
          try unsafe prepare(contents, into: target)
        }
        count = shape.elementCount
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return Tensor(shape: format.shape(of: shape, count: 1), values: values)
  }

  // Keras's `load_img(color_mode="grayscale")` leaves 16-bit grey as it is, 0 to 65535, and resizes
  // it so. Clipping it silently would be another pipeline.
  private func checkRange(of header: ImageHeader) throws(ImageError) {
    if case .kerasPIL = preprocessing.pipeline, shape.channels == 1,
      [.png, .pnm].contains(header.format), header.components == 1, header.bits == 16
    {
      throw ImageError(
        .noConversion, "16-bit grey keeps its range in Keras's load_img, which is not supported")
    }
  }

  /// H·W·C, resized and normalised.
  private func fill(
    _ target: UnsafeMutableBufferPointer<Float>, from image: DecodedImage,
    _ geometry: ResizeGeometry
  ) throws(ImageError) {
    guard let start = target.baseAddress else { return }
    if case .kerasHub(let converter) = preprocessing.pipeline {
      let isResized = image.width != shape.width || image.height != shape.height
      try unsafe image.resizedByTensorFlow(
        geometry, preprocessing.interpolation, antialias: isResized && converter.antialias,
        into: target)
      unsafe converter.finish(target, channels: shape.channels)
    } else if preprocessing.pipeline.rules == .tensorFlow {
      try unsafe image.resizedByTensorFlow(geometry, preprocessing.interpolation, into: target)
    } else {
      let resized = try image.resizedByPillow(geometry, preprocessing.interpolation)
      unsafe widen(resized, geometry, into: target)
    }
    unsafe assay_normalize(
      start, shape.height * shape.width, Int32(shape.channels), preprocessing.normalization.code)
  }

  /// The window's pixels as floats, with zeros around it where it is smaller than the result.
  private func widen(
    _ resized: DecodedImage, _ geometry: ResizeGeometry,
    into target: UnsafeMutableBufferPointer<Float>
  ) {
    let (row, wholeRow) = (resized.width * shape.channels, shape.width * shape.channels)
    let isWhole = row == wholeRow && resized.height == shape.height
    if !isWhole { unsafe target.update(repeating: 0) }
    unsafe resized.pixels.withUnsafeBufferPointer { pixels in
      guard let source = pixels.baseAddress, let start = target.baseAddress else { return }
      guard !isWhole else { return unsafe assay_widen(source, pixels.count, start) }
      for y in 0..<resized.height {
        let place = (geometry.top + y) * wholeRow + geometry.left * shape.channels
        unsafe assay_widen(source + y * row, row, start + place)
      }
    }
  }

  /// C·H·W, by way of H·W·C.
  private func fillPlanes(
    _ target: UnsafeMutableBufferPointer<Float>, from image: DecodedImage,
    _ geometry: ResizeGeometry
  ) throws(ImageError) {
    guard let start = target.baseAddress else { return }
    let count = shape.elementCount
    var failure: ImageError?
    unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { scratch in
      do throws(ImageError) {
        try unsafe fill(scratch, from: image, geometry)
      } catch {
        failure = error
        return
      }
      guard let source = scratch.baseAddress else { return }
      unsafe assay_planes(source, shape.height * shape.width, Int32(shape.channels), start)
    }
    if let failure { throw failure }
  }

  private static func check(
    _ shape: ImageShape, against crop: InputSize
  ) throws(PreprocessingError) {
    guard InputSize(shape) == crop else {
      throw .impossibleExtent("the network takes \(shape), but the central crop gives \(crop)")
    }
  }

  private static var maximumExtent: Int { 1 << 14 }
}

extension PixelNormalization {
  fileprivate var code: assay_normalization {
    switch self {
    case .none: ASSAY_NORMALIZE_NONE
    case .tf: ASSAY_NORMALIZE_TF
    case .caffe: ASSAY_NORMALIZE_CAFFE
    case .torch: ASSAY_NORMALIZE_TORCH
    case .rgbMeans: ASSAY_NORMALIZE_RGB_MEANS
    case .unit: ASSAY_NORMALIZE_UNIT
    }
  }
}
