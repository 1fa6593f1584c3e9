import COneDNN
import Networks
import Tensors

// The steps with weights: these are read, folded, and packed once, in the layout of the kernel.
extension PlanCompiler {
  mutating func compile(
    _ convolution: Program.Convolution, _ step: Program.Step, at index: Int
  ) throws {
    let bias = try readFolded(convolution)
    switch families[index] {
    case .direct: try convolveDirectly(step, convolution, bias: bias, at: index)
    case .oneDNN: try convolve(step, convolution, bias: bias, at: index)
    case .loops: try loopConvolution(step, convolution, bias: bias, at: index)
    case .bands: preconditionFailure("\(step.path) belongs to a chain")
    }
  }

  /// Reads the kernel of a convolution, with the batch norms that are folded into it.
  ///
  /// - Returns: The bias that goes with it.
  mutating func readFolded(_ convolution: Program.Convolution) throws -> [Float]? {
    let node = bound.graph[convolution.node]
    let kernel = try unsafe readKernel(of: node)
    var bias = try weight(2, of: node)
    if let norm = convolution.inputNorm {
      let fold = try affine(of: bound.graph[norm])
      bias = unsafe convolution.folding(
        scale: fold.scale, mean: fold.mean, shift: fold.shift, into: kernel, bias: bias)
    }
    if let norm = convolution.norm {
      let fold = try affine(of: bound.graph[norm])
      // The filter is the innermost axis of a Keras kernel.
      let filters = fold.scale.count
      for start in stride(from: 0, to: kernel.count, by: filters) {
        for filter in 0..<filters { unsafe kernel[start + filter] *= fold.scale[filter] }
      }
      let old = bias ?? Array(repeating: 0, count: filters)
      bias = (0..<filters).map { (old[$0] - fold.mean[$0]) * fold.scale[$0] + fold.shift[$0] }
    }
    if let operand = convolution.scale {
      let scale = try numbers(of: operand)
      for start in stride(from: 0, to: kernel.count, by: scale.count) {
        for filter in scale.indices { unsafe kernel[start + filter] *= scale[filter] }
      }
      bias = bias.map { zip($0, scale).map { $0 * $1 } }
    }
    return bias
  }

  /// The numbers of an operand that is a weight.
  func numbers(of operand: Operand) throws -> [Float] {
    switch operand {
    case .parameter(let place, _): try bound.values(of: bound.graph.parameters[place])
    case .constant(let place, _): bound.graph.constants[place].values
    case .value: preconditionFailure("a value is no weight")
    }
  }

  /// A dense layer is a 1×1 convolution of a map of one pixel.
  ///
  /// oneDNN's direct convolution sums every output in one order whatever the batch and the threads;
  /// its inner product does not.
  mutating func compile(_ dense: Program.Dense, _ step: Program.Step, at index: Int) throws {
    let node = bound.graph[dense.node]
    _ = try unsafe readKernel(of: node)
    let convolution = Program.Convolution(layer: dense.convolution, node: dense.node)
    let bias = try weight(2, of: node)
    if families[index] == .loops {
      return try loopConvolution(step, convolution, bias: bias, at: index)
    }
    try convolve(step, convolution, bias: bias, at: index)
  }

  /// What oneDNN is told of a convolution.
  func description(
    of convolution: Program.Convolution, _ step: Program.Step, hasBias: Bool
  ) -> dn_convolution {
    let layer = convolution.layer
    return dn_convolution(
      source: extents(of: step.inputs[0]), destination: extents(of: step.output),
      windows: dn_windows(layer.kernel, layer.strides, layer.dilation, layer.padding),
      groups: Int64(layer.groups), has_bias: hasBias,
      adds_to_destination: convolution.adds,
      function: .fused(convolution.function))
  }

