import Layers
public import Networks

/// The fire module: few channels first, then two kinds of convolution side by side.
///
/// Iandola et al., "SqueezeNet: AlexNet-level accuracy with 50x fewer parameters", 2016, section 3.2.
///
/// Input `H × W × C`, output `H × W × 2·expanded`: the 1×1 convolution's channels first, then the
/// 3×3 convolution's. A ReLU follows each of the three convolutions.
public struct FireModule: Block {
  /// The number of channels that the 1×1 convolution `squeeze` leaves.
  public var squeezed: Int
  /// The number of channels of each of the convolutions `expand1x1` and `expand3x3`.
  public var expanded: Int

  /// Creates a fire module.
  public init(squeezed: Int, expanded: Int) {
    self.squeezed = squeezed
    self.expanded = expanded
  }

  /// Adds the module after `x`.
  public func callAsFunction(_ x: Signal) -> Signal {
    let few = x.conv("squeeze", filters: squeezed, kernel: 1).relu()
    let pointwise = few.conv("expand1x1", filters: expanded, kernel: 1).relu()
    let spatial = few.conv("expand3x3", filters: expanded, kernel: 3, padding: .same).relu()
    return pointwise.concatenated(with: spatial)
  }
}
