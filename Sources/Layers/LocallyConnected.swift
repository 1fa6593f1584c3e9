public import Networks
import Tensors

/// A convolution with a kernel of its own for each place of the result (Keras 2's `LocallyConnected1D`,
/// `LocallyConnected2D`).
///
/// Input `H × W × C`, output `H' × W' × filters`. Weights: kernel as ``KernelOrder`` says, bias `H' × W' × filters`.
public struct LocallyConnected: Layer {
  /// The number of output channels.
  public var filters: Int
  /// The kernel's extents and how it moves.
  public var windows: WindowSettings
  /// How the kernel is kept.
  public var order: KernelOrder
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
      let moved = windows(on: x)
      var patches = x.patches(moved)
      guard patches.rank == windows.rank + 2 else { return x }
      let space = Array(patches.extents.prefix(windows.rank))
      let (taps, channels) = (patches.extents[windows.rank], patches.extents[windows.rank + 1])
      guard let places = Signal.count(space), let inner = Signal.count([taps, channels]) else {
        return x
      }
      let products = LocalProducts(
        windows: moved, space: Array(x.extents.dropLast()), outputs: space, channels: channels,
        filters: filters, isChannelsFirst: isFirst)
      patches = patches.reshaped([places, taps, channels])
      // Keras reads each window as it lies.
      if isFirst { patches = patches.permuted([0, 2, 1]) }
      guard let kernel = kernel(products, variables) else {
        x.fail("has more weights than implementation 1 alone can hold; save the model with that")
        return x
      }
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

  /// The windows on `x`, which has channels last, their padding resolved.
  ///
  /// With padding `same` Keras lets each window begin half of its size before its place, also where a convolution's
  /// would begin elsewhere.
  private func windows(on x: Signal) -> Windows {
    var result = windows.windows(on: x.extents)
    guard windows.padding == .same, x.rank == windows.rank + 1 else { return result }
    result.padding = (0..<windows.rank).map { axis in
      let (size, stride, extent) = (result.size[axis], result.strides[axis], x.extents[axis])
      let before = size / 2
      let outputs = (extent + stride - 1) / stride
      return Edge(
        before: before, after: max((outputs - 1) * stride + size - before - extent, 0))
    }
    return result
  }

  init(_ settings: inout SettingsReader, rank: Int) throws(LayerError) {
    filters = try settings.count("filters")
    windows = try WindowSettings(&settings, rank: rank, size: "kernel_size")
    hasBias = try settings.truth("use_bias") ?? true
    let way = try settings.integer("implementation") ?? 1
    guard let order = KernelOrder(rawValue: way) else {
      throw LayerError("has implementation \(way), which Keras does not have")
    }
    self.order = order
    // Keras has no others for it, and only "valid" where the kernel lies place by place.
    guard windows.padding == .valid || windows.padding == .same && order != .places else {
      throw LayerError("has padding that Keras does not allow with implementation \(way)")
    }
    function = try Activation.last(&settings)
  }
}