  /// Appends a convolution with the kernel that has been read last.
  private mutating func convolve(
    _ step: Program.Step, _ convolution: Program.Convolution, bias: [Float]?, at index: Int
  ) throws {
    let source = extents(of: step.inputs[0])
    let description = description(of: convolution, step, hasBias: bias != nil)
    var target = convolution.adds ? step.inputs.last.map { stored($0) } : nil
    if !exact, let winograd = WinogradConvolution.Shape(description, threads: threads) {
      let maps = try Layout.blocked(description.destination)
      if target.map({ $0.layout == maps }) ?? true {
        if slots[step.output] != nil {
          return try convolveIntoPart(
            step, winograd, bias: bias, then: convolution.function, from: source, at: index)
        }
        let prepared = WinogradConvolution(
          winograd, kernel: plainKernel, bias: bias, then: convolution.function)
        return try execute(prepared, step, from: source, into: target, maps, at: index)
      }
    }
    var primitive = try CompiledPrimitive.convolution(
      description, source: nil, destination: target?.layout)
    if primitive.isReference, let own = target {
      // oneDNN adds to a map in plain order a number at a time: a copy in blocks takes the sum.
      let maps = try Layout.blocked(description.destination)
      let place = Place.arena(
        memory.place(
          byteCount: maps.byteCount, from: index, to: lastUse[step.output] ?? index))
      let copy = Stored(layout: maps, place: place)
      try reorder(own, to: copy, path: step.path)
      target = copy
      primitive = try CompiledPrimitive.convolution(description, source: nil, destination: maps)
    }
    if primitive.isReference, allowed.contains(.loops) {
      return try loopConvolution(step, convolution, bias: bias, at: index)
    }

    let packed = try packKernel(
      from: try Layout.kernel(of: description), to: try primitive.layout(DN_KERNEL))
    let input = try stored(
      step.inputs[0], as: try primitive.layout(DN_SOURCE), step, at: index)
    let output: Place
    if let target {
      define(step.output, inPlaceOf: target)
      output = target.place
    } else {
      output = define(step.output, try primitive.layout(DN_DESTINATION), at: index)
    }
    var arguments: [(role: dn_role, place: Place)] = [
      (DN_SOURCE, input.place), (DN_KERNEL, .constant(packed)), (DN_DESTINATION, output),
    ]
    if let bias { arguments.append((DN_BIAS, .constant(AlignedBuffer(bias)))) }
    execute(primitive, arguments, step.path)
  }

  /// Appends a convolution by Winograd's algorithm whose result is a part of a larger map.
  private mutating func convolveIntoPart(
    _ step: Program.Step, _ shape: WinogradConvolution.Shape, bias: [Float]?,
    then function: Function?, from source: dn_extents, at index: Int
  ) throws {
    let input = try stored(step.inputs[0], as: try Layout.blocked(source), step, at: index)
    let output = try defineBlocks(step.output, at: index)
    let convolution = WinogradConvolution(
      shape, kernel: plainKernel, bias: bias, then: function, images: (0, output.image))
    scratchpadByteCount = max(scratchpadByteCount, convolution.scratchByteCount)
    instructions.append(
      .winograd(convolution, source: input.place, destination: output.place, path: step.path))
  }

  private mutating func execute(
    _ convolution: WinogradConvolution, _ step: Program.Step, from source: dn_extents,
    into target: Stored?, _ layout: Layout, at index: Int
  ) throws {
    let input = try stored(step.inputs[0], as: try Layout.blocked(source), step, at: index)
    let output: Place
    if let target {
      define(step.output, inPlaceOf: target)
      output = target.place
    } else {
      output = define(step.output, layout, at: index)
    }
    scratchpadByteCount = max(scratchpadByteCount, convolution.scratchByteCount)
    instructions.append(
      .winograd(convolution, source: input.place, destination: output, path: step.path))
  }

  /// A batch norm, and perhaps a ReLU, of a value that lies as oneDNN reads it.
  mutating func normalize(
    _ value: Program.Value, _ norm: Program.Activation, at index: Int
  ) throws {
    let node = bound.graph[norm.node]
    let input = stored(value)
    let primitive = try CompiledPrimitive.batchNorm(
      layout: input.layout, epsilon: norm.layer.epsilon, statistics: statistics, relu: norm.relu)
    let output = define(norm.output, input.layout, at: index)
    let weights = try normWeights(of: node)
    var arguments: [(role: dn_role, place: Place)] = [
      (DN_SOURCE, input.place), (DN_DESTINATION, output),
      (DN_SCALE, .constant(AlignedBuffer(weights.gamma))),
      (DN_SHIFT, .constant(AlignedBuffer(weights.beta))),
    ]
    if statistics == .moving {
      arguments.append((DN_MEAN, .constant(AlignedBuffer(weights.mean))))
      arguments.append((DN_VARIANCE, .constant(AlignedBuffer(weights.variance))))
    }
    execute(primitive, arguments, norm.path)
  }

