import Networks
import Tensors

// Operators that repeat, turn and take apart what they read.
extension OperatorCall {
  static let arrangements: [String: One] = [
    "Repeat": { $0.repeated() },
    "Tile": { $0.tiled() },
    "Roll": { $0.rolled() },
    "Flip": { $0.flipped() },
    "Fliplr": { call in call.x.axis(1).map { call.x.backwards($0) } },
    "Swapaxes": { $0.swapped() },
    "Moveaxis": { $0.moved() },
    "BroadcastTo": { $0.broadcast() },
    "Take": { $0.taken() },
    "Rot90": { $0.turned() },
  ]

  /// The operators of several results.
  static let several: [String: @Sendable (OperatorCall) -> [Signal]?] = [
    "Split": { $0.split($0.argument(nil, "axis")?.integer ?? 0, isEven: true) },
    "ArraySplit": { $0.split($0.argument(nil, "axis")?.integer ?? 0, isEven: false) },
    "Hsplit": { $0.split(1, isEven: true) },
    "Dsplit": { $0.split(2, isEven: true) },
    "Unstack": { $0.unstacked() },
    "Moments": { $0.moments() },
  ]

  /// Each place so many times.
  private func repeated() -> Signal? {
    guard let axis = axes(argument(nil, "axis"))?.first,
      let counts = argument(1, "repeats")?.integers,
      counts.allSatisfy({ (0...1 << 16).contains($0) })
    else { return nil }
    if counts.count == 1 {
      return x.applying(
        .resize(Resize(axis: axis, size: x.extents[axis] * counts[0], method: .nearest)))
    }
    guard counts.count == x.extents[axis], counts.reduce(0, +) <= 1 << 24 else { return nil }
    return x.places(counts.indices.flatMap { Array(repeating: $0, count: counts[$0]) }, axis)
  }

  /// The whole array so many times along each axis.
  private func tiled() -> Signal? {
    guard var counts = argument(1, "repeats", "multiples")?.integers, counts.count <= x.rank + 1
    else { return nil }
    counts = Array(repeating: 1, count: x.rank + 1 - counts.count) + counts
    guard counts[0] == 1, counts.allSatisfy({ (1...1 << 12).contains($0) }) else {
      x.fail("Tile that repeats the images")
      return nil
    }
    return counts.dropFirst().enumerated().reduce(x) { x, count in
      guard count.element > 1 else { return x }
      let others = Array(repeating: x, count: count.element - 1)
      return x.applying(.concatenate(axis: count.offset), others)
    }
  }

  private func rolled() -> Signal? {
    guard let axes = axes(argument(2, "axis")), let shifts = argument(1, "shift")?.integers,
      shifts.count == axes.count || shifts.count == 1
    else { return nil }
    return axes.indices.reduce(x) { x, place in
      let (axis, length) = (axes[place], x.extents[axes[place]])
      let shift = shifts[shifts.count == 1 ? 0 : place]
      let first = length == 0 ? 0 : (length - shift % length) % length
      guard first != 0 else { return x }
      return x.sliced(axis, first, length - first)
        .applying(.concatenate(axis: axis), [x.sliced(axis, 0, first)])
    }
  }

  private func flipped() -> Signal? {
    guard let axes = axes(argument(1, "axis")) else { return nil }
    return axes.reduce(x) { $0.backwards($1) }
  }

  /// Two axes in each other's place, by places that count the batch.
  private func swapped() -> Signal? {
    guard let a = argument(1, "axis1")?.integer.flatMap(x.axis),
      let b = argument(2, "axis2")?.integer.flatMap(x.axis)
    else { return nil }
    var order = Array(0..<x.rank)
    order.swapAt(a, b)
    return x.permuted(order)
  }

  private func moved() -> Signal? {
    guard let from = argument(1, "source")?.integers.flatMap(x.axes),
      let to = argument(2, "destination")?.integers.flatMap(x.axes), from.count == to.count,
      Set(from).count == from.count, Set(to).count == to.count
    else { return nil }
    var order = (0..<x.rank).filter { !from.contains($0) }
    for (target, source) in zip(to, from).sorted(by: { $0.0 < $1.0 }) {
      order.insert(source, at: target)
    }
    return x.permuted(order)
  }

  private func broadcast() -> Signal? {
    guard let shape = extents(argument(1, "shape")), shape.count == x.rank + 1, shape[0] == -1
    else {
      x.fail("BroadcastTo a shape that tells the number of images, or is computed")
      return nil
    }
    let target = shape.dropFirst().compactMap(\.self)
    guard target.count == x.rank, target.allSatisfy({ $0 >= 0 }) else { return nil }
    return x.zip(.multiply, x.onesAlong(target))
  }

