import Networks
import Tensors

// Operators that move numbers.
extension OperatorCall {
  static let shapes: [String: One] = [
    "Reshape": { $0.reshape() },
    "Transpose": { $0.transpose() },
    "ExpandDims": { $0.expand() },
    "Squeeze": { $0.squeeze() },
    "Concatenate": { $0.concatenation($0.argument(nil, "axis")?.integer ?? -1) },
    "Hstack": { $0.concatenation(1) },
    "Dstack": { $0.concatenation(2) },
    "Stack": { $0.stack() },
    "Pad": { $0.pad() },
    "GetItem": { $0.item() },
    "Shape": { call in
      // The batch's extent is known to nobody here; what is shaped by it keeps the batch.
      let extents = [-1] + call.x.extents
      return call.x.constant(Tensor(shape: [extents.count], values: extents.map { Float($0) }))
    },
  ]

  /// The operands side by side along an axis that counts the batch.
  private func concatenation(_ written: Int) -> Signal? {
    guard readsOnlyInputs, let axis = x.axis(written) else { return nil }
    return inputs.count == 1
      ? x : x.applying(.concatenate(axis: axis), Array(inputs.dropFirst()))
  }

  /// The whole numbers of an argument, of which some may be what the network computes of shapes.
  func extents(_ value: OperatorValue?) -> [Int?]? {
    switch value {
    case .list(let items)?:
      return items.map { item in
        guard case .input(let place) = item else { return item == .none ? -1 : item.integer }
        return inputs.indices.contains(place) ? inputs[place].known?.first : nil
      }
    case .input(let place)?: return inputs.indices.contains(place) ? inputs[place].known : nil
    default: return value?.integers
    }
  }

  /// The batch's extent in an argument is written as null, −1, or as something computed.
  private func reshape() -> Signal? {
    guard let items = extents(argument(1, "newshape", "shape")), !items.isEmpty else {
      x.fail("Reshape to something that is computed")
      return nil
    }
    let rest = items.dropFirst()
    guard !rest.contains(nil) else {
      x.fail("Reshape to something that is computed")
      return nil
    }
    let target = rest.compactMap(\.self)
    if !target.contains(-1), target.reduce(1.0, { $0 * Double($1) }) != Double(x.shape.elementCount)
    {
      x.fail("Reshape of \(x.shape) to \(target), which mixes images")
      return nil
    }
    return x.reshaped(filling: target)
  }

  private func transpose() -> Signal? {
    // Without axes all of them turn round, the batch's too.
    guard let axes = argument(1, "axes", "perm")?.integers, axes.first == 0,
      axes.sorted() == Array(0...x.rank)
    else {
      x.fail("Transpose that moves the batch")
      return nil
    }
    return x.permuted(axes.dropFirst().map { $0 - 1 })
  }

  private func expand() -> Signal? {
    guard let written = argument(1, "axis")?.integers, written.count <= 8 else { return nil }
    // Several axes are those of the result.
    let rank = x.rank + 1 + written.count
    let axes = written.map { $0 < 0 ? $0 + rank : $0 }.sorted()
    guard Set(axes).count == axes.count, axes.allSatisfy({ (1..<rank).contains($0) }) else {
      x.fail("ExpandDims at \(written) of \(x.shape)")
      return nil
    }
    return x.reshaped(axes.reduce(into: x.extents) { $0.insert(1, at: $1 - 1) })
  }

  private func squeeze() -> Signal? {
    var gone = x.extents.indices.filter { x.extents[$0] == 1 }
    if let axes = argument(1, "axis", "axes", "squeeze_dims")?.integers, !axes.isEmpty {
      guard let places = x.axes(axes) else { return nil }
      gone = places
    }
    guard gone.allSatisfy({ x.extents[$0] == 1 }) else {
      x.fail("Squeeze of \(x.shape)")
      return nil
    }
    return x.reshaped(x.extents.indices.filter { !gone.contains($0) }.map { x.extents[$0] })
  }

  private func stack() -> Signal? {
    let written = argument(nil, "axis")?.integer ?? 0
    let axis = written < 0 ? written + x.rank + 2 : written
    guard readsOnlyInputs else { return nil }
    guard (1...x.rank + 1).contains(axis) else {
      x.fail("Stack at \(written) of \(x.shape)")
      return nil
    }
    let parts = inputs.map { input -> Signal in
      var extents = input.extents
      extents.insert(1, at: min(axis - 1, extents.count))
      return input.reshaped(extents)
    }
    return parts.count == 1
      ? parts[0] : parts[0].applying(.concatenate(axis: axis - 1), Array(parts.dropFirst()))
  }

