import CLoops
import COneDNN
import Networks
import Tensors

// Primitives that may take more than one loop.
extension PlanCompiler {
  /// The first operand once for each image, where it is a weight that a loop over images would read.
  mutating func batched(
    _ operands: [LoopOperand], for primitive: Primitive, _ path: String, at index: Int
  ) throws -> [LoopOperand] {
    guard let x = operands.first, !x.hasBatch else { return operands }
    switch primitive {
    case .zip, .select, .concatenate, .permute, .slice, .pad, .reshape, .gather: return operands
    default: break
    }
    let place = scratch(x.extents, at: index)
    try copy(x, [batch] + x.extents, into: place, path)
    return [LoopOperand(extents: x.extents, place: place)] + operands.dropFirst()
  }
}

extension PlanCompiler {
  mutating func pair(
    _ arithmetic: Arithmetic, _ a: LoopOperand, _ b: LoopOperand, _ whole: [Int],
    into destination: Place, _ path: String
  ) throws {
    let (a, b) = (a.tiled(to: whole), b.tiled(to: whole))
    guard
      let pair = cl_pair(
        whole, a.array(batch).repeated(to: whole), b.array(batch).repeated(to: whole))
    else { throw EngineError("arrays of \(whole.count) axes") }
    append(.zip(arithmetic.loop, pair), [a, b], destination, path)
  }

  /// A batch norm along any axis: times a number a channel, plus another.
  mutating func normalize(
    _ norm: BatchNormalize, _ operands: [LoopOperand], _ whole: [Int], into destination: Place,
    _ path: String
  ) throws {
    guard statistics == .moving else {
      throw EngineError("statistics of the batch along axis \(norm.axis) are not computed")
    }
    let values = operands.dropFirst().map(\.numbers)
    let channels = whole[norm.axis + 1]
    guard values.allSatisfy({ $0.count == channels }) else {
      throw EngineError("a batch norm whose statistics are computed in the network")
    }
    var scale: [Float] = []
    var shift: [Float] = []
    for c in 0..<channels {
      let gamma = norm.hasScale ? Double(values[2][c]) : 1
      let beta = norm.hasCenter ? Double(values[values.count - 1][c]) : 0
      let factor = gamma / (Double(values[1][c]) + Double(norm.epsilon)).squareRoot()
      scale.append(Float(factor))
      shift.append(Float(beta - Double(values[0][c]) * Double(Float(factor))))
    }
    let along = [channels] + whole[(norm.axis + 2)...].map { _ in 1 }
    try pair(
      .multiply, operands[0], LoopOperand(extents: along, weight: AlignedBuffer(scale)), whole,
      into: destination, path)
    let scaled = LoopOperand(extents: Array(whole.dropFirst()), place: destination)
    try pair(
      .add, scaled, LoopOperand(extents: along, weight: AlignedBuffer(shift)), whole,
      into: destination, path)
  }

  /// An array as outer · inner · rest, where `axes` are the inner ones: itself, or a copy in that order.
  mutating func run(
    of axes: [Int], in x: LoopOperand, _ path: String, at index: Int
  ) throws -> (array: LoopOperand, outer: Int, inner: Int, rest: Int) {
    let sorted = axes.sorted()
    let isRun = sorted.isEmpty || sorted == Array(sorted[0]..<sorted[0] + sorted.count)
    if isRun, x.hasBatch {
      let first = sorted.first ?? x.extents.count
      return (
        x, batch * x.extents[..<first].reduce(1, *), sorted.reduce(1) { $0 * x.extents[$1] },
        x.extents[(first + sorted.count)...].reduce(1, *)
      )
    }
    let others = x.extents.indices.filter { !sorted.contains($0) }
    var moved = try permuted(x, others + sorted, path, at: index)
    moved.isCopy = true
    return (
      moved, batch * others.reduce(1) { $0 * x.extents[$1] },
      sorted.reduce(1) { $0 * x.extents[$1] }, 1
    )
  }