  /// A batch norm as `(x − mean) · scale + shift`.
  func affine(of node: Node) throws -> (scale: [Float], mean: [Float], shift: [Float]) {
    let weights = try normWeights(of: node)
    // Rounded once: the fold must not cost more than the batch norm itself would.
    let scale = zip(weights.gamma, weights.variance).map { gamma, variance in
      Float(Double(gamma) / (Double(variance) + Double(weights.epsilon)).squareRoot())
    }
    return (scale, weights.mean, weights.beta)
  }

  /// What a batch norm knows of each channel.
  private struct NormWeights {
    let epsilon: Float
    let mean, variance, gamma, beta: [Float]
  }

  private func normWeights(of node: Node) throws -> NormWeights {
    guard case .batchNormalize(let norm) = node.primitive else {
      preconditionFailure("node \(node.id) is no batch norm")
    }
    let mean = try weight(1, of: node) ?? []
    let ones = Array(repeating: Float(1), count: mean.count)
    let zeros = Array(repeating: Float(0), count: mean.count)
    return NormWeights(
      epsilon: norm.epsilon, mean: mean, variance: try weight(2, of: node) ?? [],
      gamma: norm.hasScale ? try weight(3, of: node) ?? [] : ones,
      beta: norm.hasCenter ? try weight(node.operands.count - 1, of: node) ?? [] : zeros)
  }

  /// The weight that is a node's operand at a place; `nil` where it has none there.
  func weight(_ place: Int, of node: Node) throws -> [Float]? {
    guard node.operands.indices.contains(place) else { return nil }
    switch node.operands[place] {
    case .parameter(let parameter, _):
      return try bound.values(of: bound.graph.parameters[parameter])
    case .constant(let constant, _): return bound.graph.constants[constant].values
    case .value: return nil
    }
  }

  /// Reads a kernel into the one place that all of them share, straight from the file.
  private mutating func readKernel(
    of node: Node
  ) throws -> UnsafeMutableBufferPointer<Float> {
    guard case .parameter(let place, _) = node.operands[1] else {
      preconditionFailure("node \(node.id) has no kernel")
    }
    let parameter = bound.graph.parameters[place]
    let count = parameter.shape.elementCount
    if plainKernel.byteCount < count * MemoryLayout<Float>.stride {
      // At once as large as the largest, so that none is let go of and asked for again.
      let largest = bound.graph.parameters.map(\.shape.elementCount).max() ?? 0
      plainKernel = AlignedBuffer(byteCount: largest * MemoryLayout<Float>.stride)
    }
    let kernel = unsafe plainKernel.floats(count)
    try unsafe bound.read(parameter, into: kernel)
    return unsafe kernel
  }

  /// The kernel that has been read last, in the layout of its primitive.
  private func packKernel(from: Layout, to: Layout) throws -> AlignedBuffer {
    // Packing runs on the caller's thread, which may belong to a pool: a team would outlive it.
    OneDNN.setThreadsOfCaller(1)
    defer { OneDNN.setThreadsOfCaller(threads) }
    let packed = AlignedBuffer(byteCount: to.byteCount)
    let reorder = try CompiledPrimitive.reorder(from: from, to: to)
    let scratchpad = AlignedBuffer(byteCount: reorder.scratchpadByteCount)
    try unsafe reorder.execute([
      dn_argument(role: DN_SOURCE, data: plainKernel.address),
      dn_argument(role: DN_DESTINATION, data: packed.address),
      dn_argument(role: DN_SCRATCHPAD, data: scratchpad.address),
    ])
    return packed
  }
}
