public import Tensors

/// Why a primitive cannot take its operands.
public struct ShapeError: Error, Hashable, CustomStringConvertible {
  /// What is wrong.
  public let description: String

  package init(_ description: String) { self.description = description }
}

extension Primitive {
  /// The shape of the result for operands of the given shapes: the only place that knows.
  ///
  /// - Throws: ``ShapeError`` where the operands do not fit.
  public func shape(of operands: [Shape]) throws(ShapeError) -> Shape {
    let extents = try extents(of: operands.map(\.dimensions))
    guard extents.allSatisfy({ $0 >= 0 }) else { throw ShapeError("an extent below 0") }
    var count = 1
    for extent in extents {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard !overflow, product <= Self.largest else {
        throw ShapeError("its result of \(extents) is larger than any that fits in memory")
      }
      count = product
    }
    return Shape(extents)
  }

  /// The most values that one image's array may have.
  package static let largest = 1 << 31

  private func extents(of operands: [[Int]]) throws(ShapeError) -> [Int] {
    if case .input(let shape) = self { return shape.dimensions }
    guard let x = operands.first else { throw ShapeError("reads nothing") }
    switch self {
    case .input(let shape): return shape.dimensions
    case .window(let windows, let groups): return try window(windows, groups, operands)
    case .transposed(let windows):
      let space = try space(x, windows)
      let kernel = operands.count > 1 ? operands[1] : []
      guard kernel.count == windows.rank + 2, kernel.last == x.last,
        Array(kernel.prefix(windows.rank)) == windows.size
      else { throw ShapeError("a kernel of \(kernel) on \(x)") }
      return try windows.transposedCounts(from: space) + [kernel[windows.rank]]
    case .pool(let windows, _):
      return x.dropLast(windows.rank + 1) + (try windows.counts(in: try space(x, windows)))
        + [x[x.count - 1]]
    case .contract(let contraction): return try contract(contraction, operands)
    case .map: return x
    case .zip:
      guard operands.count == 2 else { throw ShapeError("reads \(operands.count) arrays, not 2") }
      return try Self.broadcast(x, operands[1])
    case .reduce(_, let axes, let keeps):
      try check(axes, of: x)
      return x.indices.compactMap { axes.contains($0) ? (keeps ? 1 : nil) : x[$0] }
    case .softmax(_, let axes), .normalize(let axes, _):
      try check(axes, of: x)
      return x
    case .select:
      guard operands.count == 3 else { throw ShapeError("reads \(operands.count) arrays, not 3") }
      return try Self.broadcast(Self.broadcast(x, operands[1]), operands[2])
    case .batchNormalize(let norm):
      try check([norm.axis], of: x)
      let count = 3 + (norm.hasScale ? 1 : 0) + (norm.hasCenter ? 1 : 0)
      guard operands.count == count, operands.dropFirst().allSatisfy({ $0 == [x[norm.axis]] })
      else { throw ShapeError("\(x[norm.axis]) channels and weights of \(operands.dropFirst())") }
      return x
    case .reshape(let shape):
      guard x.reduce(1, *) == shape.elementCount else {
        throw ShapeError("\(Shape(x)) has not as many values as \(shape)")
      }
      return shape.dimensions
    case .permute(let axes):
      guard axes.sorted() == Array(x.indices) else { throw ShapeError("permutes \(x) by \(axes)") }
      return axes.map { x[$0] }
    case .slice(let slices): return try slice(slices, x)
    case .pad(let edges, let mode): return try pad(edges, mode, x)
    case .concatenate(let axis): return try concatenate(axis, operands)
    case .resize(let resize):
      try check([resize.axis], of: x)
      guard (1...1 << 24).contains(resize.size), x[resize.axis] > 0 else {
        throw ShapeError("resizes \(x[resize.axis]) to \(resize.size)")
      }
      var result = x
      result[resize.axis] = resize.size
      return result
    case .gather(let axis):
      guard operands.count == 2 else { throw ShapeError("reads \(operands.count) arrays, not 2") }
      try check([axis], of: x)
      return x[..<axis] + operands[1] + x[(axis + 1)...]
    }
  }

  /// The extents of two arrays together, axes of 1 and missing first axes repeated as NumPy does.
  package static func broadcast(_ a: [Int], _ b: [Int]) throws(ShapeError) -> [Int] {
    let rank = max(a.count, b.count)
    let left = Array(repeating: 1, count: rank - a.count) + a
    let right = Array(repeating: 1, count: rank - b.count) + b
    let fits = left.indices.allSatisfy {
      left[$0] == right[$0] || left[$0] == 1 || right[$0] == 1
    }
    guard fits else { throw ShapeError("\(Shape(a)) beside \(Shape(b))") }
    return left.indices.map { left[$0] == 1 ? right[$0] : left[$0] }
  }

