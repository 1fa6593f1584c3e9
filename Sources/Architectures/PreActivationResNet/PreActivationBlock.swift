import Layers
import Networks

/// Residual block with pre-activation.
///
/// "Identity Mappings in Deep Residual Networks", figure 4e.
///
/// Input `H × W × C`, output `⌈H/stride⌉ × ⌈W/stride⌉ × width`, or `4·width` for a bottleneck.
/// Nothing follows the addition.
struct PreActivationBlock: Block {
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
  var conventions: PreActivationResNet.Conventions

  func callAsFunction(_ x: Signal) -> Signal {
    let active = x.batchNorm("norm", epsilon: conventions.epsilon).relu()
    let filters = kind == .bottleneck ? 4 * width : width
    // The projection is created before the branch: automatic layer names count in this order.
    let skip =
      switch shortcut {
      case .identity: x
      case .projection:
        active.fixedPaddingConv(
          "project", filters: filters, kernel: 1, stride: stride, bias: conventions.hasBias)
      }
    let residual =
      switch kind {
      case .regular: regularBranch(active)
      case .bottleneck: bottleneckBranch(active)
      }
    return residual + skip
  }

  private func regularBranch(_ active: Signal) -> Signal {
    let (epsilon, bias) = (conventions.epsilon, conventions.hasBias)
    return
      active
      .fixedPaddingConv("first", filters: width, kernel: 3, stride: stride, bias: bias)
      .batchNorm("firstNorm", epsilon: epsilon).relu()
      .fixedPaddingConv("second", filters: width, kernel: 3, stride: 1, bias: bias)
  }

  private func bottleneckBranch(_ active: Signal) -> Signal {
    let (epsilon, bias) = (conventions.epsilon, conventions.hasBias)
    return
      active
      .fixedPaddingConv("reduce", filters: width, kernel: 1, stride: 1, bias: bias)
      .batchNorm("reduceNorm", epsilon: epsilon).relu()
      .fixedPaddingConv("spatial", filters: width, kernel: 3, stride: stride, bias: bias)
      .batchNorm("spatialNorm", epsilon: epsilon).relu()
      .fixedPaddingConv("expand", filters: 4 * width, kernel: 1, stride: 1, bias: bias)
  }
}