  /// Places along an axis that the call tells, or rows of a table that an array tells.
  private func taken() -> Signal? {
    let written = argument(1, "indices")
    let axis = argument(2, "axis")?.integer
    if case .input(let place)? = written, inputs.indices.contains(place) {
      let indices = inputs[place]
      // Of values of the network, each image would read all images' indices.
      guard let table = argument(0, "x", "params")?.tensor, table.shape.rank > 0,
        axis ?? 0 == 0 || table.shape.rank == 1
      else {
        indices.fail("Take by indices that are computed, out of values that are")
        return nil
      }
      return x.constant(table).applying(.gather(axis: 0), [indices])
    }
    guard let axis = axis.flatMap(x.axis), let indices = written?.tensor else {
      x.fail("Take along all axes, the batch's too")
      return nil
    }
    return x.applying(.gather(axis: axis), [x.constant(indices)])
  }

  /// Quarter turns from the first axis to the second.
  private func turned() -> Signal? {
    guard let axes = argument(nil, "axes")?.integers.flatMap(x.axes), axes.count == 2,
      axes[0] != axes[1], let k = argument(nil, "k").map(\.integer) ?? 1
    else {
      x.fail("Rot90 of the images' own axis")
      return nil
    }
    var order = Array(0..<x.rank)
    order.swapAt(axes[0], axes[1])
    switch (k % 4 + 4) % 4 {
    case 1: return x.backwards(axes[1]).permuted(order)
    case 2:
      x.fail(
        "Rot90 by a half turn, for which Keras on TensorFlow gives something else than NumPy, and on JAX nothing; two "
          + "quarter turns, or Flip along both axes, say it")
      return nil
    case 3: return x.permuted(order).backwards(axes[1])
    default: return x
    }
  }

  /// Parts along an axis: so many, or those that end at some places, or of some lengths.
  private func split(_ written: Int, isEven: Bool) -> [Signal]? {
    guard let axis = x.axis(written),
      let told = argument(1, "indices_or_sections", "num_or_size_splits")
    else { return nil }
    let length = x.extents[axis]
    var ends: [Int]
    if let count = told.integer {
      guard (1...1 << 12).contains(count), !isEven || length % count == 0 else {
        x.fail("Split of \(length) into \(count)")
        return nil
      }
      // Where they cannot be even, the first ones have one more.
      ends = (1...count).map { $0 * (length / count) + min($0, length % count) }
    } else if var numbers = told.integers {
      if its.keywords["num_or_size_splits"] != nil {
        // TensorFlow tells lengths, of which one may be what is left.
        let rest = length - numbers.filter { $0 >= 0 }.reduce(0, +)
        numbers = numbers.map { $0 < 0 ? rest : $0 }
        ends = numbers.indices.map { numbers[...$0].reduce(0, +) }
      } else {
        ends = numbers + [length]
      }
    } else {
      return nil
    }
    var start = 0
    var parts: [Signal] = []
    for end in ends {
      guard (start...length).contains(end) else {
        x.fail("Split of \(length) at \(ends)")
        return nil
      }
      parts.append(x.sliced(axis, start, end - start))
      start = end
    }
    return start == length ? parts : nil
  }

  private func unstacked() -> [Signal]? {
    guard let axis = x.axis(argument(nil, "axis")?.integer ?? 0), x.extents[axis] <= 1 << 12 else {
      return nil
    }
    var rest = x.extents
    rest.remove(at: axis)
    return (0..<x.extents[axis]).map { x.sliced(axis, $0, 1).reshaped(rest) }
  }

  /// The mean and the variance.
  private func moments() -> [Signal]? {
    guard let axes = axes(argument(1, "axes")) else { return nil }
    let both = [x.reduced(.mean, axes), x.variance(axes)]
    if argument(nil, "keepdims", "keep_dims") == .truth(true) { return both }
    let rest = x.extents.indices.filter { !axes.contains($0) }.map { x.extents[$0] }
    return both.map { $0.reshaped(rest) }
  }
}

extension Signal {
  /// An axis from its end on.
  func backwards(_ axis: Int) -> Signal {
    guard extents[axis] > 1 else { return self }
    return sliced(axis, extents[axis] - 1, extents[axis], step: -1)
  }

  /// Some places along an axis, in any order.
  func places(_ indices: [Int], _ axis: Int) -> Signal {
    let numbers = Tensor(shape: [indices.count], values: indices.map { Float($0) })
    return applying(.gather(axis: axis), [constant(numbers)])
  }
}
