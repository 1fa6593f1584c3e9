import CLoops
import COneDNN
import Networks
import Tensors

/// What a loop reads: extents for one image, and where the numbers lie.
private struct LoopOperand {
  var extents: [Int]
  /// The array; `nil` for a weight.
  var place: Place?
  var weight: AlignedBuffer?
  /// A weight's numbers.
  var numbers: [Float] = []

  var hasBatch: Bool { place != nil }

  func array(_ batch: Int) -> LoopArray { LoopArray(extents, batch: batch, hasBatch: hasBatch) }
}

// The steps that plain loops compute: any primitive, at once or in several loops.
extension PlanCompiler {
  /// Appends a primitive.
  mutating func loop(
    _ primitive: Primitive, _ operands: [Operand], _ step: Program.Step, at index: Int
  ) throws {
    if try loopInPlace(primitive, operands, step, at: index) { return }
    let result = program.shape(of: step.output).dimensions
    var read: [LoopOperand] = []
    for operand in operands { read.append(try loopOperand(operand, step, at: index)) }
    let plain = try Layout.plain(extents(of: step.output), DN_NHWC)
    // Written last, so that what is read keeps its place until then.
    let destination = define(step.output, plain, at: index)
    try loop(primitive, read, into: destination, result, step.path, at: index)
  }

  /// What works number by number takes any order in which its numbers lie.
  ///
  /// Not where oneDNN fills up the last block of channels: it wants zeros there, and gets a function of them.
  private mutating func loopInPlace(
    _ primitive: Primitive, _ operands: [Operand], _ step: Program.Step, at index: Int
  ) throws -> Bool {
    let channels = Int(extents(of: step.output).channels)
    guard channels % Int(dn_channel_block()) == 0, operands.count == step.inputs.count,
      step.inputs.allSatisfy({ program.shape(of: $0) == program.shape(of: step.output) })
    else { return false }
    let first = stored(step.inputs[0])
    let count = first.layout.byteCount / MemoryLayout<Float>.stride
    let work: LoopOperation.Work
    var places = [first.place]
    switch primitive {
    case .map(let function):
      let (loop, parameters) = function.loop
      work = .map(loop, parameters, count: count)
    case .zip(let arithmetic):
      places.append(try stored(step.inputs[1], as: first.layout, step, at: index).place)
      guard let pair = cl_pair([count], [1], [1]) else { return false }
      work = .zip(arithmetic.loop, pair)
    default: return false
    }
    let output = define(step.output, first.layout, at: index)
    append(work, places.indices.map { .place($0) }, places, output, step.path)
    return true
  }

  private mutating func append(
    _ work: LoopOperation.Work, _ sources: [LoopOperation.Source], _ places: [Place],
    _ destination: Place, _ path: String
  ) {
    instructions.append(
      .loop(
        LoopOperation(work, sources, threads: threads), sources: places, destination: destination,
        path: path))
  }

  private mutating func append(
    _ work: LoopOperation.Work, _ operands: [LoopOperand], _ destination: Place, _ path: String
  ) {
    var places: [Place] = []
    let sources = operands.map { operand -> LoopOperation.Source in
      if let weight = operand.weight { return .constant(weight) }
      if let place = operand.place { places.append(place) }
      return .place(places.count - 1)
    }
    append(work, sources, places, destination, path)
  }

  private mutating func loopOperand(
    _ operand: Operand, _ step: Program.Step, at index: Int
  ) throws -> LoopOperand {
    switch operand {
    case .value(let place):
      let value = step.inputs[place]
      let plain = try Layout.plain(extents(of: value), DN_NHWC)
      return LoopOperand(
        extents: program.shape(of: value).dimensions,
        place: try stored(value, as: plain, step, at: index).place)
    case .parameter(let place, let shape):
      let values = try bound.values(of: bound.graph.parameters[place])
      return LoopOperand(
        extents: shape.dimensions, weight: AlignedBuffer(values), numbers: values)
    case .constant(let place, let shape):
      let values = bound.graph.constants[place].values
      return LoopOperand(
        extents: shape.dimensions, weight: AlignedBuffer(values), numbers: values)
    }
  }

