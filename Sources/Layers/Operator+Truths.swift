import Networks
import Tensors

// Operators that give truths, 1 or 0, or choose by them.
extension OperatorCall {
  static let truths: [String: One] = [
    "LogicalNot": { $0.x.zip(.equal, $0.x.single(0)) },
    "LogicalAnd": { $0.logical(.multiply) },
    "LogicalOr": { $0.logical(.maximum) },
    "LogicalXor": { $0.logical(.notEqual) },
    "Isnan": { $0.x.zip(.notEqual, $0.x) },
    "Isinf": { $0.x.map(.absolute).zip(.equal, $0.x.single(.infinity)) },
    "Isfinite": { $0.x.map(.absolute).zip(.less, $0.x.single(.infinity)) },
    "Isposinf": { $0.x.zip(.equal, $0.x.single(.infinity)) },
    "Isneginf": { $0.x.zip(.equal, $0.x.single(-.infinity)) },
    // Nothing is above infinity, so that these hold for NaN too.
    "ZerosLike": { $0.x.zip(.greater, $0.x.single(.infinity)) },
    "OnesLike": { $0.x.zip(.greater, $0.x.single(.infinity)).map(.affine(scale: 1, offset: 1)) },
    "FullLike": { call in
      guard let value = call.number(1, "fill_value") else { return nil }
      return call.x.zip(.greater, call.x.single(.infinity)).map(.affine(scale: 1, offset: value))
    },
    "Where": { $0.choice() },
    "Heaviside": { call in
      guard let (a, b) = call.pairOfSignals() else { return nil }
      let step = a.zip(.greater, a.single(0))
      return a.zip(.equal, a.single(0)).applying(.select, [b, step])
    },
    "NanToNum": { call in
      let most = Float.greatestFiniteMagnitude
      let x = call.x
      let isNumber = x.zip(.equal, x)
      let finite = isNumber.applying(.select, [x, x.single(call.number(nil, "nan") ?? 0)])
      let above = finite.zip(.equal, x.single(.infinity))
        .applying(.select, [x.single(call.number(nil, "posinf") ?? most), finite])
      return above.zip(.equal, x.single(-.infinity))
        .applying(.select, [x.single(call.number(nil, "neginf") ?? -most), above])
    },
    "Tril": { $0.triangle { row, column, k in column <= row + k } },
    "Triu": { $0.triangle { row, column, k in column >= row + k } },
    "OneHot": { $0.oneHot() },
    "Argmax": { $0.place(of: .largest) },
    "Argmin": { $0.place(of: .least) },
  ]

  /// Arithmetic on two operands as truths.
  private func logical(_ arithmetic: Arithmetic) -> Signal? {
    guard let (a, b) = pairOfSignals() else { return nil }
    return a.zip(.notEqual, x.single(0)).zip(arithmetic, b.zip(.notEqual, x.single(0)))
  }

  /// Of two operands the one that a third tells.
  private func choice() -> Signal? {
    let places = [
      argument(0, "condition"), argument(1, "x1", "x"), argument(2, "x2", "y"),
    ]
    let rank = inputs.map(\.rank).max() ?? 0
    let all = places.compactMap { signal($0, rank: rank) }
    guard all.count == 3, inputs.allSatisfy({ $0.rank == rank }) else {
      x.fail("Where of values of unequal axes, or of something that is computed")
      return nil
    }
    return all[0].applying(.select, [all[1], all[2]])
  }

  /// The numbers on one side of a diagonal of the last two axes, 0 on the other.
  private func triangle(_ holds: (_ row: Int, _ column: Int, _ k: Int) -> Bool) -> Signal? {
    guard x.rank >= 2, let k = argument(nil, "k").map(\.integer) ?? 0 else {
      x.fail("\(name) of \(x.shape)")
      return nil
    }
    let (rows, columns) = (x.extents[x.rank - 2], x.extents[x.rank - 1])
    guard rows * columns <= 1 << 24 else { return nil }
    let mask = (0..<rows * columns).map { holds($0 / columns, $0 % columns, k) ? Float(1) : 0 }
    return x.constant(Tensor(shape: [rows, columns], values: mask))
      .applying(.select, [x, x.single(0)])
  }

  /// 1 at the place that a number tells, along a new axis.
  private func oneHot() -> Signal? {
    guard let count = argument(1, "num_classes", "depth")?.integer, (1...1 << 20).contains(count)
    else { return nil }
    let written = argument(nil, "axis")?.integer ?? -1
    let axis = written < 0 ? written + x.rank + 1 : written - 1
    guard (0...x.rank).contains(axis) else {
      x.fail("OneHot along axis \(written) of \(x.shape)")
      return nil
    }
    var extents = x.extents
    extents.insert(1, at: axis)
    let along = extents.indices.map { $0 == axis ? count : 1 }
    let classes = x.constant(Tensor(shape: Shape(along), values: (0..<count).map { Float($0) }))
    let on = number(nil, "on_value") ?? 1
    let off = number(nil, "off_value") ?? 0
    return x.reshaped(extents).zip(.equal, classes).map(.affine(scale: on - off, offset: off))
  }

  /// The first place along an axis that has the largest, or the least number.
  private func place(of reduction: Reduction) -> Signal? {
    guard let axis = axes(argument(nil, "axis"))?.first else { return nil }
    let count = x.extents[axis]
    guard count <= 1 << 24 else { return nil }
    let along = x.extents.indices.map { $0 == axis ? count : 1 }
    let places = x.constant(Tensor(shape: Shape(along), values: (0..<count).map { Float($0) }))
    let isBest = x.zip(.equal, x.reduced(reduction, [axis]))
    let found = isBest.applying(.select, [places, x.single(Float(count))])
    return found.applying(
      .reduce(.least, axes: [axis], keepsAxes: argument(nil, "keepdims") == .truth(true)))
  }
}
