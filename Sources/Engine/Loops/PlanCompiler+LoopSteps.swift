import CLoops
import COneDNN
import Networks
import Tensors

// The steps that fast kernels know, by plain loops: what is fused into a convolution follows it in its place.
extension PlanCompiler {
  /// Appends a step; its weights are folded as for any other kernel.
  mutating func loopStep(_ step: Program.Step, at index: Int) throws {
    switch step.kind {
    case .convolution(let convolution): try compile(convolution, step, at: index)
    case .dense(let dense): try compile(dense, step, at: index)
    case .flatten(let order):
      try unpack(step.inputs[0], step.path, at: index)
      try flatten(step, order, at: index)
    case .softmax:
      try unpack(step.inputs[0], step.path, at: index)
      try softmax(step, at: index)
    case .primitive(let primitive, let operands):
      for input in step.inputs { try unpack(input, step.path, at: index) }
      try loop(primitive, operands, step, at: index)
    default: try loopElements(step, at: index)
    }
    if let activation = step.activation {
      try loopNorm(plainOperand(step.output, step, at: index), activation, at: index)
    }
  }

  /// Appends a step without a kernel.
  private mutating func loopElements(_ step: Program.Step, at index: Int) throws {
    let x = try plainOperand(step.inputs[0], step, at: index)
    switch step.kind {
    case .batchNorm(let layer, let node, let relu):
      let norm = Program.Activation(
        path: step.path, layer: layer, node: node, relu: relu, output: step.output)
      try loopNorm(x, norm, at: index)
    case .relu:
      let place = try definePlain(step.output, at: index)
      try loop(.map(.relu), [x], into: place, x.extents, step.path, at: index)
    case .zeroPadding(let edges):
      let place = try definePlain(step.output, at: index)
      try loop(
        .pad(edges.axes + [.none], .constant(0)), [x], into: place, mapExtents(step.output),
        step.path, at: index)
    case .maxPool(let pooling, let zeros):
      try loopPool(x, pooling, .largest, zeros: zeros, step, at: index)
    case .averagePool(let pooling):
      try loopPool(x, pooling, .mean, zeros: false, step, at: index)
    case .add:
      let other = try plainOperand(step.inputs[1], step, at: index)
      let place = try definePlain(step.output, at: index)
      try loop(.zip(.add), [x, other], into: place, x.extents, step.path, at: index)
    case .concatenate:
      var all = [x]
      for input in step.inputs.dropFirst() {
        all.append(try plainOperand(input, step, at: index))
      }
      let place = try definePlain(step.output, at: index)
      try loop(
        .concatenate(axis: 2), all, into: place, mapExtents(step.output), step.path,
        at: index)
    case .convolution, .dense, .flatten, .softmax, .primitive, .layerNorm, .attention:
      preconditionFailure("\(step.path) is compiled like this in any case")
    }
  }

  /// Appends a convolution with the kernel that has been read last, and what is fused into it.
  mutating func loopConvolution(
    _ step: Program.Step, _ convolution: Program.Convolution, bias: [Float]?, at index: Int
  ) throws {
    let layer = convolution.layer
    let x = try plainOperand(step.inputs[0], step, at: index)
    let addend =
      convolution.adds
      ? try step.inputs.last.map { try plainOperand($0, step, at: index) } : nil
    let result = mapExtents(step.output)
    let inputs = x.extents[2] / layer.groups
    let count = layer.kernel.height * layer.kernel.width * inputs * layer.filters
    let kernel = unsafe LoopOperand(
      extents: [layer.kernel.height, layer.kernel.width, inputs, layer.filters],
      weight: AlignedBuffer(Array(plainKernel.floats(count))))
    let windows = Windows(
      layer.kernel.axes, strides: layer.strides.axes, dilation: layer.dilation.axes,
      padding: layer.padding.axes)
    let place = try definePlain(step.output, at: index)
    try loop(
      .window(windows, groups: layer.groups),
      [x, kernel]
        + (bias.map { [LoopOperand(extents: [$0.count], weight: AlignedBuffer($0))] } ?? []),
      into: place, result, step.path, at: index)
    let value = LoopOperand(extents: result, place: place)
    if let addend {
      try loop(.zip(.add), [value, addend], into: place, result, step.path, at: index)
    }
    if let function = convolution.function {
      try loop(.map(function), [value], into: place, result, step.path, at: index)
    }
  }

  private mutating func loopPool(
    _ x: LoopOperand, _ pooling: Planar.Pooling, _ reduction: Reduction, zeros: Bool,
    _ step: Program.Step, at index: Int
  ) throws {
    var windows = Windows(
      pooling.window.axes, strides: pooling.strides.axes, padding: pooling.padding.axes)
    var x = x
    if zeros {
      let edges = windows.padding + [.none]
      let extents = zip(x.extents, edges).map { $0 + $1.total }
      let place = scratch(extents, at: index)
      try loop(.pad(edges, .constant(0)), [x], into: place, extents, step.path, at: index)
      x = LoopOperand(extents: extents, place: place)
      windows.padding = [.none, .none]
    }
    let place = try definePlain(step.output, at: index)
    try loop(
      .pool(windows, reduction), [x], into: place, mapExtents(step.output), step.path, at: index)
  }

  /// A batch norm, and perhaps a ReLU: times a number a channel, plus another.
  private mutating func loopNorm(
    _ x: LoopOperand, _ norm: Program.Activation, at index: Int
  ) throws {
    guard statistics == .moving else {
      throw EngineError("plain loops take no statistics of the batch")
    }
    let (scale, shift) = try scaleAndShift(of: bound.graph[norm.node])
    let place = try definePlain(norm.output, at: index)
    func weight(_ values: [Float]) -> LoopOperand {
      LoopOperand(extents: [values.count], weight: AlignedBuffer(values))
    }
    let value = LoopOperand(extents: x.extents, place: place)
    try loop(
      .zip(.multiply), [x, weight(scale)], into: place, x.extents, norm.path, at: index)
    try loop(
      .zip(.add), [value, weight(shift)], into: place, x.extents, norm.path, at: index)
    if norm.relu {
      try loop(.map(.relu), [value], into: place, x.extents, norm.path, at: index)
    }
  }

  /// A value as rows, columns and channels without gaps.
  private mutating func plainOperand(
    _ value: Program.Value, _ step: Program.Step, at index: Int
  ) throws -> LoopOperand {
    LoopOperand(
      extents: mapExtents(value), place: try plain(value, step, at: index).place)
  }

  private mutating func definePlain(_ value: Program.Value, at index: Int) throws -> Place {
    define(value, try Layout.plain(extents(of: value), DN_NHWC), at: index)
  }

  private func mapExtents(_ value: Program.Value) -> [Int] {
    let extents = extents(of: value)
    return [Int(extents.height), Int(extents.width), Int(extents.channels)]
  }
}