  private func space(_ x: [Int], _ windows: Windows) throws(ShapeError) -> [Int] {
    guard x.count > windows.rank else {
      throw ShapeError("moves windows of \(windows.rank) axes over \(Shape(x))")
    }
    return Array(x.dropLast().suffix(windows.rank))
  }

  private func window(
    _ windows: Windows, _ groups: Int, _ operands: [[Int]]
  ) throws(ShapeError) -> [Int] {
    let x = operands[0]
    let space = try space(x, windows)
    let channels = x[x.count - 1]
    let kernel = operands.count > 1 ? operands[1] : []
    guard kernel.count == windows.rank + 2, Array(kernel.prefix(windows.rank)) == windows.size,
      groups > 0, channels % groups == 0, kernel[windows.rank] == channels / groups,
      kernel[windows.rank + 1] % groups == 0
    else {
      throw ShapeError("\(channels) channels in \(groups) groups and a kernel of \(Shape(kernel))")
    }
    return x.dropLast(windows.rank + 1) + (try windows.counts(in: space))
      + [kernel[windows.rank + 1]]
  }

  private func contract(
    _ contraction: Contraction, _ operands: [[Int]]
  ) throws(ShapeError) -> [Int] {
    guard operands.count >= 2 else { throw ShapeError("reads one array, not two") }
    let (a, b) = (operands[0], operands[1])
    try check(contraction.left + contraction.sharedLeft, of: a)
    try check(contraction.right + contraction.sharedRight, of: b)
    guard contraction.left.map({ a[$0] }) == contraction.right.map({ b[$0] }),
      contraction.sharedLeft.map({ a[$0] }) == contraction.sharedRight.map({ b[$0] })
    else { throw ShapeError("multiplies \(Shape(a)) with \(Shape(b))") }
    func rest(_ x: [Int], without axes: [Int]) -> [Int] {
      x.indices.filter { !axes.contains($0) }.map { x[$0] }
    }
    return contraction.sharedLeft.map { a[$0] }
      + rest(a, without: contraction.left + contraction.sharedLeft)
      + rest(b, without: contraction.right + contraction.sharedRight)
  }

  private func slice(_ slices: [Slice], _ x: [Int]) throws(ShapeError) -> [Int] {
    guard slices.count == x.count else { throw ShapeError("slices \(slices.count) axes of \(x)") }
    for axis in x.indices {
      let slice = slices[axis]
      let last = slice.start + (slice.count - 1) * slice.step
      let fits =
        slice.count > 0 && (0..<x[axis]).contains(slice.start) && (0..<x[axis]).contains(last)
      guard slice.count == 0 || fits else {
        throw ShapeError("takes places \(slice.start) to \(last) of \(x[axis])")
      }
    }
    return slices.map(\.count)
  }

  private func pad(_ edges: [Edge], _ mode: PadMode, _ x: [Int]) throws(ShapeError) -> [Int] {
    guard edges.count == x.count,
      edges.allSatisfy({ abs($0.before) <= 1 << 24 && abs($0.after) <= 1 << 24 })
    else { throw ShapeError("pads \(edges.count) axes of \(Shape(x))") }
    for axis in x.indices {
      guard x[axis] + edges[axis].total > 0 else {
        throw ShapeError("nothing is left along axis \(axis) of \(Shape(x))")
      }
      let most =
        switch mode {
        case .constant: Int.max
        case .reflect: x[axis] - 1
        case .symmetric: x[axis]
        }
      guard max(edges[axis].before, edges[axis].after) <= most else {
        throw ShapeError("mirrors more than there is along axis \(axis)")
      }
    }
    return x.indices.map { x[$0] + edges[$0].total }
  }

  private func concatenate(_ axis: Int, _ operands: [[Int]]) throws(ShapeError) -> [Int] {
    var result = operands[0]
    try check([axis], of: result)
    for other in operands.dropFirst() {
      guard other.count == result.count,
        result.indices.allSatisfy({ $0 == axis || other[$0] == result[$0] })
      else { throw ShapeError("\(Shape(result)) beside \(Shape(other))") }
      result[axis] += other[axis]
    }
    return result
  }

  private func check(_ axes: [Int], of x: [Int]) throws(ShapeError) {
    guard axes.allSatisfy(x.indices.contains), Set(axes).count == axes.count else {
      throw ShapeError("axes \(axes) of \(Shape(x))")
    }
  }
}
