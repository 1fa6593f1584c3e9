public import Networks
public import Tensors

/// What all layers with windows share: their extents, the padding rule, and where the channels are.
public struct WindowSettings: Sendable, Hashable {
  /// The extents of a window, one for each axis of space.
  public var size: [Int]
  /// The steps between windows.
  public var strides: [Int]
  /// The steps between the taps of one window.
  public var dilation: [Int]
  /// The padding rule.
  public var padding: Padding
  /// Where the channels are.
  public var dataFormat: DataFormat

  /// Creates settings; by default windows lie side by side, without padding, channels last.
  public init(
    _ size: [Int], strides: [Int]? = nil, dilation: [Int]? = nil, padding: Padding = .valid,
    dataFormat: DataFormat = .channelsLast
  ) {
    self.size = size
    self.strides = strides ?? size.map { _ in 1 }
    self.dilation = dilation ?? size.map { _ in 1 }
    self.padding = padding
    self.dataFormat = dataFormat
  }

  /// The number of axes of space.
  public var rank: Int { size.count }

  /// The windows on an array of which `x` has channels last, their padding resolved.
  public func windows(on extents: [Int]) -> Windows {
    var windows = Windows(size, strides: strides, dilation: dilation)
    let space = Array(extents.dropLast().suffix(rank))
    if space.count == rank { windows.padding = padding.edges(of: space, windows) }
    return windows
  }
}

extension Signal {
  /// Wires something that reads channels last, and permutes around it in channels_first.
  ///
  /// Only the last `rank + 1` axes are meant; axes before them are more images.
  func inChannelsLast(
    _ format: DataFormat, rank: Int, _ wire: (Signal) -> Signal
  ) -> Signal {
    guard self.rank > rank else {
      fail("reads \(shape), which has no \(rank) axes of space and one of channels")
      return self
    }
    guard format == .channelsFirst else { return wire(self) }
    let result = wire(channelsMovedLast(rank))
    return result.rank == self.rank ? result.channelsMovedFirst(rank) : result
  }

  /// C·H·W as H·W·C, for `rank` axes of space.
  func channelsMovedLast(_ rank: Int) -> Signal {
    let first = self.rank - rank - 1
    return permuted(Array(0..<first) + (1...rank).map { first + $0 } + [first])
  }

  /// H·W·C as C·H·W, for `rank` axes of space.
  func channelsMovedFirst(_ rank: Int) -> Signal {
    let first = self.rank - rank - 1
    return permuted(Array(0..<first) + [first + rank] + (0..<rank).map { first + $0 })
  }
}

extension WindowSettings {
  /// Reads the settings of windows over `rank` axes; the extents are called `kernel_size`, or as told.
  init(_ settings: inout SettingsReader, rank: Int, size name: String) throws(LayerError) {
    var size = try settings.extents(name, rank: rank)
    if size == nil, name == "kernel_size" { size = try Self.olderSize(&settings, rank: rank) }
    guard let size else { throw LayerError("has no \(name)") }
    // A pool without strides moves by its own size.
    let usual = name == "kernel_size" ? size.map { _ in 1 } : size
    var strides = try settings.extents("strides", rank: rank)
    if strides == nil { strides = try settings.extents("stride", rank: rank) }
    if strides == nil { strides = try settings.extents("subsample_length", rank: rank) }
    self.init(
      size, strides: strides ?? usual,
      dilation: try settings.extents("dilation_rate", rank: rank),
      padding: try Self.padding(&settings), dataFormat: try settings.dataFormat())
  }

  /// What Keras 1 called the extents of a kernel.
  private static func olderSize(
    _ settings: inout SettingsReader, rank: Int
  ) throws(LayerError) -> [Int]? {
    let names = rank == 1 ? ["filter_length"] : ["nb_row", "nb_col"]
    var size: [Int] = []
    for name in rank == 3 ? ["kernel_dim1", "kernel_dim2", "kernel_dim3"] : names {
      guard let extent = try settings.extents(name, rank: 1) else { return nil }
      size += extent
    }
    return size
  }

  private static func padding(_ settings: inout SettingsReader) throws(LayerError) -> Padding {
    switch try settings.text("padding") {
    case "same": return .same
    case "causal": return .causal
    case "valid", nil: return .valid
    case let other?: throw LayerError("has padding \(other.debugDescription)")
    }
  }
}
