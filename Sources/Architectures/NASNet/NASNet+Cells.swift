import Layers
import Networks

/// The cell that keeps the size of its map, figure 4 of the paper, left.
///
/// Input `H × W × C`, output `H × W × 6·filters`.
struct NormalCell {
  var filters: Int

  /// Adds the cell after `x` and what the cell before this one has read.
  func callAsFunction(_ x: Signal, before: Signal) -> Signal {
    let p = before.adjusted(to: x, filters: filters)
    let h = x.relu().conv("reduce", filters: filters, kernel: 1, padding: .same, bias: false)
      .batchNorm("reduceNorm")
    func separable(_ x: Signal, _ kernel: Int, _ name: String) -> Signal {
      x.applying(TwiceSeparable(filters: filters, kernel: kernel), as: name)
    }
    let sums = [
      separable(h, 5, "left1") + separable(p, 3, "right1"),
      separable(p, 5, "left2") + separable(p, 3, "right2"),
      h.averagePool(3, strides: 1, padding: .same) + p,
      p.averagePool(3, strides: 1, padding: .same) + p.averagePool(3, strides: 1, padding: .same),
      separable(h, 3, "left5") + h,
    ]
    return p.concatenated(with: sums)
  }
}

/// The cell that halves the size of its map, figure 4, right.
///
/// Input `H × W × C`, output `⌈H/2⌉ × ⌈W/2⌉ × 4·filters`.
struct ReductionCell {
  var filters: Int

  /// Adds the cell after `x` and what the cell before this one has read; `nil` for the first.
  func callAsFunction(_ x: Signal, before: Signal?) -> Signal {
    let p = before?.adjusted(to: x, filters: filters) ?? x
    let h = x.relu().conv("reduce", filters: filters, kernel: 1, padding: .same, bias: false)
      .batchNorm("reduceNorm")
    // These zeros take part in the maximum and in the mean.
    let padded = h.paddedForStride2(kernel: 3)
    func halved(_ x: Signal, _ kernel: Int, _ name: String) -> Signal {
      x.applying(TwiceSeparable(filters: filters, kernel: kernel, stride: 2), as: name)
    }
    let first = halved(h, 5, "left1") + halved(p, 7, "right1")
    let second = padded.maxPool(3, strides: 2) + halved(p, 7, "right2")
    let third = padded.averagePool(3, strides: 2) + halved(p, 5, "right3")
    let fourth = second + first.averagePool(3, strides: 1, padding: .same)
    let fifth =
      first.applying(TwiceSeparable(filters: filters, kernel: 3), as: "left4")
      + padded.maxPool(3, strides: 2)
    return second.concatenated(with: [third, fourth, fifth])
  }
}

/// Two separable convolutions, a ReLU before each and a batch norm after it; the first has the stride.
private struct TwiceSeparable: Block {
  var filters: Int
  var kernel: Int
  var stride = 1

  func callAsFunction(_ x: Signal) -> Signal {
    let extent = Extent(square: kernel)
    let active = x.relu()
    let padded = stride == 1 ? active : active.paddedForStride2(kernel: kernel)
    return
      padded
      .separableConv(
        "conv1", filters: filters, kernel: extent, strides: Extent(square: stride),
        padding: stride == 1 ? .same : .valid
      )
      .batchNorm("norm1").relu()
      .separableConv("conv2", filters: filters, kernel: extent)
      .batchNorm("norm2")
  }
}

extension Signal {
  /// The older of a cell's inputs in the size of the newer one, and in the cell's width; itself where it has both.
  fileprivate func adjusted(to x: Signal, filters: Int) -> Signal {
    if extents.dropLast() != x.extents.dropLast() {
      return wired(as: "adjust") { $0.relu().halved(filters: filters) }
    }
    guard channels != filters else { return self }
    return wired(as: "adjust") {
      $0.relu().conv("project", filters: filters, kernel: 1, bias: false).batchNorm("norm")
    }
  }

  /// Every second pixel, and beside it every second one beginning a row and a column later.
  private func halved(filters: Int) -> Signal {
    let later = zeroPadding(EdgePadding(top: 0, bottom: 1, left: 0, right: 1))
      .cropping(EdgePadding(top: 1, bottom: 0, left: 1, right: 0))
    func half(_ x: Signal, _ name: String) -> Signal {
      x.averagePool(1, strides: 2).conv(name, filters: filters / 2, kernel: 1, bias: false)
    }
    return half(self, "even").concatenated(with: half(later, "odd")).batchNorm("norm")
  }

  /// Zeros around a map of which every second window is read, as `keras.applications` puts them: one row and
  /// column less before an even extent.
  fileprivate func paddedForStride2(kernel: Int) -> Signal {
    let edges = extents.dropLast().map { extent in
      (before: kernel / 2 - (extent % 2 == 0 ? 1 : 0), after: kernel / 2)
    }
    return zeroPadding(
      EdgePadding(
        top: edges[0].before, bottom: edges[0].after, left: edges[1].before, right: edges[1].after))
  }
}
