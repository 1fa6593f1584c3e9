import Networks

/// ε of every batch norm in `keras.applications.resnet` (its source, `resnet.py`).
let kerasEpsilon: Float = 1.001e-5

/// The stem that both versions share: 7×7/2 convolution and 3×3/2 max-pool, each after zeros.
///
/// The zeros before the pool take part in its maximum. Version 1 has a ReLU before them, so they
/// change nothing there; version 2 has none, so padding with −∞ would give another network.
struct KerasStem: Layer {
  var filters: Int
  var normalizes: Bool

  func callAsFunction(_ image: Signal) -> Signal {
    let x =
      image
      .zeroPadding(EdgePadding(all: 3))
      .conv("conv", filters: filters, kernel: 7, strides: 2)
    let features = normalizes ? x.batchNorm("norm", epsilon: kerasEpsilon).relu() : x
    return features.zeroPadding(EdgePadding(all: 1)).maxPool(3, strides: 2)
  }
}

/// The mean over the map and a dense layer; version 2 normalises first.
struct KerasHead: Layer {
  var classes: Int
  var normalizes: Bool

  func callAsFunction(_ x: Signal) -> Signal {
    let features = normalizes ? x.batchNorm("norm", epsilon: kerasEpsilon).relu() : x
    return features.globalAveragePool().dense("logits", units: classes)
  }
}
