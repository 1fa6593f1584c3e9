import CLoops
import COneDNN
import Networks
import Tensors

/// What a loop reads: extents for one image, and where the numbers lie.
struct LoopOperand {
  var extents: [Int]
  /// The array; `nil` for a weight.
  var place: Place?
  var weight: AlignedBuffer?
  /// A weight's numbers.
  var numbers: [Float] = []
  /// Whether it is a copy whose axes lie in another order than the operand's.
  var isCopy = false

  var hasBatch: Bool { place != nil }

  func array(_ batch: Int) -> LoopArray { LoopArray(extents, batch: batch, hasBatch: hasBatch) }
}

// The steps that plain loops compute: any primitive, at once or in several loops.
extension PlanCompiler {
  /// Appends a primitive.
  mutating func loop(
    _ primitive: Primitive, _ operands: [Operand], _ step: Program.Step, at index: Int
  ) throws {
    if try foldedIntoWeight(primitive, operands, step, at: index) { return }
    let readsConstant = step.inputs.contains { constants[$0] != nil }
    if try !readsConstant && loopAsStored(primitive, operands, step, at: index) { return }
    let result = program.shape(of: step.output).dimensions
    var read: [LoopOperand] = []
    for operand in operands { read.append(try loopOperand(operand, step, at: index)) }
    let plain = try Layout.plain(extents(of: step.output), DN_NHWC)
    // Written last, so that what is read keeps its place until then.
    let destination = define(step.output, plain, at: index)
    try loop(primitive, read, into: destination, result, step.path, at: index)
  }

  mutating func append(
    _ work: LoopOperation.Work, _ sources: [LoopOperation.Source], _ places: [Place],
    _ destination: Place, _ path: String
  ) {
    instructions.append(
      .loop(
        LoopOperation(work, sources, threads: threads), sources: places, destination: destination,
        path: path))
  }

  mutating func append(
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

  mutating func loopOperand(
    _ operand: Operand, _ step: Program.Step, at index: Int
  ) throws -> LoopOperand {
    switch operand {
    case .value(let place):
      let value = step.inputs[place]
      if let constant = constants[value] { return constant }
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

  mutating func loop(
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
      try pair(arithmetic, operands[0], operands[1], whole, into: destination, path)
    case .batchNormalize(let norm):
      try normalize(norm, operands, whole, into: destination, path)
    case .reduce(let reduction, let axes, _):
      let (array, outer, inner, rest) = try run(of: axes, in: x, path, at: index)
      append(
        .reduce(reduction.loop, outer: outer, inner: inner, rest: rest), [array], destination, path)
    case .softmax(let kind, let axes):
      try softmax(kind, axes, x, into: destination, path, at: index)
    case .normalize(let axes, let settings):
      try moments(settings, axes, x, into: destination, path, at: index)
    case .select: try choice(operands, whole, into: destination, path)
    case .gather(let axis): try gather(axis, operands, into: destination, path, at: index)
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
