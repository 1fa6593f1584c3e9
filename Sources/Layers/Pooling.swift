package import JSON
public import Networks
public import Tensors

/// The largest value of each window, or the mean (Keras `MaxPooling1D` … `AveragePooling3D`).
///
/// Padding takes no part in either. Input `H × W × C`, output `H' × W' × C`.
public struct Pooling: Layer {
  /// What is made of a window: the largest, or the mean.
  public var reduction: Reduction
  /// The windows.
  public var windows: WindowSettings

  /// Creates a pooling.
  public init(_ reduction: Reduction, _ windows: WindowSettings) {
    self.reduction = reduction
    self.windows = windows
  }

  /// `MaxPooling2D`, by the kind and the number of axes.
  public var kerasClass: String {
    (reduction == .largest ? "MaxPooling" : "AveragePooling") + "\(windows.rank)D"
  }

  /// Adds the pooling.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    [
      inputs[0].inChannelsLast(windows.dataFormat, rank: windows.rank) { x in
        x.applying(.pool(windows.windows(on: x.extents), reduction))
      }
    ]
  }
}

/// The mean or the largest value of each channel (Keras `GlobalAveragePooling2D` and its kin).
///
/// Input `H × W × C`, output `C`, or `1 × 1 × C` if axes are kept.
public struct GlobalPooling: Layer {
  /// What is made of a map: the largest, or the mean.
  public var reduction: Reduction
  /// The number of axes of space.
  public var spaceRank: Int
  /// Whether these axes stay, with an extent of 1.
  public var keepsAxes: Bool
  /// Where the channels are.
  public var dataFormat: DataFormat

  /// Creates a pooling over whole maps.
  public init(
    _ reduction: Reduction = .mean, spaceRank: Int = 2, keepsAxes: Bool = false,
    dataFormat: DataFormat = .channelsLast
  ) {
    self.reduction = reduction
    self.spaceRank = spaceRank
    self.keepsAxes = keepsAxes
    self.dataFormat = dataFormat
  }

  /// `GlobalAveragePooling2D`, by the kind and the number of axes.
  public var kerasClass: String {
    (reduction == .largest ? "GlobalMaxPooling" : "GlobalAveragePooling") + "\(spaceRank)D"
  }

  /// Adds the pooling.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    let x = inputs[0]
    guard x.rank == spaceRank + 1 else {
      x.fail("pools \(spaceRank) axes of \(x.shape)")
      return [x]
    }
    let first = dataFormat == .channelsFirst ? 1 : 0
    let axes = Array(first..<first + spaceRank)
    return [x.applying(.reduce(reduction, axes: axes, keepsAxes: keepsAxes))]
  }
}

// How a config has them.
extension Pooling {
  init(_ settings: inout SettingsReader, _ reduction: Reduction, rank: Int) throws(LayerError) {
    // Keras 1 called it so over one axis.
    let older = try settings.extents("pool_length", rank: rank)
    guard let size = older else {
      self.init(reduction, try WindowSettings(&settings, rank: rank, size: "pool_size"))
      return
    }
    var windows = WindowSettings(size, strides: size)
    windows.strides = try settings.extents("stride", rank: rank) ?? size
    if try settings.text("padding") == "same" { windows.padding = .same }
    self.init(reduction, windows)
  }
}

extension GlobalPooling {
  init(_ settings: inout SettingsReader, _ reduction: Reduction, rank: Int) throws(LayerError) {
    self.init(
      reduction, spaceRank: rank, keepsAxes: try settings.truth("keepdims") ?? false,
      dataFormat: try settings.dataFormat())
  }
}

// How a config has them, the other way around.
extension Pooling: CommonLayer {
  package var settings: [String: JSONTree]? {
    guard windows.dilation.allSatisfy({ $0 == 1 }) else { return nil }
    return windows.settings(size: "pool_size")
  }
}

extension GlobalPooling: CommonLayer {
  package var settings: [String: JSONTree]? {
    ["keepdims": .truth(keepsAxes), "data_format": dataFormat.setting]
  }
}
