/// A dense array of float32 in row-major order: a plain value.
public struct Tensor: Sendable, Hashable {
  /// The extents, outermost first.
  public let shape: Shape
  /// The elements in row-major order; `shape.elementCount` of them.
  public var values: [Float]

  /// Creates a tensor from its elements in row-major order.
  public init(shape: Shape, values: [Float]) {
    precondition(
      shape.elementCount == values.count, "\(values.count) values cannot fill \(shape)")
    self.shape = shape
    self.values = values
  }

  /// Creates a tensor of which every element is `value`.
  public init(shape: Shape, repeating value: Float = 0) {
    self.init(shape: shape, values: Array(repeating: value, count: shape.elementCount))
  }

  /// The number of elements along the outermost axis: for a batch, the images.
  public var count: Int { shape.rank == 0 ? 1 : shape[0] }

  /// The elements of row `index` of the outermost axis.
  public func row(_ index: Int) -> ArraySlice<Float> {
    let stride = count == 0 ? 0 : values.count / count
    return values[index * stride..<(index + 1) * stride]
  }
}

extension Tensor {
  /// The same images in another data format; the tensor must have the four axes of `source`.
  public func converted(from source: DataFormat, to target: DataFormat) -> Tensor {
    guard source != target, let image = source.image(in: shape) else {
      precondition(shape.rank == 4, "a batch of images has four axes, not \(shape)")
      return self
    }
    let plane = image.height * image.width
    let channels = image.channels
    var result = values
    for item in 0..<count {
      let base = item * image.elementCount
      for pixel in 0..<plane {
        for channel in 0..<channels {
          let last = base + pixel * channels + channel
          let first = base + channel * plane + pixel
          if target == .channelsFirst {
            result[first] = values[last]
          } else {
            result[last] = values[first]
          }
        }
      }
    }
    return Tensor(shape: target.shape(of: image, count: count), values: result)
  }

  /// The same of an array that may hold no images: one of other than four axes stays as it is.
  public func convertedIfImages(from source: DataFormat, to target: DataFormat) -> Tensor {
    shape.rank == 4 ? converted(from: source, to: target) : self
  }
}
