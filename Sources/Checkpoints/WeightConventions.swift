public import Tensors

/// What the numbers of a file mean where neither names nor shapes show it.
///
/// Keras computed on Theano before it did on TensorFlow, and the two disagree in the order of a
/// kernel's extents and in its sense. Public files have all four combinations; `nil` takes what the
/// file tells, or else what every Keras since 2 writes.
public struct WeightConventions: Sendable, Hashable {
  /// The order of a convolution kernel's extents (Keras 1 `dim_ordering`).
  public enum KernelLayout: String, Sendable, Hashable, CaseIterable {
    /// H·W·I·O: `tf_dim_ordering`.
    case tensorFlow = "tf"
    /// O·I·H·W: `th_dim_ordering`.
    case theano = "th"
  }

  /// What a kernel does to a map.
  public enum KernelSense: String, Sendable, Hashable, CaseIterable {
    /// It is laid on the map as it is: TensorFlow and all others, `tf_kernels`.
    case correlation
    /// It is turned by 180° first: Theano, `th_kernels`.
    case convolution
  }

  /// What Keras 1 kept under the name `running_std`.
  public enum RunningStd: String, Sendable, Hashable, CaseIterable {
    /// The variance, in spite of its name: since July 2016.
    case variance
    /// The standard deviation σ, used as `(x − mean) / (σ + 1e-6)`: before.
    case deviation
  }

  /// The order of the extents of convolution kernels; `nil` if the file is to tell.
  public var kernelLayout: KernelLayout?
  /// Whether convolution kernels are turned; `nil` if the file is to tell.
  ///
  /// Depthwise kernels never were: Keras left them out, on Theano too.
  public var kernelSense: KernelSense?
  /// In what order the rows of a dense kernel after a `Flatten` lie; `nil` for the network's own.
  ///
  /// A network trained in channels_first flattens C·H·W, unless its `Flatten` was told the format.
  public var denseRows: DataFormat?
  /// What `running_std` is.
  public var runningStd: RunningStd

  /// Creates conventions as the user tells them.
  public init(
    kernelLayout: KernelLayout? = nil, kernelSense: KernelSense? = nil,
    denseRows: DataFormat? = nil, runningStd: RunningStd = .variance
  ) {
    self.kernelLayout = kernelLayout
    self.kernelSense = kernelSense
    self.denseRows = denseRows
    self.runningStd = runningStd
  }

  /// Nothing was told; the file's own evidence decides.
  public static let asTheFileTells = WeightConventions()
}

extension Checkpoint {
  /// Whether Keras 1 or an older one wrote the file: later ones record their version.
  package var isOfKerasOne: Bool {
    switch format {
    case .numberedWeights: true
    case .legacyWeights, .wholeModel: kerasVersion.map { $0.hasPrefix("1.") } ?? !files.isEmpty
    default: false
    }
  }

  /// Whether its variables are called as Keras 1 called them on Theano: `conv1_W`, without the `:0`
  /// of TensorFlow's names.
  package var hasTheanoNames: Bool {
    isOfKerasOne
      && layers.contains { $0.tensors.contains { $0.role == .kernel && $0.name.hasSuffix("_W") } }
  }

  /// The sense of the kernels as told, or as the backend tells that wrote the file.
  ///
  /// Keras up to 2.3 turned the kernels of a file from Theano when it loaded them elsewhere
  /// (`_need_convert_kernel`); later ones load them wrongly.
  package func kernelSense(_ conventions: WeightConventions) -> WeightConventions.KernelSense {
    conventions.kernelSense ?? (backend == "theano" ? .convolution : .correlation)
  }
}