  private mutating func loop(
    _ primitive: Primitive, _ operands: [LoopOperand], into destination: Place, _ result: [Int],
    _ path: String, at index: Int
  ) throws {
    let operands = try batched(operands, for: primitive, path, at: index)
    let x = operands[0]
    let whole = [batch] + result
    switch primitive {
    case .input: preconditionFailure("\(path) is no input")
    case .window(let windows, let groups):
      let loop = cl_windows(windows, groups: groups, from: [batch] + x.extents, to: whole)
      append(.convolve(loop), operands, destination, path)
    case .transposed(let windows):
      let loop = cl_windows(windows, groups: 1, from: [batch] + x.extents, to: whole)
      append(.convolveTransposed(loop), operands, destination, path)
    case .pool(let windows, let reduction):
      let loop = cl_windows(windows, groups: 1, from: [batch] + x.extents, to: whole)
      append(.pool(loop, maximum: reduction == .largest), operands, destination, path)
    case .contract(let contraction):
      try contract(contraction, operands, into: destination, path, at: index)
    case .map(let function):
      let (loop, parameters) = function.loop
      append(.map(loop, parameters, count: whole.reduce(1, *)), operands, destination, path)
    case .zip(let arithmetic):
      try zip(arithmetic, operands[0], operands[1], whole, into: destination, path)
    case .batchNormalize(let norm):
      try normalize(norm, operands, whole, into: destination, path)
    case .reduce(let reduction, let axes, _):
      let (array, outer, inner, rest) = try run(of: axes, in: x, path, at: index)
      append(
        .reduce(reduction.loop, outer: outer, inner: inner, rest: rest), [array], destination, path)
    case .softmax(let kind, let axes):
      try softmax(kind, axes, x, into: destination, path, at: index)
    case .reshape:
      // Of a weight, or of one that oneDNN could not: a copy as it lies.
      let flat = LoopOperand(extents: [result.reduce(1, *)], place: x.place, weight: x.weight)
      try copy(flat, [batch] + flat.extents, into: destination, path)
    case .permute(let axes):
      let array = x.array(batch)
      let order = [0] + axes.map { $0 + 1 }
      try copy(x, whole, strides: order.map { array.strides[$0] }, into: destination, path)
    case .slice(let slices):
      let array = x.array(batch)
      let strides = [array.strides[0]] + slices.enumerated().map { $1.step * array.strides[$0 + 1] }
      let start = slices.enumerated().reduce(0) {
        $0 + $1.element.start * array.strides[$1.offset + 1]
      }
      try copy(x, whole, strides: strides, start: start, into: destination, path)
    case .pad(let edges, let mode): try pad(x, edges, mode, result, into: destination, path)
    case .concatenate(let axis):
      let target = LoopArray(result, batch: batch, hasBatch: true)
      var end = 0
      var copies: [(operand: Int, copy: cl_copy)] = []
      for (place, operand) in operands.enumerated() {
        let array = operand.array(batch)
        copies.append(
          (
            place,
            try Self.copy(array.extents, from: array.strides, to: target.strides, end: end, path)
          ))
        end += operand.extents[axis] * target.strides[axis + 1]
      }
      append(.copy(copies, fill: nil), operands, destination, path)
    case .resize(let resize):
      let (taps, indices, weights) = resize.taps(of: x.extents[resize.axis])
      append(
        .resample(
          outer: batch * x.extents[..<resize.axis].reduce(1, *), length: x.extents[resize.axis],
          places: resize.size, rest: x.extents[(resize.axis + 1)...].reduce(1, *), taps: taps,
          indices: indices, weights: weights), operands, destination, path)
    }
  }
}

