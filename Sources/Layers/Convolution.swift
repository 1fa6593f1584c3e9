package import JSON
public import Networks
import Tensors

/// Cross-correlation with a bank of kernels (Keras `Conv1D`, `Conv2D`, `Conv3D`).
///
/// Input `H × W × C`, output `H' × W' × filters`. Weights: kernel `kh × kw × C/groups × filters`, bias `filters`.
public struct Convolution: Layer {
  /// The number of output channels.
  public var filters: Int
  /// The kernel's extents and how it moves.
  public var windows: WindowSettings
  /// Into how many independent groups the channels fall.
  public var groups = 1
  /// Whether a bias is added per filter.
  public var hasBias = true
  /// What is applied last.
  public var function = Activation.linear

  /// Creates a convolution.
  public init(
    filters: Int, _ windows: WindowSettings, groups: Int = 1, hasBias: Bool = true,
    function: Activation = .linear
  ) {
    self.filters = filters
    self.windows = windows
    self.groups = groups
    self.hasBias = hasBias
    self.function = function
  }

  /// `Conv2D`, by the number of axes.
  public var kerasClass: String { "Conv\(windows.rank)D" }
  /// The name of what is applied last.
  public var activation: String? { function.nameInConfig }

  /// Adds the convolution.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    let result = inputs[0].inChannelsLast(windows.dataFormat, rank: windows.rank) { x in
      let channels = x.extents[x.rank - 1]
      guard groups > 0, channels % groups == 0, filters % groups == 0 else {
        x.fail("\(channels) to \(filters) channels do not fall into \(groups) groups")
        return x
      }
      let kernel = variables(.kernel, windows.size + [channels / groups, filters])
      let bias = hasBias ? [variables(.bias, [filters])] : []
      return x.applying(.window(windows.windows(on: x.extents), groups: groups), [kernel] + bias)
    }
    return [function(result)]
  }
}

/// A kernel of its own for each channel (Keras `DepthwiseConv1D`, `DepthwiseConv2D`).
///
/// Input `H × W × C`, output `H' × W' × C·multiplier`; channel c becomes c·multiplier and those after it.
/// Weights: kernel `kh × kw × C × multiplier`, bias `C·multiplier`.
public struct DepthwiseConvolution: Layer {
  /// How many output channels each input channel has.
  public var multiplier: Int
  /// The kernel's extents and how it moves.
  public var windows: WindowSettings
  /// Whether a bias is added per output channel.
  public var hasBias = true
  /// What is applied last.
  public var function = Activation.linear

  /// Creates a depthwise convolution.
  public init(
    multiplier: Int = 1, _ windows: WindowSettings, hasBias: Bool = true,
    function: Activation = .linear
  ) {
    self.multiplier = multiplier
    self.windows = windows
    self.hasBias = hasBias
    self.function = function
  }

  /// `DepthwiseConv2D`, by the number of axes.
  public var kerasClass: String { "DepthwiseConv\(windows.rank)D" }
  /// The name of what is applied last.
  public var activation: String? { function.nameInConfig }

  /// Adds the convolution.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    let result = inputs[0].inChannelsLast(windows.dataFormat, rank: windows.rank) { x in
      x.depthwise(windows, multiplier, variables, hasBias: hasBias)
    }
    return [function(result)]
  }
}

/// A depthwise convolution, then one of 1×1 (Keras `SeparableConv1D`, `SeparableConv2D`).
///
/// Input `H × W × C`, output `H' × W' × filters`. Weights: depthwise kernel `kh × kw × C × multiplier`, pointwise
/// kernel `1 × 1 × C·multiplier × filters`, bias `filters`. Strides and dilation are the first one's.
public struct SeparableConvolution: Layer {
  /// The number of output channels.
  public var filters: Int
  /// How many channels each input channel has between the two.
  public var multiplier: Int
  /// The depthwise kernel's extents and how it moves.
  public var windows: WindowSettings
  /// Whether a bias is added per filter, after both.
  public var hasBias = true
  /// What is applied last.
  public var function = Activation.linear

