package import JSON
public import Networks
import Tensors

/// The transpose of a convolution (Keras `Conv1DTranspose`, `Conv2DTranspose`, `Conv3DTranspose`).
///
/// Input `H × W × C`, output `H' × W' × filters`. Weights: kernel `kh × kw × filters × C`, bias `filters`.
public struct TransposedConvolution: Layer {
  /// The number of output channels.
  public var filters: Int
  /// The kernel's extents and how it moves.
  public var windows: WindowSettings
  /// How much longer each axis of the result is than it must be; `nil` leaves it to the padding rule.
  public var outputPadding: [Int]?
  /// Whether a bias is added per filter.
  public var hasBias = true
  /// What is applied last.
  public var function = Activation.linear

  /// `Conv2DTranspose`, by the number of axes.
  public var kerasClass: String { "Conv\(windows.rank)DTranspose" }
  /// The name of what is applied last.
  public var activation: String? { function.nameInConfig }

  /// Adds the transposed convolution.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    let result = inputs[0].inChannelsLast(windows.dataFormat, rank: windows.rank) { x in
      let channels = x.extents[x.rank - 1]
      let kernel = variables(.kernel, windows.size + [filters, channels])
      let bias = hasBias ? [variables(.bias, [filters])] : []
      return x.applying(.transposed(cut(x.extents)), [kernel] + bias)
    }
    return [function(result)]
  }

  /// The windows, and what is cut from the full result along each axis.
  private func cut(_ extents: [Int]) -> Windows {
    var result = Windows(windows.size, strides: windows.strides, dilation: windows.dilation)
    let space = Array(extents.dropLast().suffix(windows.rank))
    guard space.count == windows.rank, windows.strides.count == windows.rank,
      windows.dilation.count == windows.rank,
      (windows.size + windows.strides + windows.dilation + space).allSatisfy({ $0 < 1 << 24 })
    else { return result }
    result.padding = space.indices.map { axis in
      let stride = windows.strides[axis]
      let span = (windows.size[axis] - 1) * windows.dilation[axis] + 1
      let full = (space[axis] - 1) * stride + span
      let isSame = windows.padding == .same
      let extent: Int
      let before: Int
      if let outputPadding {
        extent =
          (space[axis] - 1) * stride + span - (isSame ? span / 2 * 2 : 0) + outputPadding[axis]
        // As the convolution from the result to the source would pad: the odd place after.
        before = isSame ? max(full - extent, 0) / 2 : 0
      } else {
        before = isSame ? max(span - stride, 0) / 2 : 0
        extent = space[axis] * stride + (isSame ? 0 : max(span - stride, 0))
      }
      return Edge(before: before, after: full - before - extent)
    }
    return result
  }
}

extension TransposedConvolution {
  init(_ settings: inout SettingsReader, rank: Int) throws(LayerError) {
    filters = try settings.count("filters")
    windows = try WindowSettings(&settings, rank: rank, size: "kernel_size")
    if var padding = try settings.integers("output_padding") {
      if padding.count == 1 { padding = Array(repeating: padding[0], count: rank) }
      guard padding.count == rank, padding.allSatisfy({ (0...1 << 16).contains($0) }) else {
        throw LayerError("has output_padding \(padding)")
      }
      outputPadding = padding
    }
    if let groups = try settings.integer("groups"), groups != 1 {
      throw LayerError("has groups \(groups)")
    }
    // Keras 1 wrote the extents of the result, which follow from the others.
    settings.pass("output_shape")
    hasBias = try settings.truth("use_bias") ?? true
    function = try Activation.last(&settings)
  }
}

extension TransposedConvolution: CommonLayer {
  package var settings: [String: JSONTree]? {
    windows.settings(
      hasBias: hasBias, function: function,
      [
        "filters": .integer(filters),
        "output_padding": outputPadding.map { .integers($0) } ?? .null,
      ])
  }
}
