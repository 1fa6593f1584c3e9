public import Networks
import Tensors

/// A convolution with a kernel of its own for each place of the result (Keras 2's `LocallyConnected1D`,
/// `LocallyConnected2D`).
///
/// Input `H × W × C`, output `H' × W' × filters`. Weights: kernel `H'·W' × kh·kw·C × filters`, bias `H' × W' × filters`.
public struct LocallyConnected: Layer {
  /// The number of output channels.
  public var filters: Int
  /// The kernel's extents and how it moves, never with padding.
  public var windows: WindowSettings
  /// Whether a bias is added at each place.
  public var hasBias: Bool
  /// What is applied last.
  public var function: Activation

  /// `LocallyConnected2D`, by the number of axes.
  public var kerasClass: String { "LocallyConnected\(windows.rank)D" }
  /// The name of what is applied last.
  public var activation: String? { function.nameInConfig }

  /// Adds the products, place by place.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    let isFirst = windows.dataFormat == .channelsFirst
    let result = inputs[0].inChannelsLast(windows.dataFormat, rank: windows.rank) { x in
      var patches = x.patches(windows.windows(on: x.extents))
      guard patches.rank == windows.rank + 2 else { return x }
      let space = Array(patches.extents.prefix(windows.rank))
      let (taps, channels) = (patches.extents[windows.rank], patches.extents[windows.rank + 1])
      guard let places = Signal.count(space), let inner = Signal.count([taps, channels]) else {
        return x
      }
      patches = patches.reshaped([places, taps, channels])
      // Keras reads each window as it lies.
      if isFirst { patches = patches.permuted([0, 2, 1]) }
      let kernel = variables(.kernel, [places, inner, filters])
      let product = patches.reshaped([places, inner])
        .applying(.contract(Contraction([1], [1], shared: ([0], [0]))), [kernel])
        .reshaped(space + [filters])
      guard hasBias else { return product }
      guard isFirst else { return product.zip(.add, variables(.bias, space + [filters])) }
      // Keras adds the bias of channels first in the order in which its numbers lie.
      let bias = variables(.bias, space + [filters], viewed: [filters] + space)
      return product.channelsMovedFirst(windows.rank).zip(.add, bias)
        .channelsMovedLast(windows.rank)
    }
    return [function(result)]
  }

  init(_ settings: inout SettingsReader, rank: Int) throws(LayerError) {
    filters = try settings.count("filters")
    windows = try WindowSettings(&settings, rank: rank, size: "kernel_size")
    hasBias = try settings.truth("use_bias") ?? true
    guard windows.padding == .valid else { throw LayerError("has padding other than valid") }
    let way = try settings.integer("implementation") ?? 1
    guard way == 1 else {
      throw LayerError(
        "has implementation \(way), which keeps its weights in another order",
        remedy: "save the model with implementation 1")
    }
    function = try Activation.last(&settings)
  }
}
