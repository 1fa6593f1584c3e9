/// The extents of one image or feature map, free of how it lies in memory.
public struct ImageShape: Sendable, Hashable, CustomStringConvertible {
  /// Rows, in pixels.
  public var height: Int
  /// Columns, in pixels.
  public var width: Int
  /// Channels: 3 for RGB, 1 for grey.
  public var channels: Int

  /// Creates the shape of an image of `height` × `width` pixels, RGB unless told otherwise.
  public init(height: Int, width: Int, channels: Int = 3) {
    self.height = height
    self.width = width
    self.channels = channels
  }

  /// The number of values in one image.
  public var elementCount: Int { height * width * channels }

  /// `224×224×3`: height, width, channels.
  public var description: String { "\(height)×\(width)×\(channels)" }
}

/// The order in which a batch of images lies in memory (Keras `data_format`).
public enum DataFormat: String, Sendable, Hashable, CaseIterable {
  /// N·H·W·C, the default of Keras.
  case channelsLast = "channels_last"
  /// N·C·H·W.
  case channelsFirst = "channels_first"

  /// The shape of `count` images of this format.
  public func shape(of image: ImageShape, count: Int) -> Shape {
    switch self {
    case .channelsLast: [count, image.height, image.width, image.channels]
    case .channelsFirst: [count, image.channels, image.height, image.width]
    }
  }

  /// The image that a batch of `shape` holds, or `nil` unless it has four axes.
  public func image(in shape: Shape) -> ImageShape? {
    guard shape.rank == 4 else { return nil }
    return switch self {
    case .channelsLast: ImageShape(height: shape[1], width: shape[2], channels: shape[3])
    case .channelsFirst: ImageShape(height: shape[2], width: shape[3], channels: shape[1])
    }
  }
}
