import Networks

/// Residual block with pre-activation.
///
/// "Identity Mappings in Deep Residual Networks", figure 4e.
///
/// Input `H × W × C`, output `⌈H/stride⌉ × ⌈W/stride⌉ × width`, or `4·width` for a bottleneck.
/// Nothing follows the addition.
struct PreActivationBlock: Layer {
  /// What stands beside the residual branch.
  enum Shortcut {
    case identity
    /// A 1×1 convolution of the pre-activated input, in the first block of every stage.
    case projection
  }

  var kind: PreActivationResNet.Block
  var width: Int
  var stride: Int
  var shortcut: Shortcut

  func callAsFunction(_ x: Signal) -> Signal {
    let active = x.batchNorm("norm").relu()
    let filters = kind == .bottleneck ? 4 * width : width
    // The projection is created before the branch: automatic layer names count in this order.
    let skip =
      switch shortcut {
      case .identity: x
      case .projection:
        active.fixedPaddingConv("project", filters: filters, kernel: 1, stride: stride)
      }
    let residual =
      switch kind {
      case .regular: regularBranch(active)
      case .bottleneck: bottleneckBranch(active)
      }
    return residual + skip
  }

  private func regularBranch(_ active: Signal) -> Signal {
    active
      .fixedPaddingConv("first", filters: width, kernel: 3, stride: stride)
      .batchNorm("firstNorm").relu()
      .fixedPaddingConv("second", filters: width, kernel: 3, stride: 1)
  }

  private func bottleneckBranch(_ active: Signal) -> Signal {
    active
      .fixedPaddingConv("reduce", filters: width, kernel: 1, stride: 1)
      .batchNorm("reduceNorm").relu()
      .fixedPaddingConv("spatial", filters: width, kernel: 3, stride: stride)
      .batchNorm("spatialNorm").relu()
      .fixedPaddingConv("expand", filters: 4 * width, kernel: 1, stride: 1)
  }
}

extension Signal {
  /// A convolution whose padding does not depend on the size of the map.
  ///
  /// With a stride, `k − 1` zeros are put around first, ⌊(k−1)/2⌋ of them before, and the
  /// convolution is `valid`; without one it is `same`. The two differ: on an even map, `same` with
  /// stride 2 would put the odd row after.
  func fixedPaddingConv(_ name: String, filters: Int, kernel: Int, stride: Int) -> Signal {
    guard stride > 1 else {
      return conv(name, filters: filters, kernel: Extent(square: kernel), padding: .same)
    }
    let before = (kernel - 1) / 2
    let after = kernel - 1 - before
    let padded =
      kernel == 1
      ? self
      : zeroPadding(EdgePadding(top: before, bottom: after, left: before, right: after))
    return padded.conv(
      name, filters: filters, kernel: Extent(square: kernel), strides: Extent(square: stride))
  }
}
