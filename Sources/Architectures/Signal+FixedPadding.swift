import Layers
import Networks

extension Signal {
  /// A convolution whose padding does not depend on the size of the map.
  ///
  /// With a stride, `k − 1` zeros are put around first, ⌊(k−1)/2⌋ of them before, and the
  /// convolution is `valid`; without one it is `same`. The two differ: on an even map, `same` with
  /// stride 2 would put the odd row after.
  func fixedPaddingConv(
    _ name: String, filters: Int, kernel: Int, stride: Int, bias: Bool
  ) -> Signal {
    guard stride > 1 else {
      return conv(
        name, filters: filters, kernel: Extent(square: kernel), padding: .same, bias: bias)
    }
    let before = (kernel - 1) / 2
    let after = kernel - 1 - before
    let padded =
      kernel == 1
      ? self
      : zeroPadding(EdgePadding(top: before, bottom: after, left: before, right: after))
    return padded.conv(
      name, filters: filters, kernel: Extent(square: kernel), strides: Extent(square: stride),
      bias: bias)
  }
}
