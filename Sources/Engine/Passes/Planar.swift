package import Networks
package import Tensors

/// What the fast kernels compute: maps of rows, columns and channels, or rows of numbers.
package enum Planar {
  /// A convolution of maps.
  package struct Convolution: Sendable, Hashable {
    /// The number of output channels.
    package var filters: Int
    /// The kernel's height and width.
    package var kernel: Extent
    /// The steps between windows.
    package var strides: Extent
    /// Zeros around the map.
    package var padding: EdgePadding
    /// The steps between the taps of one window.
    package var dilation: Extent
    /// Into how many independent groups the channels fall.
    package var groups: Int
    /// Whether a bias is added per filter.
    package var hasBias: Bool

    /// Whether each result is a product of all channels of one pixel.
    package var isPointwise: Bool {
      kernel == 1 && strides == 1 && padding == .none && groups == 1
    }
  }

  /// A batch normalisation of the channels.
  package struct BatchNorm: Sendable, Hashable {
    /// ε, added to the variance.
    package var epsilon: Float
    /// Whether there is a gamma.
    package var hasScale: Bool
    /// Whether there is a beta.
    package var hasCenter: Bool
  }

  /// A pooling of maps.
  package struct Pooling: Sendable, Hashable {
    /// The window's height and width.
    package var window: Extent
    /// The steps between windows.
    package var strides: Extent
    /// Rows and columns around the map.
    package var padding: EdgePadding
  }

  /// How an array lies for these kernels.
  package enum Form: Sendable, Hashable {
    /// A map; one of more axes, or of two, has all but the last as rows.
    case map(ImageShape)
    /// A row of numbers.
    case row(Int)

    /// The form of an array of the given shape for one image.
    package init(_ shape: Shape) {
      let extents = shape.dimensions
      switch extents.count {
      case 0: self = .row(1)
      case 1: self = .row(extents[0])
      case 3:
        self = .map(ImageShape(height: extents[0], width: extents[1], channels: extents[2]))
      default:
        let rows = extents.dropLast().reduce(1, *)
        self = .map(ImageShape(height: rows, width: 1, channels: extents[extents.count - 1]))
      }
    }

    /// The number of channels, or the length of a row.
    package var channels: Int {
      switch self {
      case .map(let image): image.channels
      case .row(let length): length
      }
    }

    /// The number of values for one image.
    package var elementCount: Int {
      switch self {
      case .map(let image): image.elementCount
      case .row(let length): length
      }
    }
  }
}

extension Windows {
  /// Windows over maps, or over the rows of arrays of two axes; `nil` for what is neither.
  var plane: (size: Extent, strides: Extent, dilation: Extent, padding: EdgePadding)? {
    guard (1...2).contains(rank), padding.allSatisfy({ $0.before >= 0 && $0.after >= 0 }) else {
      return nil
    }
    // The rows of an array of two axes have one column each.
    return (
      Extent(size + [1]), Extent(strides + [1]), Extent(dilation + [1]),
      EdgePadding(padding + [.none])
    )
  }
}