  private func pad() -> Signal? {
    guard let value = argument(1, "pad_width", "paddings") else { return nil }
    var edges: [Edge] = []
    if let pairs = value.tensor, pairs.shape == [x.rank + 1, 2] {
      let numbers = pairs.values.map { Int($0) }
      edges = (0...x.rank).map { Edge(before: numbers[2 * $0], after: numbers[2 * $0 + 1]) }
    }
    guard edges.first == Edge.none else {
      x.fail("Pad that adds images")
      return nil
    }
    let fill = number(3, "constant_values") ?? 0
    let mode: PadMode
    switch argument(2, "mode") {
    case .text(let name)?:
      switch name.lowercased() {
      case "constant": mode = .constant(fill)
      case "reflect": mode = .reflect
      case "symmetric": mode = .symmetric
      default:
        x.fail("Pad with mode \(name.debugDescription)")
        return nil
      }
    default: mode = .constant(fill)
    }
    return x.applying(.pad(Array(edges.dropFirst()), mode))
  }

  /// `x[:, 1:3, ..., None]`: whole images only.
  private func item() -> Signal? {
    guard let index = argument(1, "key", "slice_spec", "index") else { return nil }
    if let known = x.known { return itemOfShape(known, index) }
    var items: [OperatorValue] = [index]
    if case .list(let list) = index { items = list }
    let axes = items.count { $0 != .none && $0 != .ellipsis }
    guard axes <= x.rank + 1 else {
      x.fail("GetItem of \(axes) axes")
      return nil
    }
    // An ellipsis, or the end, stands for the axes that are left.
    let rest = Array(
      repeating: OperatorValue.slice(start: nil, stop: nil, step: nil), count: x.rank + 1 - axes)
    if let place = items.firstIndex(of: .ellipsis) {
      items.replaceSubrange(place...place, with: rest)
    } else {
      items += rest
    }
    var slices: [Slice] = []
    var extents: [Int] = []
    var axis = -1
    for item in items {
      if item == .none, axis >= 0 {
        extents.append(1)
        continue
      }
      if axis == -1 {
        guard case .slice(nil, nil, nil) = item else {
          x.fail("GetItem that takes some of the images")
          return nil
        }
      } else if let place = item.integer {
        let length = x.extents[axis]
        slices.append(Slice(start: place < 0 ? place + length : place, count: 1))
      } else if case .slice(let start, let stop, let step) = item {
        let slice = Slice(start, stop, step, of: x.extents[axis])
        slices.append(slice)
        extents.append(slice.count)
      } else {
        x.fail("GetItem of something that is computed")
        return nil
      }
      axis += 1
    }
    let whole = x.extents.map { Slice(start: 0, count: $0) }
    return (slices == whole ? x : x.applying(.slice(slices))).reshaped(extents)
  }

  /// Some of the numbers that the network computes of shapes.
  private func itemOfShape(_ known: [Int], _ index: OperatorValue) -> Signal? {
    if let place = index.integer {
      guard let value = known.item(place) else { return nil }
      return x.single(Float(value))
    }
    let one: OperatorValue
    if case .list(let items) = index, items.count == 1 { one = items[0] } else { one = index }
    if let place = one.integer { return known.item(place).map { x.single(Float($0)) } }
    guard case .slice(let start, let stop, let step) = one else { return nil }
    let slice = Slice(start, stop, step, of: known.count)
    guard slice.count >= 0 else { return nil }
    let places = (0..<slice.count).map { Float(known[slice.start + $0 * slice.step]) }
    return x.constant(Tensor(shape: [places.count], values: places))
  }
}

extension Slice {
  /// Python's slice of an axis.
  init(_ start: Int?, _ stop: Int?, _ step: Int?, of length: Int) {
    // Beyond any axis a longer step is the same.
    let step = min(max(step ?? 1, -1 << 32), 1 << 32)
    func place(_ index: Int, _ least: Int, _ most: Int) -> Int {
      min(max(index < 0 ? index + length : index, least), most)
    }
    if step > 0 {
      let first = place(start ?? 0, 0, length)
      let end = place(stop ?? length, 0, length)
      self.init(start: first, count: max(0, (end - first + step - 1) / step), step: step)
    } else if step < 0 {
      let first = start.map { place($0, -1, length - 1) } ?? length - 1
      let end = stop.map { place($0, -1, length - 1) } ?? -1
      self.init(start: first, count: max(0, (first - end - step - 1) / -step), step: step)
    } else {
      self.init(start: 0, count: -1)
    }
  }
}