  mutating func softmax(
    _ kind: SoftmaxKind, _ axes: [Int], _ x: LoopOperand, into destination: Place, _ path: String,
    at index: Int
  ) throws {
    let run = try run(of: axes, in: x, path, at: index)
    let work = LoopOperation.Work.softmax(
      kind.loop, outer: run.outer, inner: run.inner, rest: run.rest)
    try along(axes, of: x, run.array, work, into: destination, path, at: index)
  }

  /// Appends what changes rows in `array`, which is `x` itself, or a copy of it whose axes lie in another order;
  /// then they are put back.
  mutating func along(
    _ axes: [Int], of x: LoopOperand, _ array: LoopOperand, _ work: LoopOperation.Work,
    into destination: Place, _ path: String, at index: Int
  ) throws {
    let order = x.extents.indices.filter { !axes.contains($0) } + axes.sorted()
    guard array.isCopy else { return append(work, [array], destination, path) }
    let place = scratch(array.extents, at: index)
    append(work, [array], place, path)
    let back = x.extents.indices.map { order.firstIndex(of: $0) ?? 0 }
    let rows = LoopOperand(extents: array.extents, place: place)
    let strides = rows.array(batch).strides
    try copy(
      rows, [batch] + x.extents, strides: [strides[0]] + back.map { strides[$0 + 1] },
      into: destination, path)
  }

  mutating func contract(
    _ contraction: Contraction, _ operands: [LoopOperand], into destination: Place, _ path: String,
    at index: Int
  ) throws {
    let (a, b) = (operands[0], operands[1])
    func rest(_ x: LoopOperand, _ used: [Int]) -> [Int] {
      x.extents.indices.filter { !used.contains($0) }
    }
    func count(_ x: LoopOperand, _ axes: [Int]) -> Int { axes.reduce(1) { $0 * x.extents[$1] } }
    let rows = rest(a, contraction.left + contraction.sharedLeft)
    let columns = rest(b, contraction.right + contraction.sharedRight)
    let left = try permuted(
      a, contraction.sharedLeft + rows + contraction.left, path, at: index)
    var right = try permuted(
      b, contraction.sharedRight + contraction.right + columns, path, at: index)
    var product = cl_product()
    let shared = count(a, contraction.sharedLeft)
    product.count = Int64(batch * shared)
    product.rows = Int64(count(a, rows))
    product.inner = Int64(count(a, contraction.left))
    product.columns = Int64(count(b, columns))
    if !b.hasBatch, shared == 1 {
      // One matrix for all images: their rows are one longer matrix.
      product.count = 1
      product.rows *= Int64(batch)
    } else if !right.hasBatch, batch > 1 {
      // Matrices lie side by side, so that each image needs its own.
      let place = scratch(right.extents, at: index)
      try copy(right, [batch] + right.extents, into: place, path)
      right = LoopOperand(extents: right.extents, place: place)
    }
    product.a.matrix = product.rows * product.inner
    product.a.row = product.inner
    product.a.column = 1
    product.b.matrix = product.inner * product.columns
    product.b.row = product.columns
    product.b.column = 1
    var read = [left, right]
    if operands.count > 2 {
      guard operands[2].extents.last == Int(product.columns) else {
        throw EngineError("a bias of \(operands[2].extents)")
      }
      read.append(operands[2])
    }
    append(.multiply(product), read, destination, path)
  }

