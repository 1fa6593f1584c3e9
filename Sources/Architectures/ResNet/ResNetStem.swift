import Layers
import Networks
import Tensors

/// The stem that both versions share: 7×7/2 convolution after three zeros all around, and a 3×3/2
/// max-pool.
///
/// Zeros before the pool take part in its maximum. Version 1 has a ReLU before them, so they only
/// move the windows there; version 2 has none, so padding with −∞ gives another network.
struct ResNetStem: Block {
  var filters: Int
  var normalizes: Bool
  var conventions: ResNetConventions

  func callAsFunction(_ image: Signal) -> Signal {
    let x =
      image
      .zeroPadding(EdgePadding(all: 3))
      .conv(
        "conv", filters: filters, kernel: 7, strides: 2,
        bias: !normalizes || conventions.biasBeforeNorm)
    let features = normalizes ? x.batchNorm("norm", epsilon: conventions.epsilon).relu() : x
    return switch conventions.poolPadding {
    case .none: features.maxPool(3, strides: 2)
    case .zeros: features.zeroPadding(EdgePadding(all: 1)).maxPool(3, strides: 2)
    case .same: features.maxPool(3, strides: 2, padding: .same)
    }
  }
}

/// The mean over the map; version 2 normalises first.
///
/// The result is a row, or a map of 1×1 for a head that is a convolution.
struct ResNetPool: Block {
  var normalizes: Bool
  var conventions: ResNetConventions

  func callAsFunction(_ x: Signal) -> Signal {
    let features = normalizes ? x.batchNorm("norm", epsilon: conventions.epsilon).relu() : x
    guard conventions.head == .convolution else { return features.globalAveragePool() }
    let whole = Extent(height: features.extents[0], width: features.extents[1])
    return features.averagePool(whole, strides: whole)
  }
}

/// A dense layer written as a 1×1 convolution of a 1×1 map.
struct ConvolutionalHead: Block {
  var classes: Int

  func callAsFunction(_ pooled: Signal) -> Signal {
    pooled.conv("logits", filters: classes, kernel: 1).flatten()
  }
}

extension ResNetConventions {
  /// Adds the head after what ``ResNetPool`` leaves; the result is the logits.
  func logits(_ pooled: Signal, classes: Int) -> Signal {
    switch head {
    case .dense: pooled.applying(DenseHead(classes: classes), as: "head")
    case .convolution: pooled.applying(ConvolutionalHead(classes: classes), as: "head")
    }
  }

  /// One row of features from what ``ResNetPool`` leaves.
  func row(_ pooled: Signal) -> Signal {
    switch head {
    case .dense: pooled
    case .convolution: pooled.flatten()
    }
  }
}
