import Networks
import Tensors

// Operators that make one number of all along some axes, or shares of them.
extension OperatorCall {
  static let reductions: [String: One] = [
    "Mean": { $0.reduced { $0.reduced(.mean, $1) } },
    "Sum": { $0.reduced { $0.reduced(.sum, $1) } },
    "Max": { $0.reduced { $0.reduced(.largest, $1) } },
    "Amax": { $0.reduced { $0.reduced(.largest, $1) } },
    "Min": { $0.reduced { $0.reduced(.least, $1) } },
    "Amin": { $0.reduced { $0.reduced(.least, $1) } },
    "Prod": { $0.reduced { $0.reduced(.product, $1) } },
    "Any": { $0.reduced { $0.zip(.notEqual, $0.single(0)).reduced(.largest, $1) } },
    "All": { $0.reduced { $0.zip(.notEqual, $0.single(0)).reduced(.least, $1) } },
    "CountNonzero": { $0.reduced { $0.zip(.notEqual, $0.single(0)).reduced(.sum, $1) } },
    "Var": { $0.reduced { $0.variance($1) } },
    "Std": { $0.reduced { $0.variance($1).map(.sqrt) } },
    "Ptp": { $0.reduced { $0.reduced(.largest, $1).zip(.subtract, $0.reduced(.least, $1)) } },
    "Logsumexp": {
      $0.reduced { x, axes in
        // Less the largest, so that no power overflows.
        let largest = x.reduced(.largest, axes)
        let sum = x.zip(.subtract, largest).map(.exp).reduced(.sum, axes)
        return sum.map(.log).zip(.add, largest)
      }
    },
    "EuclideanNorm": { $0.reduced { $0.map(.square).reduced(.sum, $1).map(.sqrt) } },
    "Norm": { $0.norm() },
    "Average": { $0.weightedAverage() },
    "Softmax": { $0.softmax(.plain) },
    "LogSoftmax": { $0.softmax(.log) },
    "Sparsemax": { $0.softmax(.sparse) },
    "Glu": { call in
      guard let axis = call.x.axis(call.argument(nil, "axis")?.integer ?? -1) else { return nil }
      return call.x.gatedLinearUnit(axis)
    },
    "Cumsum": { $0.cumulativeSum() },
    "Diff": { call in
      guard call.argument(nil, "n")?.integer ?? 1 == 1,
        let axis = call.x.axis(call.argument(nil, "axis")?.integer ?? -1),
        call.x.extents[axis] > 1
      else { return nil }
      let count = call.x.extents[axis] - 1
      return call.x.sliced(axis, 1, count).zip(.subtract, call.x.sliced(axis, 0, count))
    },
  ]

  /// A reduction that keeps its axes, which go where the call does not keep them.
  private func reduced(_ wire: (Signal, [Int]) -> Signal) -> Signal? {
    guard let axes = axes(argument(1, "axis", "axes", "reduction_indices")) else { return nil }
    let result = wire(x, axes)
    if argument(2, "keepdims", "keep_dims") == .truth(true) { return result }
    // One primitive where the network's author wrote one operator.
    if case .value(let id) = result.operand,
      case .reduce(let reduction, let own, keepsAxes: true) = x.tracer.nodes[id].primitive,
      let before = x.tracer.nodes[id].operands.first, before == x.operand
    {
      return x.applying(.reduce(reduction, axes: own, keepsAxes: false))
    }
    return result.reshaped(x.extents.indices.filter { !axes.contains($0) }.map { x.extents[$0] })
  }

  private func softmax(_ kind: SoftmaxKind) -> Signal? {
    guard let axes = x.axes(argument(1, "axis")?.integers ?? [-1]) else { return nil }
    return x.applying(.softmax(kind, axes: axes))
  }

  /// The length of vectors: of order 2, 1, or infinity.
  private func norm() -> Signal? {
    let order = argument(1, "ord")
    return reduced { x, axes in
      switch order {
      case nil, .none?, .number(2)?, .text("euclidean")?, .text("fro")?:
        return x.map(.square).reduced(.sum, axes).map(.sqrt)
      case .number(1)? where axes.count == 1: return x.map(.absolute).reduced(.sum, axes)
      case .number(.infinity)? where axes.count == 1:
        return x.map(.absolute).reduced(.largest, axes)
      default:
        x.fail("Norm of another order than 1 and 2")
        return x.reduced(.sum, axes)
      }
    }
  }

  private func weightedAverage() -> Signal? {
    guard let axes = axes(argument(nil, "axis")) else { return nil }
    let rest = x.extents.indices.filter { !axes.contains($0) }.map { x.extents[$0] }
    guard let written = argument(1, "weights") else { return x.reduced(.mean, axes).reshaped(rest) }
    guard var weights = signal(written, rank: x.rank) else { return nil }
    if axes.count == 1, weights.rank == 1 {
      weights = weights.reshaped(x.extents(kept: axes))
    }
    let sum = x.zip(.multiply, weights).reduced(.sum, axes)
    let all = weights.zip(.multiply, x.onesAlong(x.extents)).reduced(.sum, axes)
    return sum.zip(.divide, all).reshaped(rest)
  }

  /// The sum of all numbers up to each along an axis.
  private func cumulativeSum() -> Signal? {
    guard let axis = axes(argument(1, "axis"))?.first, x.extents[axis] <= 1 << 12,
      argument(nil, "exclusive") != .truth(true), argument(nil, "reverse") != .truth(true)
    else { return nil }
    let count = x.extents[axis]
    let triangle = x.constant(
      Tensor(
        shape: [count, count], values: (0..<count * count).map { $0 / count <= $0 % count ? 1 : 0 })
    )
    let names = Array("abcdefghijklmnop".prefix(x.rank))
    var result = names
    result[axis] = "z"
    return x.einsum(names, triangle, [names[axis], "z"], to: result)
  }
}

extension Signal {
  /// The mean of the squares of what differs from the mean.
  func variance(_ axes: [Int]) -> Signal {
    zip(.subtract, reduced(.mean, axes)).map(.square).reduced(.mean, axes)
  }

  /// Places side by side along one axis.
  func sliced(_ axis: Int, _ start: Int, _ count: Int, step: Int = 1) -> Signal {
    guard start != 0 || count != extents[axis] || step != 1 else { return self }
    var slices = extents.map { Slice(start: 0, count: $0) }
    slices[axis] = Slice(start: start, count: count, step: step)
    return applying(.slice(slices))
  }

  /// Ones of the given extents.
  func onesAlong(_ extents: [Int]) -> Signal {
    guard let count = Self.count(extents), count <= 1 << 26 else {
      fail("fills \(extents)")
      return single(1)
    }
    return constant(Tensor(shape: Shape(extents), values: Array(repeating: 1, count: count)))
  }
}
