public import Tensors

/// What a node of a graph computes.
public enum LayerOperation: Sendable, Hashable {
  /// The images, one of the graph's input shape each.
  case input
  /// Cross-correlation with a bank of kernels (Keras `Conv2D`).
  case convolution(Convolution)
  /// `gamma · (x − mean) / sqrt(variance + epsilon) + beta` per channel (`BatchNormalization`).
  case batchNorm(BatchNorm)
  /// `max(x, 0)`.
  case relu
  /// Rows and columns of zeros around the map (`ZeroPadding2D`).
  case zeroPadding(EdgePadding)
  /// The largest value of each window; padding counts as −∞ (`MaxPooling2D`).
  case maxPool(Pooling)
  /// The mean of each window; padding is left out of the count (`AveragePooling2D`).
  case averagePool(Pooling)
  /// The mean over the whole map, per channel (`GlobalAveragePooling2D`).
  case globalAveragePool
  /// The map as one row, read in the given order (`Flatten`).
  case flatten(DataFormat)
  /// `x · kernel + bias` (`Dense`).
  case dense(Dense)
  /// The sum of two inputs, element by element (`Add`).
  case add
  /// Two inputs side by side on the channel axis (`Concatenate`).
  case concatenate
  /// `exp(xᵢ) / Σ exp(xⱼ)` over the classes.
  case softmax

  /// The parameters of a two-dimensional convolution.
  public struct Convolution: Sendable, Hashable {
    /// The number of output channels.
    public var filters: Int
    /// The kernel's height and width.
    public var kernel: Extent
    /// The steps between windows.
    public var strides: Extent
    /// Zeros around the map, resolved from the padding rule.
    public var padding: EdgePadding
    /// The steps between the taps of one window.
    public var dilation: Extent
    /// Into how many independent groups the channels fall.
    public var groups: Int
    /// Whether a bias is added per filter.
    public var hasBias: Bool

    package init(
      filters: Int, kernel: Extent, strides: Extent, padding: EdgePadding, dilation: Extent,
      groups: Int, hasBias: Bool
    ) {
      self.filters = filters
      self.kernel = kernel
      self.strides = strides
      self.padding = padding
      self.dilation = dilation
      self.groups = groups
      self.hasBias = hasBias
    }
  }

  /// The parameters of batch normalisation.
  public struct BatchNorm: Sendable, Hashable {
    /// ε, added to the variance.
    public var epsilon: Float
    /// Whether there is a gamma.
    public var hasScale: Bool
    /// Whether there is a beta.
    public var hasCenter: Bool

    package init(epsilon: Float, hasScale: Bool, hasCenter: Bool) {
      self.epsilon = epsilon
      self.hasScale = hasScale
      self.hasCenter = hasCenter
    }
  }

  /// The parameters of a pooling layer.
  public struct Pooling: Sendable, Hashable {
    /// The window's height and width.
    public var window: Extent
    /// The steps between windows.
    public var strides: Extent
    /// Rows and columns around the map, resolved from the padding rule.
    public var padding: EdgePadding

    package init(window: Extent, strides: Extent, padding: EdgePadding) {
      self.window = window
      self.strides = strides
      self.padding = padding
    }
  }

  /// The parameters of a dense layer.
  public struct Dense: Sendable, Hashable {
    /// The number of outputs.
    public var units: Int
    /// Whether a bias is added.
    public var hasBias: Bool

    package init(units: Int, hasBias: Bool) {
      self.units = units
      self.hasBias = hasBias
    }
  }
}

extension LayerOperation {
  /// The layer class that Keras gives this operation in a config.
  public var kerasClass: String {
    switch self {
    case .input: "InputLayer"
    case .convolution: "Conv2D"
    case .batchNorm: "BatchNormalization"
    case .relu: "ReLU"
    case .zeroPadding: "ZeroPadding2D"
    case .maxPool: "MaxPooling2D"
    case .averagePool: "AveragePooling2D"
    case .globalAveragePool: "GlobalAveragePooling2D"
    case .flatten: "Flatten"
    case .dense: "Dense"
    case .add: "Add"
    case .concatenate: "Concatenate"
    case .softmax: "Softmax"
    }
  }
}