  mutating func pad(
    _ x: LoopOperand, _ edges: [Edge], _ mode: PadMode, _ result: [Int], into destination: Place,
    _ path: String
  ) throws {
    /// A run of places along one axis: where it begins on both sides, and in which direction it is read.
    struct Run {
      let source: Int
      let result: Int
      let count: Int
      let step: Int
    }
    let runs = edges.enumerated().map { axis, edge -> [Run] in
      let length = x.extents[axis]
      // Negative edges cut.
      let first = max(0, -edge.before)
      let middle = Run(
        source: first, result: max(0, edge.before),
        count: length - first - max(0, -edge.after), step: 1)
      // Mirrored from the edge on, or from the place beside it.
      let distance: Int
      switch mode {
      case .constant: return [middle]
      case .symmetric: distance = 0
      case .reflect: distance = 1
      }
      return [
        Run(source: edge.before - 1 + distance, result: 0, count: edge.before, step: -1), middle,
        Run(
          source: length - 1 - distance, result: edge.before + length, count: edge.after, step: -1),
      ]
    }.map { $0.filter { $0.count > 0 } }
    let (source, target) = (x.array(batch), LoopArray(result, batch: batch, hasBatch: true))
    var boxes: [[Run]] = [[]]
    for axis in runs { boxes = boxes.flatMap { box in axis.map { box + [$0] } } }
    var copies: [(operand: Int, copy: cl_copy)] = []
    for box in boxes {
      var (start, end) = (0, 0)
      var strides = [source.strides[0]]
      for (axis, run) in box.enumerated() {
        start += run.source * source.strides[axis + 1]
        end += run.result * target.strides[axis + 1]
        strides.append(run.step * source.strides[axis + 1])
      }
      let copy = try Self.copy(
        [batch] + box.map(\.count), from: strides, start: start, to: target.strides, end: end, path)
      copies.append((0, copy))
    }
    var fill: (value: Float, count: Int)?
    if case .constant(let value) = mode { fill = (value, batch * result.reduce(1, *)) }
    append(.copy(copies, fill: fill), [x], destination, path)
  }

  /// An operand with its axes in another order: itself where that is the same, else a copy for this step.
  mutating func permuted(
    _ x: LoopOperand, _ axes: [Int], _ path: String, at index: Int
  ) throws -> LoopOperand {
    if axes == Array(x.extents.indices) { return x }
    let extents = axes.map { x.extents[$0] }
    let array = x.array(batch)
    let place = scratch(extents, at: index)
    try copy(
      x, [batch] + extents, strides: [array.strides[0]] + axes.map { array.strides[$0 + 1] },
      into: place, path)
    return LoopOperand(extents: extents, place: place)
  }

  mutating func scratch(_ extents: [Int], at index: Int) -> Place {
    let count = batch * extents.reduce(1, *)
    return .arena(
      memory.place(byteCount: count * MemoryLayout<Float>.stride, from: index, to: index))
  }

  mutating func copy(
    _ x: LoopOperand, _ whole: [Int], strides: [Int]? = nil, start: Int = 0,
    into destination: Place, _ path: String
  ) throws {
    let target = LoopArray(Array(whole.dropFirst()), batch: whole[0], hasBatch: true)
    let copy = try Self.copy(
      whole, from: strides ?? x.array(batch).strides, start: start, to: target.strides, path)
    append(.copy([(0, copy)], fill: nil), [x], destination, path)
  }

  static func copy(
    _ extents: [Int], from: [Int], start: Int = 0, to: [Int], end: Int = 0, _ path: String
  ) throws -> cl_copy {
    guard let copy = cl_copy(extents, from: from, start: start, to: to, end: end) else {
      throw EngineError("\(path): an array of \(extents.count) axes")
    }
    return copy
  }
}

extension LoopOperand {
  /// The few numbers of a weight, one for each channel, as often as a row has pixels: a loop over three channels
  /// would begin anew at each pixel.
  fileprivate func tiled(to whole: [Int]) -> LoopOperand {
    let (channels, width) = (whole[whole.count - 1], whole.count > 2 ? whole[whole.count - 2] : 1)
    guard place == nil, (2..<64).contains(channels), numbers.count == channels,
      extents.last == channels, width > 1, width * channels <= 1 << 16
    else { return self }
    let row = (0..<width).flatMap { _ in numbers }
    return LoopOperand(extents: [width, channels], weight: AlignedBuffer(row), numbers: row)
  }
}
