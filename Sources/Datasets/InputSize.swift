public import Tensors

/// Height and width of a network's input, in pixels.
public struct InputSize: Sendable, Hashable, Codable, CustomStringConvertible {
  /// Rows, in pixels.
  public var height: Int
  /// Columns, in pixels.
  public var width: Int

  /// Creates the size of an image of `height` × `width` pixels.
  public init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  /// Creates the size of a square image.
  public init(square side: Int) { self.init(height: side, width: side) }

  /// The size of an image or of a network's input.
  public init(_ shape: ImageShape) { self.init(height: shape.height, width: shape.width) }

  /// Reads a size as it is typed: `224` for a square, `180x240` for height and width; `nil` for anything else.
  ///
  /// Whether there are such images, ``isPossible`` tells.
  public init?(_ text: String) {
    let sides = text.split(
      maxSplits: 2, omittingEmptySubsequences: false, whereSeparator: { "xX×".contains($0) })
    let numbers = sides.compactMap { Int($0) }
    guard numbers.count == sides.count, let height = numbers.first, numbers.count <= 2 else {
      return nil
    }
    self.init(height: height, width: numbers.last ?? height)
  }

  /// The sides that an image can have on its way to a network, in pixels.
  public static let sides = 1...16_384

  /// Whether an image can have both sides.
  public var isPossible: Bool { Self.sides.contains(height) && Self.sides.contains(width) }

  /// Whether both sides are the same.
  public var isSquare: Bool { height == width }

  /// As it is typed: `224` for a square, else `180x240`.
  public var typed: String { isSquare ? "\(height)" : "\(height)x\(width)" }

  /// `180×240`: height, width.
  public var description: String { "\(height)×\(width)" }
}
