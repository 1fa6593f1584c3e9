import COneDNN
import Networks
import Tensors

// The steps with weights: these are read, folded, and packed once, in the layout of the kernel.
extension PlanCompiler {
  mutating func compile(
    _ convolution: Program.Convolution, _ step: Program.Step, at index: Int
  ) throws {
    let node = bound.graph[convolution.node]
    let kernel = try unsafe readKernel(of: node)
    var bias = try weight(.bias, of: node)
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
    if runsDirectly(step) {
      return try convolveDirectly(step, convolution, bias: bias, at: index)
    }
    try convolve(step, convolution, bias: bias, from: extents(of: step.inputs[0]), at: index)
  }

  /// A dense layer is a 1×1 convolution of a map of one pixel.
  ///
  /// oneDNN's direct convolution sums every output in one order whatever the batch and the threads;
  /// its inner product does not.
  mutating func compileDense(_ id: Node.ID, _ step: Program.Step, at index: Int) throws {
    let node = bound.graph[id]
    guard case .dense(let dense) = node.operation else {
      preconditionFailure("\(node.path) is no dense layer")
    }
    let layer = LayerOperation.Convolution(
      filters: dense.units, kernel: 1, strides: 1, padding: .none, dilation: 1, groups: 1,
      hasBias: dense.hasBias)
    _ = try unsafe readKernel(of: node)
    try convolve(
      step, Program.Convolution(layer: layer, node: id), bias: try weight(.bias, of: node),
      from: extents(of: step.inputs[0]), at: index)
  }

  /// Appends a convolution with the kernel that has been read last.
  private mutating func convolve(
    _ step: Program.Step, _ convolution: Program.Convolution, bias: [Float]?,
    from source: dn_extents, at index: Int
  ) throws {
    let layer = convolution.layer
    let description = dn_convolution(
      source: source, destination: extents(of: step.output),
      windows: dn_windows(layer.kernel, layer.strides, layer.dilation, layer.padding),
      groups: Int64(layer.groups), has_bias: bias != nil,
      adds_to_destination: convolution.adds, relu: convolution.relu)
    let target = convolution.adds ? step.inputs.last.map { stored($0) } : nil
    if !exact, let winograd = WinogradConvolution.Shape(description, threads: threads) {
      let maps = try Layout.blocked(description.destination)
      if target.map({ $0.layout == maps }) ?? true {
        let prepared = WinogradConvolution(winograd, kernel: plainKernel, bias: bias)
        return try execute(prepared, step, from: source, into: target, maps, at: index)
      }
    }
    let primitive = try Primitive.convolution(
      description, source: nil, destination: target?.layout)

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
    let primitive = try Primitive.batchNorm(
      layout: input.layout, epsilon: norm.layer.epsilon, statistics: statistics, relu: norm.relu)
    let output = define(norm.output, input.layout, at: index)
    let channels = node.shape.channels
    let gamma = try weight(.gamma, of: node) ?? Array(repeating: 1, count: channels)
    let beta = try weight(.beta, of: node) ?? Array(repeating: 0, count: channels)
    var arguments: [(role: dn_role, place: Place)] = [
      (DN_SOURCE, input.place), (DN_DESTINATION, output),
      (DN_SCALE, .constant(AlignedBuffer(gamma))), (DN_SHIFT, .constant(AlignedBuffer(beta))),
    ]
    if statistics == .moving {
      let mean = try weight(.movingMean, of: node) ?? []
      let variance = try weight(.movingVariance, of: node) ?? []
      arguments.append((DN_MEAN, .constant(AlignedBuffer(mean))))
      arguments.append((DN_VARIANCE, .constant(AlignedBuffer(variance))))
    }
    execute(primitive, arguments, norm.path)
  }

  /// A batch norm as `(x − mean) · scale + shift`.
  func affine(of node: Node) throws -> (scale: [Float], mean: [Float], shift: [Float]) {
    guard case .batchNorm(let layer) = node.operation else {
      preconditionFailure("\(node.path) is no batch norm")
    }
    let mean = try weight(.movingMean, of: node) ?? []
    let variance = try weight(.movingVariance, of: node) ?? []
    let gamma = try weight(.gamma, of: node) ?? Array(repeating: 1, count: mean.count)
    let shift = try weight(.beta, of: node) ?? Array(repeating: 0, count: mean.count)
    // Rounded once: the fold must not cost more than the batch norm itself would.
    let scale = zip(gamma, variance).map { gamma, variance in
      Float(Double(gamma) / (Double(variance) + Double(layer.epsilon)).squareRoot())
    }
    return (scale, mean, shift)
  }

  private func weight(_ role: VariableRole, of node: Node) throws -> [Float]? {
    try node.parameters.first { $0.role == role }.map { try bound.values(of: $0) }
  }

  /// Reads a kernel into the one place that all of them share, straight from the file.
  private mutating func readKernel(
    of node: Node
  ) throws -> UnsafeMutableBufferPointer<Float> {
    guard let parameter = node.parameters.first(where: { $0.role == .kernel }) else {
      preconditionFailure("\(node.path) has no kernel")
    }
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
    let reorder = try Primitive.reorder(from: from, to: to)
    let scratchpad = AlignedBuffer(byteCount: reorder.scratchpadByteCount)
    try unsafe reorder.execute([
      dn_argument(role: DN_SOURCE, data: plainKernel.address),
      dn_argument(role: DN_DESTINATION, data: packed.address),
      dn_argument(role: DN_SCRATCHPAD, data: scratchpad.address),
    ])
    return packed
  }
}
