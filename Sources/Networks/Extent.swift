/// A height and a width: of a kernel, a stride, a dilation, a pooling window.
public struct Extent: Sendable, Hashable, CustomStringConvertible {
  /// Along the rows.
  public var height: Int
  /// Along the columns.
  public var width: Int

  /// Creates an extent of `height` × `width`.
  public init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  /// `3×3`: height, width.
  public var description: String { "\(height)×\(width)" }
}

extension Extent: ExpressibleByIntegerLiteral {
  /// The square extent that the field writes as one number.
  public init(integerLiteral side: Int) { self.init(height: side, width: side) }

  /// The square extent of the given side.
  public init(square side: Int) { self.init(height: side, width: side) }
}

/// How many rows and columns lie around a feature map.
public struct EdgePadding: Sendable, Hashable, CustomStringConvertible {
  /// Rows above.
  public var top: Int
  /// Rows below.
  public var bottom: Int
  /// Columns before.
  public var left: Int
  /// Columns after.
  public var right: Int

  /// Creates a padding from its four sides.
  public init(top: Int, bottom: Int, left: Int, right: Int) {
    self.top = top
    self.bottom = bottom
    self.left = left
    self.right = right
  }

  /// The same number of rows and columns on every side.
  public init(all sides: Int) { self.init(top: sides, bottom: sides, left: sides, right: sides) }

  /// No padding at all.
  public static let none = EdgePadding(all: 0)

  /// The two paddings, one around the other.
  package func adding(_ outer: EdgePadding) -> EdgePadding {
    EdgePadding(
      top: top + outer.top, bottom: bottom + outer.bottom, left: left + outer.left,
      right: right + outer.right)
  }

  /// `2,3,2,3`: top, bottom, left, right.
  public var description: String { "\(top),\(bottom),\(left),\(right)" }
}

// Rows and columns as lists of axes, outermost first, and back.
extension Extent {
  /// Reads the height, then the width.
  package init(_ axes: [Int]) { self.init(height: axes[0], width: axes[1]) }

  /// The height, then the width.
  package var axes: [Int] { [height, width] }
}

extension EdgePadding {
  /// Reads the rows, then the columns.
  package init(_ axes: [Edge]) {
    self.init(
      top: axes[0].before, bottom: axes[0].after, left: axes[1].before, right: axes[1].after)
  }

  /// The rows, then the columns.
  package var axes: [Edge] { [Edge(before: top, after: bottom), Edge(before: left, after: right)] }
}
