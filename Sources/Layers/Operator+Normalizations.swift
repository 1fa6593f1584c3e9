import Networks
import Tensors

// Operators that normalise.
extension OperatorCall {
  static let normalizations: [String: One] = [
    "Normalize": { $0.normalized() },
    "L2Normalize": { call in
      guard let axes = call.axes(call.argument(1, "axis", "dim")) else { return nil }
      let least = call.number(nil, "epsilon") ?? 1e-12
      return call.x.unitLength(along: axes, leastSquare: least)
    },
    "LayerNorm": { $0.ownMoments() },
    "RMSNorm": { $0.ownMoments() },
    "BatchNorm": { $0.batchNormalized() },
    "BiasAdd": { call in
      guard let bias = call.argument(1, "bias")?.tensor else { return nil }
      if call.argument(nil, "data_format") == .text("NCHW") {
        let shape = bias.shape.dimensions + Array(repeating: 1, count: call.x.rank - 1)
        return call.x.zip(
          .add, call.x.constant(Tensor(shape: Shape(shape), values: bias.values)))
      }
      return call.x.zip(.add, call.x.constant(bias))
    },
  ]

  /// Each row over its length, of order 2.
  private func normalized() -> Signal? {
    let order = argument(nil, "order")?.integer ?? 2
    guard let axes = x.axes(argument(nil, "axis")?.integers ?? [-1]), (1...2).contains(order)
    else { return nil }
    let least = number(nil, "epsilon") ?? 1e-7
    if order == 2 { return x.unitLength(along: axes, leastSquare: least * least) }
    let sum = x.map(.absolute).reduced(.sum, axes)
    return x.zip(.divide, sum.map(.clip(least: least, largest: .infinity)))
  }

  /// By an image's own moments, times one array, plus another.
  private func ownMoments() -> Signal? {
    guard let axes = x.axes(argument(nil, "axis")?.integers ?? [-1])?.sorted(),
      argument(nil, "rms_scaling") != .truth(true)
    else { return nil }
    let isCentered = name == "LayerNorm"
    // `keras.ops.layer_normalization` and `rms_normalization`, where nothing else is told.
    let epsilon = number(nil, "epsilon") ?? 1e-7
    var result = x.applying(
      .normalize(axes: axes, Normalize(epsilon: epsilon, isCentered: isCentered)))
    let along = x.extents(kept: axes)
    for (place, names, arithmetic) in [
      (1, ("gamma", "scale"), Arithmetic.multiply), (2, ("beta", "beta"), .add),
    ] {
      guard let value = argument(place, names.0, names.1), value != .none else { continue }
      guard let array = signal(value, rank: x.rank),
        array.shape.elementCount == Signal.count(along) || array.shape.elementCount == 1
      else { return nil }
      let isWhole = array.shape.elementCount != 1
      result = result.zip(arithmetic, isWhole ? array.reshaped(along) : array.reshaped([]))
    }
    return result
  }

  /// By moments that are told.
  private func batchNormalized() -> Signal? {
    guard let axis = axes(argument(nil, "axis"))?.first,
      let mean = argument(1, "mean")?.tensor, let variance = argument(2, "variance")?.tensor
    else {
      x.fail("BatchNorm by moments that are computed")
      return nil
    }
    let (beta, gamma) = (argument(3, "offset")?.tensor, argument(4, "scale")?.tensor)
    let norm = BatchNormalize(
      axis: axis, epsilon: number(nil, "epsilon") ?? 1e-3, hasScale: gamma != nil,
      hasCenter: beta != nil)
    return x.applying(
      .batchNormalize(norm),
      [mean, variance].map(x.constant) + [gamma, beta].compactMap { $0 }.map(x.constant))
  }
}
