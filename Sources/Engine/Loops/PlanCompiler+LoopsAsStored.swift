import CLoops
import COneDNN
import Networks
import Tensors

// Loops over maps as oneDNN's kernels leave them, which spares two copies each.
extension PlanCompiler {
  /// Appends a primitive that need not have its operands in plain order.
  ///
  /// - Returns: Whether it is one.
  mutating func loopAsStored(
    _ primitive: Primitive, _ operands: [Operand], _ step: Program.Step, at index: Int
  ) throws -> Bool {
    if try loopOfAnyOrder(primitive, operands, step, at: index) { return true }
    switch primitive {
    case .zip(let arithmetic): return try scaleInBlocks(arithmetic, operands, step, at: index)
    case .reduce(let reduction, let axes, _) where axes.sorted() == [0, 1]:
      return try reduceInBlocks(reduction, step, at: index)
    default: return false
    }
  }

  /// What works number by number takes any order in which its numbers lie.
  ///
  /// Not where oneDNN fills up the last block of channels: it wants zeros there, and gets a function of them.
  private mutating func loopOfAnyOrder(
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

  /// A map and a number for each of its channels, as the factors of a squeeze-and-excitation.
  private mutating func scaleInBlocks(
    _ arithmetic: Arithmetic, _ operands: [Operand], _ step: Program.Step, at index: Int
  ) throws -> Bool {
    var operands = operands
    let whole = program.shape(of: step.output)
    if arithmetic.isCommutative, shape(of: operands[0], in: step) != whole { operands.swapAt(0, 1) }
    guard case .value(let place) = operands[0], let blocks = try blocks(of: step.inputs[place]),
      program.shape(of: step.inputs[place]) == whole,
      let factors = shape(of: operands[1], in: step),
      factors.dimensions.last == whole[2], factors.elementCount == whole[2]
    else { return false }
    let other = try loopOperand(operands[1], step, at: index)
    let (count, length) = (blocks.count, blocks.length)
    // Numbers of a weight are those of each image.
    guard
      let pair = cl_pair(
        [batch, count, blocks.pixels, length],
        [count * blocks.pixels * length, blocks.pixels * length, length, 1],
        [other.hasBatch ? count * length : 0, length, 0, 1])
    else { return false }
    let map = stored(step.inputs[place])
    let output = define(step.output, map.layout, at: index)
    append(
      .zip(arithmetic.loop, pair), [LoopOperand(extents: [], place: map.place), other], output,
      step.path)
    return true
  }

  /// One number for each channel of a map.
  private mutating func reduceInBlocks(
    _ reduction: Reduction, _ step: Program.Step, at index: Int
  ) throws -> Bool {
    guard let input = step.inputs.first, let blocks = try blocks(of: input) else { return false }
    let map = LoopOperand(extents: [], place: stored(input).place)
    let plain = try Layout.plain(extents(of: step.output), DN_NHWC)
    let output = define(step.output, plain, at: index)
    append(
      .reduce(
        reduction.loop, outer: batch * blocks.count, inner: blocks.pixels, rest: blocks.length),
      [map], output, step.path)
    return true
  }

  /// How a map of rows, columns and channels lies, where it lies in blocks of channels without gaps.
  private func blocks(
    of value: Program.Value
  ) throws -> (count: Int, pixels: Int, length: Int)? {
    let (shape, length) = (program.shape(of: value), Int(dn_channel_block()))
    guard shape.rank == 3, shape[2] % length == 0,
      stored(value).layout == (try Layout.blocked(extents(of: value)))
    else { return nil }
    return (shape[2] / length, shape[0] * shape[1], length)
  }

  private func shape(of operand: Operand, in step: Program.Step) -> Shape? {
    switch operand {
    case .value(let place): program.shape(of: step.inputs[place])
    case .parameter(_, let shape), .constant(_, let shape): shape
    }
  }
}