// Primitives that may take more than one loop.
extension PlanCompiler {
  /// The first operand once for each image, where it is a weight that a loop over images would read.
  private mutating func batched(
    _ operands: [LoopOperand], for primitive: Primitive, _ path: String, at index: Int
  ) throws -> [LoopOperand] {
    guard let x = operands.first, !x.hasBatch else { return operands }
    switch primitive {
    case .zip, .concatenate, .permute, .slice, .pad, .reshape: return operands
    default: break
    }
    let place = scratch(x.extents, at: index)
    try copy(x, [batch] + x.extents, into: place, path)
    return [LoopOperand(extents: x.extents, place: place)] + operands.dropFirst()
  }
}

extension PlanCompiler {
  private mutating func zip(
    _ arithmetic: Arithmetic, _ a: LoopOperand, _ b: LoopOperand, _ whole: [Int],
    into destination: Place, _ path: String
  ) throws {
    guard
      let pair = cl_pair(
        whole, a.array(batch).repeated(to: whole), b.array(batch).repeated(to: whole))
    else { throw EngineError("arrays of \(whole.count) axes") }
    append(.zip(arithmetic.loop, pair), [a, b], destination, path)
  }

  /// A batch norm along any axis: times a number a channel, plus another.
  private mutating func normalize(
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
    try zip(
      .multiply, operands[0], LoopOperand(extents: along, weight: AlignedBuffer(scale)), whole,
      into: destination, path)
    let scaled = LoopOperand(extents: Array(whole.dropFirst()), place: destination)
    try zip(
      .add, scaled, LoopOperand(extents: along, weight: AlignedBuffer(shift)), whole,
      into: destination, path)
  }

  /// An array as outer · inner · rest, where `axes` are the inner ones: itself, or a copy in that order.
  private mutating func run(
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
    let moved = try permuted(x, others + sorted, path, at: index)
    return (
      moved, batch * others.reduce(1) { $0 * x.extents[$1] },
      sorted.reduce(1) { $0 * x.extents[$1] }, 1
    )
  }

  private mutating func softmax(
    _ kind: SoftmaxKind, _ axes: [Int], _ x: LoopOperand, into destination: Place, _ path: String,
    at index: Int
  ) throws {
    let (array, outer, inner, rest) = try run(of: axes, in: x, path, at: index)
    let work = LoopOperation.Work.softmax(kind.loop, outer: outer, inner: inner, rest: rest)
    guard array.extents != x.extents || !x.hasBatch else {
      return append(work, [array], destination, path)
    }
    // Computed with these axes last, then put back.
    let place = scratch(array.extents, at: index)
    append(work, [array], place, path)
    let order = x.extents.indices.filter { !axes.contains($0) } + axes.sorted()
    let back = x.extents.indices.map { order.firstIndex(of: $0) ?? 0 }
    let shares = LoopOperand(extents: array.extents, place: place)
    let strides = shares.array(batch).strides
    try copy(
      shares, [batch] + x.extents, strides: [strides[0]] + back.map { strides[$0 + 1] },
      into: destination, path)
  }

  private mutating func contract(
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
    let right = try permuted(
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
    } else if !b.hasBatch {
      throw EngineError("a product of values with weights that shares axes")
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

  private mutating func pad(
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
  private mutating func permuted(
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

  private mutating func scratch(_ extents: [Int], at index: Int) -> Place {
    let count = batch * extents.reduce(1, *)
    return .arena(
      memory.place(byteCount: count * MemoryLayout<Float>.stride, from: index, to: index))
  }

  private mutating func copy(
    _ x: LoopOperand, _ whole: [Int], strides: [Int]? = nil, start: Int = 0,
    into destination: Place, _ path: String
  ) throws {
    let target = LoopArray(Array(whole.dropFirst()), batch: whole[0], hasBatch: true)
    let copy = try Self.copy(
      whole, from: strides ?? x.array(batch).strides, start: start, to: target.strides, path)
    append(.copy([(0, copy)], fill: nil), [x], destination, path)
  }

  private static func copy(
    _ extents: [Int], from: [Int], start: Int = 0, to: [Int], end: Int = 0, _ path: String
  ) throws -> cl_copy {
    guard let copy = cl_copy(extents, from: from, start: start, to: to, end: end) else {
      throw EngineError("\(path): an array of \(extents.count) axes")
    }
    return copy
  }
}