  /// `SeparableConv2D`, by the number of axes.
  public var kerasClass: String { "SeparableConv\(windows.rank)D" }
  /// The name of what is applied last.
  public var activation: String? { function.nameInConfig }

  /// Adds the two convolutions.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    let result = inputs[0].inChannelsLast(windows.dataFormat, rank: windows.rank) { x in
      let between = x.extents[x.rank - 1] * multiplier
      let ones = windows.size.map { _ in 1 }
      let spread = x.depthwise(windows, multiplier, variables, hasBias: false)
      let pointwise = variables(.pointwiseKernel, ones + [between, filters])
      let bias = hasBias ? [variables(.bias, [filters])] : []
      return spread.applying(.window(Windows(ones), groups: 1), [pointwise] + bias)
    }
    return [function(result)]
  }
}

extension Signal {
  /// A depthwise convolution of channels last: one group for each channel.
  ///
  /// Keras's kernel `kh × kw × C × multiplier` has the numbers of `kh × kw × 1 × C·multiplier` in their order.
  fileprivate func depthwise(
    _ windows: WindowSettings, _ multiplier: Int, _ variables: Variables, hasBias: Bool
  ) -> Signal {
    let channels = extents[rank - 1]
    guard multiplier > 0, multiplier <= 1 << 16 else {
      fail("a multiplier of \(multiplier)")
      return self
    }
    let outputs = channels * multiplier
    let kernel = variables(
      .depthwiseKernel, windows.size + [channels, multiplier],
      viewed: windows.size + [1, outputs])
    let bias = hasBias ? [variables(.bias, [outputs])] : []
    return applying(.window(windows.windows(on: extents), groups: channels), [kernel] + bias)
  }
}

// How a config has them.
extension Convolution {
  init(_ settings: inout SettingsReader, rank: Int) throws(LayerError) {
    filters = try settings.count("filters")
    windows = try WindowSettings(&settings, rank: rank, size: "kernel_size")
    groups = try settings.integer("groups") ?? 1
    hasBias = try settings.truth("use_bias") ?? true
    function = try Activation.last(&settings)
  }
}

extension DepthwiseConvolution {
  init(_ settings: inout SettingsReader, rank: Int) throws(LayerError) {
    multiplier = try settings.integer("depth_multiplier") ?? 1
    windows = try WindowSettings(&settings, rank: rank, size: "kernel_size")
    // Keras 2 writes both, always the same.
    settings.pass("groups", "filters")
    hasBias = try settings.truth("use_bias") ?? true
    function = try Activation.last(&settings)
  }
}

extension SeparableConvolution {
  init(_ settings: inout SettingsReader, rank: Int) throws(LayerError) {
    filters = try settings.count("filters")
    multiplier = try settings.integer("depth_multiplier") ?? 1
    windows = try WindowSettings(&settings, rank: rank, size: "kernel_size")
    settings.pass("groups")
    hasBias = try settings.truth("use_bias") ?? true
    function = try Activation.last(&settings)
  }
}

// How a config has them, the other way around.
extension Convolution: CommonLayer {
  package var settings: [String: JSONTree]? {
    windows.settings(
      hasBias: hasBias, function: function,
      ["filters": .integer(filters), "groups": .integer(groups)])
  }
}

extension DepthwiseConvolution: CommonLayer {
  package var settings: [String: JSONTree]? {
    windows.settings(
      hasBias: hasBias, function: function, ["depth_multiplier": .integer(multiplier)])
  }
}

extension SeparableConvolution: CommonLayer {
  package var settings: [String: JSONTree]? {
    windows.settings(
      hasBias: hasBias, function: function,
      ["filters": .integer(filters), "depth_multiplier": .integer(multiplier)])
  }
}
